//! What frames of a small protocol mean: `get` and `put` are requests, `beat` is sent at an interval.

use super::*;
use crate::learning::Guesses;
use crate::profile::{ProfileFile, Source};
use crate::proto::{Schema, TopLevel};
use crate::units::Direction;
use crate::units::{Acked, Both, Origin, StreamOffset, Timestamp};
use Direction::{ClientToServer, ServerToClient};
use std::sync::Arc;

const SCHEMA: &str = r#"
    syntax = "proto3";
    package t;
    message Get { string name = 1; string key = 2; }
    message Put { string name = 1; string key = 2; bytes value = 3; }
    message Got { bool found = 1; bytes value = 2; }
    message Done { string version = 1; }
    message Note { string name = 1; string about = 2; bytes mark = 3; uint32 count = 4; }
"#;

const PROFILE: &str = r#"
    name = "t"
    frame = "varint"
    phases = ["Get", "Beat"]
    heartbeat = "Beat"
    [[rule]]
    label = "Get"
    direction = "client->server"
    where = { "1" = "get" }
    message = "t.Get"
    [[rule]]
    label = "Put"
    direction = "client->server"
    where = { "1" = "put" }
    message = "t.Put"
    [[rule]]
    label = "Beat"
    where = { "1" = "beat" }
    [[rule]]
    label = "Get"
    answers = "Get"
    message = "t.Got"
    [[rule]]
    label = "Put"
    answers = "Put"
    message = "t.Done"
"#;

struct Talk {
    profile: Profile,
    conversation: Conversation,
    guesses: Guesses,
    number: u64,
    sent: Both<u64>,
}

impl Talk {
    fn new() -> Self {
        Self::of(PROFILE)
    }

    fn of(profile: &str) -> Self {
        let schema = Arc::new(Schema::from_text("t.proto", SCHEMA).unwrap());
        let file = ProfileFile::parse(profile, "t").unwrap();
        let profile = file.resolve(Source::CommandLine, Some(schema)).unwrap();
        let conversation = Conversation::new(Manner::of(&profile));
        Self { profile, conversation, guesses: Guesses::default(), number: 0, sent: Both::default() }
    }

    fn say(&mut self, direction: Direction, ms: i64, payload: &[u8]) -> Meaning<'_> {
        self.number += 1;
        let frame = [&[u8::try_from(payload.len()).unwrap()], payload].concat();
        let time = Timestamp::from_ns(ms * 1_000_000);
        let acked = Acked::up_to(StreamOffset(*self.sent.of(direction.reverse())), true);
        let at = Origin { packet: self.number, time, acked };
        let offset = StreamOffset(*self.sent.of(direction));
        *self.sent.of_mut(direction) += frame.len() as u64;
        let mut top = TopLevel::default();
        top.read(payload);
        let schema = self.profile.schema.as_ref().unwrap();
        let guess = self.guesses.guess(schema, direction, payload, top.digest());
        let header: Vec<_> = self.profile.layout(direction).fields(&frame).collect();
        let unnamed = Unnamed {
            number: self.number,
            direction,
            offset,
            len: frame.len() as u64,
            start: Some(StreamOffset(0)),
            at,
            header: &header,
            payload,
            top: &top,
            guess,
            studied: None,
        };
        self.conversation.push(&self.profile, Manner::of(&self.profile), &unnamed, true)
    }

    /// `label type source answers`
    fn hear(&mut self, direction: Direction, payload: &[u8]) -> String {
        let schema = Arc::clone(self.profile.schema.as_ref().unwrap());
        let meaning = self.say(direction, 0, payload);
        let kind = meaning.message_type.map_or("-", |id| schema.type_name(id));
        let source = meaning.type_source.map_or("-", TypeSource::as_str);
        let answers = meaning.answers.map_or_else(|| "-".to_owned(), |answer| answer.number.to_string());
        format!("{} {kind} {source} {answers}", meaning.label.map_or("-", |label| &**label))
    }
}

const GET: &[u8] = b"\x0a\x03get\x12\x01k";
const PUT: &[u8] = b"\x0a\x03put\x12\x01k\x1a\x01v";
const GOT: &[u8] = b"\x08\x01\x12\x01v";
const DONE: &[u8] = b"\x0a\x021a";

#[test]
fn requests_are_named_by_their_rules_and_answers_by_their_requests() {
    let mut talk = Talk::new();
    assert_eq!(talk.hear(ClientToServer, GET), "Get t.Get rule -");
    assert_eq!(talk.hear(ServerToClient, GOT), "Get t.Got answer 1");
    assert_eq!(talk.hear(ClientToServer, PUT), "Put t.Put rule -");
    assert_eq!(talk.hear(ServerToClient, DONE), "Put t.Done answer 3");
}

