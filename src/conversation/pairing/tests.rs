//! Pairs are right or not told: by small cases, and for any talk of which any frames are missing.

use super::*;
use crate::profile::Id;
use crate::units::{Acked, Origin, StreamOffset, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const REQUESTS: Direction = Direction::ClientToServer;
const ANSWERS: Direction = Direction::ServerToClient;

/// A talk as somebody hears it who captures both directions, but not every frame.
#[derive(Default)]
struct Heard {
    pairing: Pairing,
    /// Position behind all that was sent, by direction, and behind the last frame that was captured.
    ends: Both<u64>,
    captured: Both<u64>,
    /// How much of the other direction each side had.
    had: Both<u64>,
    ms: i64,
    number: u64,
    packets: u64,
}

impl Heard {
    fn new(is_promised: bool) -> Self {
        Self { pairing: Pairing::new(is_promised), ..Self::default() }
    }

    /// Sends a frame; somebody who hears it gets where it is.
    fn send(&mut self, direction: Direction, len: u64, is_heard: bool) -> Option<Sent> {
        self.ms += 1;
        self.packets += 1;
        let start = *self.ends.of(direction);
        *self.ends.of_mut(direction) = start + len;
        let had = *self.had.of(direction);
        let acked = Acked::up_to(StreamOffset(had), had <= *self.captured.of(direction.reverse()));
        let at = Origin { packet: self.packets, time: Timestamp::from_ns(self.ms * 1_000_000), acked };
        is_heard.then(|| {
            *self.captured.of_mut(direction) = start + len;
            self.number += 1;
            let sent = Sent { start, end: start + len, at };
            self.pairing.sent(direction, &sent, Some(0));
            sent
        })
    }

    /// Lets a side have everything that was sent to it.
    fn deliver(&mut self, to_sender_of: Direction) {
        *self.had.of_mut(to_sender_of) = *self.ends.of(to_sender_of.reverse());
    }

    fn ask(&mut self, label: &str, id: Option<u64>, is_heard: bool) -> u64 {
        if let Some(sent) = self.send(REQUESTS, 10 + label.len() as u64, is_heard) {
            let ids = id.into_iter().map(|id| Named { which: 0, id: Id::Number(id), is_fresh: false });
            self.pairing.request((REQUESTS, self.number), &sent, Some(&Arc::from(label)), ids.collect());
        }
        self.deliver(ANSWERS);
        self.number
    }

    fn answer(&mut self, label: &str, id: Option<u64>, is_heard: bool) -> Option<Verdict> {
        let sent = self.send(ANSWERS, 12, is_heard)?;
        let value = |id| Value { which: 0, id: Id::Number(id), by: AnsweredBy::Match, is_count: false, is_only: false };
        let by = id.map_or(By::Order, |id| By::Value(value(id)));
        Some(self.pairing.answer(ANSWERS, &sent, by, |asked| asked == Some(label)))
    }

    /// Answers and lets the client have it; the number of the request, 0 where it is none, none where it is doubtful.
    fn hear(&mut self, label: &str) -> Option<u64> {
        let verdict = self.answer(label, None, true);
        self.deliver(REQUESTS);
        told(&verdict.unwrap())
    }
}

fn told(verdict: &Verdict) -> Option<u64> {
    match verdict {
        Verdict::Request(request, _) => Some(request.number),
        Verdict::None => Some(0),
        Verdict::Doubtful(..) => None,
    }
}

#[test]
fn without_a_promise_an_answer_goes_to_the_only_request_that_waits() {
    let mut heard = Heard::new(false);
    let first = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(first));
    let second = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(second));
}

#[test]
fn without_a_promise_two_that_wait_make_everything_after_them_doubtful() {
    let mut heard = Heard::new(false);
    heard.ask("get", None, true);
    heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), None);
    assert_eq!(heard.hear("get"), None);
    heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), None, "which of the first two is still open nobody knows");
    assert_eq!(heard.pairing.doubtful(), 3);
}

