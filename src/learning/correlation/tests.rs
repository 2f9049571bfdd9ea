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
            packet: self.sent.to_server + self.sent.to_client,
            may_ask: true,
            may_answer: true,
            label: None,
            header: &header,
            payload: b"",
        });
    }

    fn found(&self) -> Option<(String, String)> {
        let found = self.study.conclude().found.pop()?;
        assert_eq!(found.requests, ClientToServer);
        let name = |place: &Place| match place {
            Place::Header(name) => name.clone(),
            other => other.to_string(),
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
                let (may_ask, may_answer, label, header, payload) = (true, true, None, &[], &payload);
                study.compare(&Compared {
                    id,
                    direction,
                    start,
                    end,
                    packet: 1,
                    acked,
                    may_ask,
                    may_answer,
                    label,
                    header,
                    payload,
                });
            }
        }
    }
    let found = study.conclude().found.pop().unwrap();
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

#[test]
fn what_a_server_saw_last_is_no_name_of_a_request_beside_the_real_one() {
    let mut talk = Talk::new();
    let asked = std::cell::Cell::new(0);
    let request = |number| {
        asked.set(number);
        vec![("id", number)]
    };
    talk.talk(8, request, |of, _| vec![("seen", asked.get()), ("re", of)]);
    assert_eq!(talk.found(), pair("id", "re"));
    // By itself it is none either: what was asked first is never answered.
    let mut talk = Talk::new();
    talk.talk(8, request, |_, _| vec![("seen", asked.get())]);
    assert_eq!(talk.found(), None);
}

#[test]
fn of_two_places_the_one_that_leaves_nothing_unanswered_goes_with_requests() {
    // The request before is named too, which the first has none of.
    let mut talk = Talk::new();
    talk.talk(8, |asked| vec![("id", asked * 3)], |of, _| vec![("after", of.saturating_sub(1) * 3), ("re", of * 3)]);
    assert_eq!(talk.found(), pair("id", "re"));
}

#[test]
fn two_places_that_tell_different_pairs_decide_nothing() {
    let mut talk = Talk::new();
    // Requests go in twos, and each answer names both.
    for first in (0..200_u64).step_by(2) {
        for asked in [first, first + 1] {
            talk.say(1, ClientToServer, &[("id", asked * 3)]);
        }
        let last = first + u64::from(first % 4 == 0);
        for of in [last, last ^ 1] {
            talk.say(1, ServerToClient, &[("one", of * 3), ("other", (of ^ 1) * 3)]);
        }
    }
    let studied = talk.study.conclude();
    assert_eq!(studied.found, []);
    let (one, other) = studied.rivals.unwrap();
    let mut answers = [one.answer, other.answer];
    answers.sort_by_key(|place| *place != Place::Header("one".to_owned()));
    assert_eq!(answers, [Place::Header("one".to_owned()), Place::Header("other".to_owned())]);
}