#[test]
fn an_answer_goes_to_the_request_whose_type_it_fits() {
    let mut talk = Talk::new();
    talk.hear(ClientToServer, GET);
    talk.hear(ClientToServer, PUT);
    assert_eq!(talk.hear(ServerToClient, DONE), "Put t.Done answer 2", "the answer to the first one was lost");
    assert_eq!(talk.hear(ServerToClient, GOT), "Get t.Got answer 1");
}

#[test]
fn an_answer_without_a_request_is_named_by_its_shape() {
    let mut talk = Talk::new();
    assert_eq!(talk.hear(ServerToClient, GOT), "Get t.Got shape -");
    assert_eq!(talk.hear(ServerToClient, DONE), "Put t.Done shape -");
}

#[test]
fn an_answer_does_not_go_the_way_of_its_request() {
    let mut talk = Talk::new();
    talk.hear(ClientToServer, GET);
    assert!(!talk.hear(ClientToServer, GOT).contains("Get"));
}

#[test]
fn what_no_rule_names_is_identified_or_left_unnamed() {
    let mut talk = Talk::new();
    let note = b"\x0a\x03odd\x12\x05a key\x1a\x04\x00\x01\x02\x03\x20\x07";
    assert_eq!(talk.hear(ClientToServer, note), "- t.Note identified -");
    let like_put = b"\x0a\x03odd\x12\x05a key";
    assert_eq!(talk.hear(ClientToServer, like_put), "- - - -", "its rule would have named it");
    assert_eq!(talk.hear(ClientToServer, b"\xfa\x01\x01x"), "- - - -");
}

#[test]
fn a_guess_that_a_payload_contradicts_is_not_kept_for_its_kind() {
    let mut talk = Talk::new();
    for _ in 0..20 {
        assert_eq!(talk.hear(ClientToServer, b"\x0a\x03odd\x12\x05a key\x1a\x01v\x20\x07"), "- t.Note identified -");
    }
    let not_text = b"\x0a\x03odd\x12\x02\xff\xfe\x1a\x01v\x20\x07";
    assert_eq!(talk.hear(ClientToServer, not_text), "- - - -", "the key is not UTF-8");
}

#[test]
fn latency_interval_and_phases_go_by_packet_time() {
    let mut talk = Talk::new();
    talk.say(ClientToServer, 10, GET);
    let answer = talk.say(ServerToClient, 13, GOT);
    assert_eq!(answer.answers, Some(Answer { number: 1, latency_ns: 3_000_000, by: AnsweredBy::Order }));
    assert_eq!(talk.say(ClientToServer, 100, b"\x0a\x04beat").interval_ns, None);
    assert_eq!(talk.say(ClientToServer, 150, b"\x0a\x04beat").interval_ns, Some(50_000_000));
    let phases = talk.conversation.into_parts().0;
    let phases: Vec<_> = phases.iter().map(|phase| (&*phase.label, phase.messages)).collect();
    assert_eq!(phases, [("Get", 2), ("Beat", 2)]);
}

#[test]
fn an_answer_without_a_pair_keeps_label_and_type_where_all_requests_that_wait_agree() {
    let mut talk = Talk::new();
    talk.hear(ClientToServer, GET);
    talk.hear(ClientToServer, GET);
    let answer = talk.say(ServerToClient, 1, GOT);
    assert!(answer.is_doubtful && answer.answers.is_none());
    assert_eq!(talk.hear(ServerToClient, GOT), "Get t.Got answer -");
    assert_eq!(talk.conversation.doubtful_answers(), 2);
}

#[test]
fn a_value_in_different_places_pairs_requests_and_answers_in_any_order() {
    let match_ = "answers = \"Get\"\n    match = { request = \"2\", answer = \"2\" }";
    let mut talk = Talk::of(&PROFILE.replacen("answers = \"Get\"", match_, 1));
    for key in [b'a', b'b'] {
        talk.hear(ClientToServer, &[b"\x0a\x03get\x12\x01".as_slice(), &[key]].concat());
    }
    assert_eq!(talk.hear(ServerToClient, b"\x08\x01\x12\x01b"), "Get t.Got answer 2");
    assert_eq!(talk.hear(ServerToClient, b"\x08\x01\x12\x01a"), "Get t.Got answer 1");
    assert_eq!(talk.hear(ServerToClient, b"\x08\x01\x12\x01c"), "Get t.Got shape -", "nobody asked for it");
}

#[test]
fn without_rules_what_the_server_sends_answers_what_the_client_sends() {
    let mut talk = Talk::of("name = \"t\"\nframe = \"varint\"\n");
    assert!(talk.say(ClientToServer, 0, GET).answers.is_none());
    let answer = talk.say(ServerToClient, 4, GOT);
    assert_eq!(answer.answers, Some(Answer { number: 1, latency_ns: 4_000_000, by: AnsweredBy::Order }));
}
