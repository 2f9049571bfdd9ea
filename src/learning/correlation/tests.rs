//! What goes with requests and their answers is found, and what only looks like it is not.

use super::*;
use crate::header::HeaderField;
use crate::header::HeaderValue;
use crate::profile::Place;
use crate::units::{Acked, StreamOffset};
use Direction::{ClientToServer, ServerToClient};

/// A talk of many connections, as fields of headers.
struct Talk {
    study: Study,
    random: u64,
    sent: Both<u64>,
}

impl Talk {
    fn new() -> Self {
        Self { study: Study::default(), random: 0, sent: Both::default() }
    }

    /// Sends a message of ten bytes, when everything before it has come.
    fn say(&mut self, id: usize, direction: Direction, fields: &[(&str, u64)]) {
        *self.sent.of_mut(direction) += 10;
        let field = |(name, number): &(&'static str, u64)| HeaderField {
            name,
            value: HeaderValue::Number(*number),
            place: 0..1,
            is_framing: false,
        };
        let fields: Vec<(&'static str, u64)> =
            fields.iter().map(|(name, number)| (&*String::leak((*name).to_owned()), *number)).collect();
        let header: Vec<_> = fields.iter().map(field).collect();
        self.study.compare(&Compared {
            id: ConnectionId(id),
            direction,
            start: StreamOffset(*self.sent.of(direction) - 10),
            end: StreamOffset(*self.sent.of(direction)),
            acked: Acked::up_to(StreamOffset(*self.sent.of(direction.reverse())), true),
            header: &header,
            payload: b"",
        });
    }

    fn found(&self) -> Option<(String, String)> {
        let found = self.study.conclude().found?;
        assert_eq!(found.requests, ClientToServer);
        let name = |place: &Place| match place {
            Place::Header(name) => name.clone(),
            Place::Payload(path) => format!("{:?}", path.numbers()),
        };
        Some((name(&found.correlation.request), name(&found.correlation.answer)))
    }

    /// Keeps `depth` requests waiting, and answers any of them: `fields` gives those of a request by its number, and
    /// those of its answer by that and the number of the answer.
    fn talk(
        &mut self,
        depth: usize,
        request: impl Fn(u64) -> Vec<(&'static str, u64)>,
        answer: impl Fn(u64, u64) -> Vec<(&'static str, u64)>,
    ) {
        let (mut waiting, mut asked) = (Vec::new(), 0);
        for answers in 0..200 {
            while waiting.len() < depth {
                self.say(1, ClientToServer, &request(asked));
                waiting.push(asked);
                asked += 1;
            }
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let which = usize::try_from(self.random >> 33).unwrap() % waiting.len();
            let of = waiting.swap_remove(which);
            self.say(1, ServerToClient, &answer(of, answers));
        }
    }
}

fn pair(request: &str, answer: &str) -> Option<(String, String)> {
    Some((request.to_owned(), answer.to_owned()))
}

#[test]
fn a_field_that_comes_back_in_another_order_goes_with_requests() {
    let mut talk = Talk::new();
    talk.talk(8, |asked| vec![("kind", 1), ("tx", asked)], |of, _| vec![("kind", 2), ("tx", of)]);
    assert_eq!(talk.found(), pair("tx", "tx"));
}

#[test]
fn the_answer_may_have_it_elsewhere() {
    let mut talk = Talk::new();
    talk.talk(8, |asked| vec![("id", asked * 7), ("n", asked)], |of, answers| vec![("n", answers), ("re", of * 7)]);
    assert_eq!(talk.found(), pair("id", "re"));
}

#[test]
fn counters_on_both_sides_are_no_evidence_where_requests_overlap() {
    let mut talk = Talk::new();
    talk.talk(8, |asked| vec![("seq", asked)], |_, answers| vec![("seq", answers)]);
    assert_eq!(talk.found(), None);
}

#[test]
fn counters_on_both_sides_go_together_where_every_request_waits_for_its_answer() {
    let mut talk = Talk::new();
    talk.talk(1, |asked| vec![("seq", asked)], |_, answers| vec![("seq", answers)]);
    assert_eq!(talk.found(), pair("seq", "seq"));
}

#[test]
fn a_counter_on_one_side_is_nothing() {
    for depth in [1, 8] {
        let mut talk = Talk::new();
        talk.talk(depth, |asked| vec![("seq", asked), ("kind", 3)], |_, _| vec![("seq", 0), ("kind", 3)]);
        assert_eq!(talk.found(), None, "{depth}");
        let mut talk = Talk::new();
        talk.talk(depth, |_| vec![("seq", 0), ("kind", 3)], |_, answers| vec![("seq", answers), ("kind", 3)]);
        assert_eq!(talk.found(), None, "{depth}");
    }
}

#[test]
fn a_kind_that_answers_repeat_is_nothing() {
    for depth in [1, 8] {
        let mut talk = Talk::new();
        talk.talk(depth, |asked| vec![("kind", asked % 3)], |of, _| vec![("kind", of % 3)]);
        assert_eq!(talk.found(), None, "{depth}");
    }
}

#[test]
fn the_last_request_that_a_server_saw_is_not_the_one_that_it_answers() {
    let mut talk = Talk::new();
    let mut seen = 0;
    for burst in 0..60_u64 {
        // Bursts of requests are answered in turn, with the number of the last one that came.
        for asked in seen..=seen + burst % 3 {
            talk.say(1, ClientToServer, &[("id", asked)]);
        }
        seen += burst % 3;
        talk.say(1, ServerToClient, &[("ack", seen)]);
        seen += 1;
    }
    assert_eq!(talk.found(), None);
}

#[test]
fn a_few_answers_are_no_evidence() {
    let mut talk = Talk::new();
    for id in 0..3 {
        talk.say(id, ClientToServer, &[("tx", id as u64 * 99)]);
        talk.say(id, ServerToClient, &[("tx", id as u64 * 99)]);
    }
    assert_eq!(talk.found(), None);
}

#[test]
fn a_field_of_the_payload_goes_with_requests_too() {
    let mut study = Study::default();
    for asked in 0..40_u8 {
        // Two at a time, the second is answered first.
        for (direction, first) in [(ClientToServer, asked * 2), (ServerToClient, asked * 2 + 1)] {
            for id in [first, if direction == ClientToServer { first + 1 } else { first - 1 }] {
                let payload = [0x12, 0x02, 0x08, id & 0x7f];
                let (id, end, acked) = (ConnectionId(0), StreamOffset(0), Acked::UNKNOWN);
                let start = end;
                study.compare(&Compared { id, direction, start, end, acked, header: &[], payload: &payload });
            }
        }
    }
    let found = study.conclude().found.unwrap();
    assert_eq!(found.correlation.to_string(), "field 2.1");
    assert_eq!((found.answers, found.matched), (80, 80));
}

#[test]
fn counters_on_both_sides_go_together_where_kinds_of_answers_show_their_order() {
    // Answers in order, of which the lengths differ with the requests.
    let kinds = |number: u64| number.wrapping_mul(2_654_435_761) >> 7 & 3;
    let in_order = |answer: fn(u64, u64) -> u64| {
        let mut talk = Talk::new();
        for first in (0..200).step_by(2) {
            for asked in [first, first + 1] {
                talk.say(1, ClientToServer, &[("seq", asked), ("kind", kinds(asked))]);
            }
            for answers in [first, first + 1] {
                talk.say(1, ServerToClient, &[("seq", answers), ("status", kinds(answer(first, answers)))]);
            }
        }
        talk.found()
    };
    assert_eq!(in_order(|_, answers| answers), pair("seq", "seq"));
    assert_eq!(in_order(|first, answers| 2 * first + 1 - answers), None, "the second is answered before the first");
}

#[test]
fn values_that_come_but_once_are_known_and_so_are_those_that_come_again() {
    let (mut once, mut again) = (Talk::new(), Talk::new());
    once.talk(8, |asked| vec![("tx", asked)], |of, _| vec![("tx", of)]);
    again.talk(8, |asked| vec![("tx", asked % 100)], |of, _| vec![("tx", of % 100)]);
    let is_fresh = |talk: &Talk| talk.study.conclude().is_fresh(ClientToServer, &Place::Header("tx".to_owned()));
    assert_eq!((is_fresh(&once), is_fresh(&again)), (true, false));
}
