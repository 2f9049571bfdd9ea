//! Answers find their requests, also where some of either were not captured.

use super::*;
use proptest::prelude::*;

const REQUESTS: Direction = Direction::ClientToServer;
const ANSWERS: Direction = Direction::ServerToClient;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ns(ms * 1_000_000)
}

fn request(pairing: &mut Pairing, number: u64, label: &str, ms: i64) {
    pairing.request(REQUESTS, number, &Arc::from(label), at(ms));
}

fn orphan(pairing: &mut Pairing, label: &str, ms: i64) {
    pairing.orphan(ANSWERS, at(ms), |wanted| wanted == label);
}

fn answer(pairing: &mut Pairing, label: &str, ms: i64) -> Option<u64> {
    pairing.answer(ANSWERS, at(ms), |wanted| wanted == label).map(|answer| answer.number)
}

#[test]
fn answers_come_in_the_order_of_their_requests() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "get", 0);
    request(&mut pairing, 2, "get", 1);
    assert_eq!(answer(&mut pairing, "get", 5), Some(1));
    assert_eq!(answer(&mut pairing, "get", 6), Some(2));
    assert_eq!(answer(&mut pairing, "get", 7), None);
}

#[test]
fn an_answer_passes_requests_with_another_label() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "put", 0);
    request(&mut pairing, 2, "get", 1);
    assert_eq!(answer(&mut pairing, "get", 5), Some(2));
    assert_eq!(answer(&mut pairing, "put", 6), Some(1));
}

#[test]
fn the_latency_is_the_time_since_the_request() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "get", 10);
    let found = pairing.answer(ANSWERS, at(12), |_| true);
    assert_eq!(found, Some(Answer { number: 1, latency_ns: 2_000_000 }));
}

#[test]
fn after_a_lost_answer_the_next_one_goes_to_the_request_with_the_usual_latency() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "beat", 0);
    assert_eq!(answer(&mut pairing, "beat", 1), Some(1));
    request(&mut pairing, 3, "beat", 10_000);
    request(&mut pairing, 4, "beat", 20_000);
    pairing.gap(ANSWERS);
    assert_eq!(answer(&mut pairing, "beat", 20_001), Some(4));
}

#[test]
fn after_a_gap_the_only_request_with_the_label_is_still_taken() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "get", 0);
    request(&mut pairing, 2, "put", 0);
    pairing.gap(ANSWERS);
    assert_eq!(answer(&mut pairing, "put", 1), Some(2));
}

#[test]
fn among_doubtful_requests_none_is_guessed_without_a_usual_latency() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "get", 0);
    request(&mut pairing, 2, "get", 1);
    pairing.gap(ANSWERS);
    assert_eq!(answer(&mut pairing, "get", 5), None);
}

#[test]
fn a_gap_in_the_requests_leaves_no_doubt_about_those_that_were_seen() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "get", 0);
    request(&mut pairing, 2, "get", 1);
    pairing.gap(REQUESTS);
    assert_eq!(answer(&mut pairing, "get", 5), Some(1));
}

#[test]
fn a_doubtful_request_is_not_taken_after_an_unheard_of_time() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "beat", 0);
    assert_eq!(answer(&mut pairing, "beat", 1), Some(1));
    request(&mut pairing, 3, "beat", 10_000);
    pairing.gap(ANSWERS);
    pairing.gap(REQUESTS);
    assert_eq!(answer(&mut pairing, "beat", 20_001), None, "its request was in the gap");
}

#[test]
fn a_doubtful_request_is_not_taken_if_others_may_be_missing_and_no_latency_is_known() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "beat", 0);
    pairing.gap(ANSWERS);
    pairing.gap(REQUESTS);
    assert_eq!(answer(&mut pairing, "beat", 10_001), None);
}

#[test]
fn a_request_captured_after_its_answer_does_not_shift_those_that_follow() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "beat", 0);
    assert_eq!(answer(&mut pairing, "beat", 1), Some(1));
    assert_eq!(answer(&mut pairing, "beat", 100), None);
    orphan(&mut pairing, "beat", 100);
    request(&mut pairing, 4, "beat", 101);
    request(&mut pairing, 5, "beat", 200);
    assert_eq!(answer(&mut pairing, "beat", 201), Some(5));
    request(&mut pairing, 7, "beat", 300);
    assert_eq!(answer(&mut pairing, "beat", 301), Some(7));
}

#[test]
fn an_answer_to_one_of_several_requests_leaves_no_doubt_about_the_next_one() {
    let mut pairing = Pairing::default();
    request(&mut pairing, 1, "beat", 0);
    request(&mut pairing, 2, "beat", 100);
    pairing.gap(ANSWERS);
    assert_eq!(answer(&mut pairing, "beat", 101), None, "to 1 or to 2");
    orphan(&mut pairing, "beat", 101);
    request(&mut pairing, 4, "beat", 200);
    assert_eq!(answer(&mut pairing, "beat", 201), Some(4));
    assert_eq!(answer(&mut pairing, "beat", 202), None, "1 and 2 came before 4 and so did their answers");
}

#[test]
fn an_answer_nobody_asked_for_does_not_cost_the_next_request_its_answer() {
    let mut pairing = Pairing::default();
    orphan(&mut pairing, "beat", 0);
    request(&mut pairing, 2, "beat", 1);
    assert_eq!(answer(&mut pairing, "beat", 2), Some(2));
}

#[test]
fn waiting_requests_are_capped() {
    let mut pairing = Pairing::default();
    for number in 0..=limits::PENDING_REQUESTS as u64 {
        request(&mut pairing, number, "get", 0);
    }
    assert_eq!(answer(&mut pairing, "get", 1), Some(1), "the oldest was given up");
}

/// What happens on a connection: requests, answers, answers without a request, gaps.
#[derive(Clone, Copy, Debug)]
enum Step {
    Request(Direction, usize),
    Answer(Direction, usize),
    Orphan(Direction, usize),
    Gap(Direction),
}

fn step() -> impl Strategy<Value = Step> {
    (0..8, any::<bool>(), 0..2_usize).prop_map(|(kind, to_server, label)| {
        let direction = if to_server { REQUESTS } else { ANSWERS };
        match kind {
            0..3 => Step::Request(direction, label),
            3..6 => Step::Answer(direction, label),
            6 => Step::Orphan(direction, label),
            _ => Step::Gap(direction),
        }
    })
}

proptest! {
    #[test]
    fn who_always_looks_for_doubtful_requests_finds_the_same_answers(
        steps in prop::collection::vec((step(), 0..400_i64), 0..60)
    ) {
        let labels = [Arc::from("get"), Arc::from("put")];
        let (mut pairing, mut slow) = (Pairing::default(), Pairing::default());
        let mut ms = 0;
        for (number, (step, pause)) in (1..).zip(steps) {
            ms += pause;
            slow.has_doubtful = Both::from_fn(|_| true);
            let both = [&mut pairing, &mut slow].map(|pairing| match step {
                Step::Request(direction, label) => {
                    pairing.request(direction, number, &labels[label], at(ms));
                    None
                }
                Step::Answer(direction, label) => pairing.answer(direction, at(ms), |asked| asked == &*labels[label]),
                Step::Orphan(direction, label) => {
                    pairing.orphan(direction, at(ms), |asked| asked == &*labels[label]);
                    None
                }
                Step::Gap(direction) => {
                    pairing.gap(direction);
                    None
                }
            });
            prop_assert_eq!(both[0], both[1]);
            prop_assert_eq!(format!("{:?}", pairing.waiting), format!("{:?}", slow.waiting));
        }
    }
}