#[test]
fn a_label_says_which_of_several_requests_is_meant() {
    let mut heard = Heard::new(false);
    let put = heard.ask("put", None, true);
    let get = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(get));
    assert_eq!(heard.hear("put"), Some(put));
}

#[test]
fn what_the_server_had_not_got_it_does_not_answer() {
    let mut heard = Heard::new(false);
    let first = heard.ask("get", None, true);
    // The second request is still on its way when the answer leaves.
    let had = *heard.had.of(ANSWERS);
    let second = heard.ask("get", None, true);
    *heard.had.of_mut(ANSWERS) = had;
    assert_eq!(heard.hear("get"), Some(first));
    heard.deliver(ANSWERS);
    assert_eq!(heard.hear("get"), Some(second));
}

#[test]
fn an_answer_nobody_asked_for_shows_that_answers_are_not_counted_off() {
    let mut heard = Heard::new(false);
    assert_eq!(heard.hear("get"), Some(0), "a greeting says nothing");
    let first = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(first));
    assert_eq!(heard.hear("get"), Some(0));
    heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), None, "it may be one more to the first");
}

#[test]
fn an_answer_that_was_captured_before_its_request_costs_no_other_its_pair() {
    for is_promised in [false, true] {
        let mut heard = Heard::new(is_promised);
        heard.ask("get", None, true);
        heard.hear("get");
        // The request is sent, but not captured yet.
        let (start, had) = (*heard.ends.of(REQUESTS), *heard.had.of(REQUESTS));
        *heard.ends.of_mut(REQUESTS) += 13;
        heard.deliver(ANSWERS);
        assert_eq!(heard.hear("get"), Some(0));
        let now = heard.had.of(REQUESTS).to_owned();
        (*heard.ends.of_mut(REQUESTS), *heard.had.of_mut(REQUESTS)) = (start, had);
        heard.ask("get", None, true);
        *heard.had.of_mut(REQUESTS) = now;
        let next = heard.ask("get", None, true);
        assert_eq!(heard.hear("get"), Some(next), "{is_promised}");
    }
}

#[test]
fn a_promise_holds_with_any_number_of_requests() {
    let mut heard = Heard::new(true);
    let asked: Vec<_> = (0..50).map(|_| heard.ask("get", None, true)).collect();
    assert_eq!(asked.iter().map(|_| heard.hear("get").unwrap()).collect::<Vec<_>>(), asked);
}

#[test]
fn after_a_lost_answer_the_client_s_acknowledgment_tells_which_request_had_it() {
    let mut heard = Heard::new(true);
    heard.ask("get", None, true);
    assert!(heard.answer("get", None, false).is_none());
    heard.deliver(REQUESTS);
    let second = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(second));
}

#[test]
fn after_a_lost_answer_nothing_is_told_that_may_be_wrong() {
    let mut heard = Heard::new(true);
    for _ in 0..3 {
        heard.ask("get", None, true);
    }
    assert!(heard.answer("get", None, false).is_none());
    assert_eq!(heard.hear("get"), None, "one answer may be lost or two");
}

#[test]
fn types_tell_where_counting_does_not() {
    let mut heard = Heard::new(true);
    heard.ask("get", None, true);
    heard.ask("get", None, true);
    let put = heard.ask("put", None, true);
    let get = heard.ask("get", None, true);
    assert!(heard.answer("get", None, false).is_none());
    assert_eq!(heard.hear("put"), Some(put));
    assert_eq!(heard.hear("get"), Some(get));
}

#[test]
fn silence_ends_the_doubt_where_order_is_promised_and_nowhere_else() {
    for is_promised in [true, false] {
        let mut heard = Heard::new(is_promised);
        heard.ask("get", None, false);
        heard.ask("get", None, true);
        assert_eq!(heard.hear("get"), is_promised.then_some(0), "it is for the lost one, if order is promised");
        assert_eq!(heard.hear("get"), None);
        heard.ms += 6_000;
        let late = heard.ask("get", None, true);
        assert_eq!(heard.hear("get"), is_promised.then_some(late));
    }
}