/// What a server sends unasked, one message for each answer, with numbers of its own.
fn with_pushes(push: impl Fn(u64) -> Vec<(&'static str, u64)>) -> Talk {
    let mut talk = Talk::new();
    let mut waiting = Vec::new();
    for number in 0..200_u64 {
        talk.say(1, ClientToServer, &[("kind", 1), ("id", number)]);
        waiting.push(number);
        if waiting.len() == 5 {
            for at in [3, 0, 1, 1, 0] {
                talk.say(1, ServerToClient, &[("kind", 2), ("id", waiting.remove(at))]);
                talk.say(1, ServerToClient, &push(number));
            }
        }
    }
    talk
}

#[test]
fn what_a_server_sends_unasked_does_not_hide_what_answers_share_with_requests() {
    let numbers = std::cell::Cell::new(0);
    let next = || numbers.replace(numbers.get() + 1);
    for talk in [
        with_pushes(|_| vec![("kind", 3), ("id", next())]),
        with_pushes(|_| vec![("kind", 3), ("id", 1_000_000 + next())]),
    ] {
        assert_eq!(talk.found(), pair("id", "id"));
        let found = talk.study.conclude().found.pop().unwrap();
        let field =
            |kind| HeaderField { name: "kind", value: HeaderValue::Number(kind), place: 0..1, is_framing: false };
        assert!(found.answers(&[field(2)], None) && !found.answers(&[field(3)], None));
        assert!(found.asks(&[field(1)], None));
    }
    // Where no kind tells them, their value does.
    let talk = with_pushes(|_| vec![("kind", 2), ("id", 0xffff)]);
    assert_eq!(talk.found(), pair("id", "id"));
    // Numbers of their own are those of requests now and then.
    let talk = with_pushes(|_| vec![("kind", 2), ("id", next())]);
    assert_eq!(talk.found(), None);
}

#[test]
fn both_sides_may_ask_and_answer() {
    let mut talk = Talk::new();
    for number in (0..400_u64).step_by(2) {
        for (asks, shift) in [(ClientToServer, 0), (ServerToClient, 1000)] {
            for id in [number, number + 1] {
                talk.say(1, asks, &[("kind", 0), ("id", id + shift)]);
            }
            for id in [number + 1, number] {
                talk.say(1, asks.reverse(), &[("kind", 1), ("id", id + shift)]);
            }
        }
    }
    let studied = talk.study.conclude();
    let field = |kind| [HeaderField { name: "kind", value: HeaderValue::Number(kind), place: 0..1, is_framing: false }];
    for requests in Direction::BOTH {
        let found = studied.found_for(requests).unwrap();
        assert_eq!(found.correlation.to_string(), "header field id");
        assert!(found.asks(&field(0), None) && !found.asks(&field(1), None), "{found:?}");
        assert!(found.answers(&field(1), None) && !found.answers(&field(0), None));
    }
}

#[test]
fn more_answers_than_requests_show_that_order_tells_nothing() {
    let has_unasked = |pushes: bool| {
        let mut talk = Talk::new();
        for number in 0..20 {
            talk.say(1, ClientToServer, &[("kind", 1)]);
            talk.say(1, ServerToClient, &[("kind", 2)]);
            if pushes && number % 5 == 0 {
                talk.say(1, ServerToClient, &[("kind", 2)]);
            }
        }
        talk.study.conclude().has_unasked
    };
    assert!(has_unasked(true) && !has_unasked(false));
}

/// Numbers that are no counter's.
fn mixed(number: u64) -> u64 {
    number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

#[test]
fn what_was_written_before_and_is_read_is_no_name_of_the_request() {
    let (ok, read) = ([("ok", 1)], [("read", 1)]);
    for is_pipelined in [false, true] {
        let mut talk = Talk::new();
        for number in 0..60 {
            let (write, value) = ([("write", mixed(number))], [("value", mixed(number))]);
            talk.say(1, ClientToServer, &write);
            if is_pipelined {
                talk.say(1, ClientToServer, &read);
                talk.say(1, ServerToClient, &ok);
            } else {
                talk.say(1, ServerToClient, &ok);
                talk.say(1, ClientToServer, &read);
            }
            talk.say(1, ServerToClient, &value);
        }
        assert_eq!(talk.found(), None, "pipelined: {is_pipelined}");
    }
}

#[test]
fn a_name_that_not_all_messages_have_is_found_though_turns_explain_as_much() {
    let mut talk = Talk::new();
    let fields = |number| if number % 4 == 3 { vec![("ping", 1)] } else { vec![("id", mixed(number))] };
    talk.talk(8, fields, |of, _| fields(of));
    assert_eq!(talk.found(), Some(("id".to_owned(), "id".to_owned())));
}

#[test]
fn slow_even_requests_and_fast_odd_ones_are_found_from_twenty_on_whatever_the_first_number_is() {
    for first in [0, 1, 7] {
        let mut talk = Talk::new();
        let ids = first..first + 20;
        ids.clone().for_each(|id| talk.say(1, ClientToServer, &[("id", id)]));
        for is_odd in [true, false] {
            let answered = ids.clone().filter(|id| (id % 2 == 1) == is_odd);
            answered.for_each(|id| talk.say(1, ServerToClient, &[("id", id)]));
        }
        assert_eq!(talk.found(), Some(("id".to_owned(), "id".to_owned())), "from {first}");
    }
}