#[test]
fn a_value_may_have_several_answers_until_it_is_used_again() {
    let mut heard = Heard::new(false);
    let first = heard.ask("get", Some(7), true);
    let second = heard.ask("get", Some(8), true);
    let hear = |heard: &mut Heard, id| told(&heard.answer("get", Some(id), true).unwrap());
    assert_eq!([8, 7, 7].map(|id| hear(&mut heard, id)), [second, first, first].map(Some));
    let again = heard.ask("get", Some(7), true);
    assert_eq!([7, 9].map(|id| hear(&mut heard, id)), [Some(again), Some(0)]);
}

#[test]
fn two_requests_with_one_value_are_not_told_apart() {
    let mut heard = Heard::new(false);
    heard.ask("get", Some(7), true);
    heard.ask("get", Some(7), true);
    assert_eq!(told(&heard.answer("get", Some(7), true).unwrap()), None);
}

#[test]
fn a_value_that_may_have_been_used_again_in_missing_bytes_tells_nothing() {
    let mut heard = Heard::new(false);
    for _ in 0..2 {
        heard.ask("get", Some(7), true);
        heard.answer("get", Some(7), true);
    }
    heard.ask("get", Some(7), false);
    assert_eq!(told(&heard.answer("get", Some(7), true).unwrap()), None);
}

#[test]
fn waiting_requests_are_capped() {
    for (is_promised, id) in [(false, None), (true, None), (false, Some(0))] {
        let mut heard = Heard::new(is_promised);
        for number in 0..crate::limits::PENDING_REQUESTS as u64 * 3 {
            heard.ask("get", id.map(|id| id + number), true);
        }
        assert!(heard.pairing.held_bytes() < 1 << 20, "{}", heard.pairing.held_bytes());
        assert_ne!(heard.hear("get"), Some(1), "the oldest was given up, and nobody knows what for");
    }
}

/// How a talk goes: in steps, of which some are heard.
#[derive(Clone, Debug)]
struct Talk {
    depth: usize,
    labels: usize,
    answers_each: usize,
    /// For each step, which request is answered of those that wait, and whether it and the next request are heard.
    steps: Vec<(usize, bool, bool, bool)>,
}

fn talk() -> impl Strategy<Value = Talk> {
    let loss = prop_oneof![Just(0), Just(5), Just(30)];
    (prop_oneof![Just(1), Just(2), Just(8)], 1..3_usize, 1..3_usize, loss).prop_flat_map(
        |(depth, labels, answers_each, loss)| {
            let heard = move || (0..100).prop_map(move |chance| chance >= loss);
            let step = (0..depth, heard(), heard(), any::<bool>());
            prop::collection::vec(step, 0..80).prop_map(move |steps| Talk { depth, labels, answers_each, steps })
        },
    )
}

/// Ids of requests: each its own, or the smallest that is free.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ids {
    None,
    Unique,
    Reused,
}

/// What becomes of a talk: how many answers got their request, of how many whose request was heard too. Panics where
/// one gets another's.
fn listen(talk: &Talk, is_promised: bool, ids: Ids) -> (usize, usize) {
    let mut heard = Heard::new(is_promised);
    let (mut waiting, mut asked) = (Vec::new(), 0);
    let known = std::cell::RefCell::new(BTreeMap::new());
    let (mut right, mut possible) = (0, 0);
    let mut ask = |heard: &mut Heard, waiting: &mut Vec<(u64, &str, Option<u64>)>, is_heard: bool| {
        asked += 1;
        let label = if asked % talk.labels as u64 == 0 { "get" } else { "put" };
        let used: BTreeSet<u64> = waiting.iter().filter_map(|(.., id)| *id).collect();
        let id = match ids {
            Ids::None => None,
            Ids::Unique => Some(asked * 7919),
            Ids::Reused => (0..).find(|id| !used.contains(id)),
        };
        let number = heard.ask(label, id, is_heard);
        if is_heard {
            known.borrow_mut().insert(asked, number);
        }
        waiting.push((asked, label, id));
    };
    for step in &talk.steps {
        let (which, hears_request, hears_answer, is_slow) = *step;
        while waiting.len() < talk.depth {
            ask(&mut heard, &mut waiting, hears_request);
        }
        let which = if is_promised { 0 } else { which.min(waiting.len() - 1) };
        let (request, label, id) = waiting.remove(which);
        for _ in 0..if ids == Ids::None { 1 } else { talk.answers_each } {
            let verdict = heard.answer(label, id, hears_answer);
            let Some(verdict) = verdict else { continue };
            let truth = known.borrow().get(&request).copied();
            // Whether values are used again is not known at first.
            let counts = truth.is_some() && (ids == Ids::None || known.borrow().len() > 16);
            possible += usize::from(counts);
            match told(&verdict) {
                Some(0) | None => {}
                told => {
                    assert_eq!(told, truth, "{is_promised} {ids:?} request {request} {verdict:?}");
                    right += usize::from(counts);
                }
            }
        }
        if !is_slow || talk.depth == 1 {
            heard.deliver(REQUESTS);
        }
    }
    (right, possible)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_pair_is_wrong_whatever_is_missing(talk in talk(), is_promised: bool) {
        listen(&talk, is_promised, Ids::None);
        listen(&talk, false, Ids::Reused);
    }

    #[test]
    fn every_pair_is_found_where_nothing_is_missing_and_one_request_waits_at_a_time(talk in talk()) {
        let steps = talk.steps.iter().map(|step| (0, true, true, step.3)).collect();
        let talk = Talk { depth: 1, steps, ..talk };
        let (right, possible) = listen(&talk, false, Ids::None);
        prop_assert_eq!(right, possible);
    }

    #[test]
    fn every_pair_is_found_where_nothing_is_missing_and_order_is_promised(talk in talk()) {
        let steps = talk.steps.iter().map(|step| (0, true, true, step.3)).collect();
        let (right, possible) = listen(&Talk { steps, ..talk }, true, Ids::None);
        prop_assert_eq!(right, possible);
    }

    #[test]
    fn every_pair_of_which_both_were_heard_is_found_by_a_value_of_its_own(talk in talk()) {
        let (right, possible) = listen(&talk, false, Ids::Unique);
        prop_assert_eq!(right, possible);
    }
}

#[test]
fn a_pause_and_an_answer_at_once_end_the_doubt_where_order_is_promised() {
    let mut heard = Heard::new(true);
    heard.ask("get", None, false);
    let first = heard.ask("get", None, true);
    assert_eq!(heard.hear("get"), Some(0));
    assert_eq!(heard.hear("get"), None, "it may be for one more that is missing, or for {first}");
    heard.ms += 300;
    let asked = [heard.ask("get", None, true), heard.ask("get", None, true)];
    assert_eq!([(); 2].map(|()| heard.hear("get").unwrap()), asked);
}

#[test]
fn a_pause_before_the_last_request_counts_where_the_doubt_begins_with_its_answer() {
    for (pause_ms, is_told) in [(300, true), (30, false)] {
        let mut heard = Heard::new(true);
        for _ in 0..3 {
            heard.ask("get", None, true);
        }
        assert!(heard.answer("get", None, false).is_none());
        heard.ms += pause_ms;
        let last = heard.ask("get", None, true);
        assert_eq!(heard.hear("get"), is_told.then_some(last));
    }
}

#[test]
fn what_is_asked_after_the_last_answer_does_not_count_as_never_answered() {
    for (before, after, requests) in [(2, 0, 0), (1, 5, 0), (3, 0, 2), (3, 4, 6)] {
        let mut heard = Heard::new(true);
        for _ in 0..before {
            heard.ask("get", None, true);
        }
        heard.hear("get");
        for _ in 0..after {
            heard.ask("get", None, true);
        }
        assert_eq!(heard.pairing.unanswered(), Unanswered { requests, of: before + after }, "{before} {after}");
    }
}
