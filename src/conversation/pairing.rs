//! Which request an answer answers.
//!
//! Answers come in the order of their requests, among requests with the right label. After a gap in the answers' own
//! direction that order is no evidence any more: requests from before it may have been answered inside it. They stay
//! as doubtful, and are taken only where no undoubted request fits: the only one with that label, or the one whose
//! latency would be most like the last certain one.

use crate::limits;
use crate::units::{Direction, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The request that a message answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Number of the request's message.
    pub number: u64,
    /// Time from the request's completion to the answer's, in nanoseconds.
    pub latency_ns: i64,
}

/// A request that waits.
#[derive(Clone, Debug)]
struct Request {
    number: u64,
    label: Arc<str>,
    time: Timestamp,
    doubtful: bool,
}

/// The requests of one connection that wait for their answer.
#[derive(Debug, Default)]
pub struct Pairing {
    /// Indexed by the direction of the request.
    waiting: [VecDeque<Request>; 2],
    last_latency_ns: BTreeMap<Arc<str>, i64>,
}

impl Pairing {
    fn queue(&mut self, direction: Direction) -> &mut VecDeque<Request> {
        let [to_server, to_client] = &mut self.waiting;
        match direction {
            Direction::ClientToServer => to_server,
            Direction::ServerToClient => to_client,
        }
    }

    /// A request that expects an answer from the other direction.
    pub fn request(&mut self, direction: Direction, number: u64, label: &Arc<str>, time: Timestamp) {
        let queue = self.queue(direction);
        if queue.len() >= limits::PENDING_REQUESTS {
            queue.pop_front();
        }
        queue.push_back(Request { number, label: Arc::clone(label), time, doubtful: false });
    }

    /// Bytes of `direction` are missing; answers that went this way may be among them.
    pub fn gap(&mut self, direction: Direction) {
        for request in self.queue(direction.reverse()) {
            request.doubtful = true;
        }
    }

    /// Takes the request that a message of `direction` at `time` answers, among those with a label that `fits`.
    pub fn answer(&mut self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) -> Option<Answer> {
        let queue = self.queue(direction.reverse());
        let certain = queue.iter().position(|request| !request.doubtful && fits(&request.label));
        let index = match certain {
            Some(index) => index,
            None => self.most_likely(direction.reverse(), time, fits)?,
        };
        let request = self.queue(direction.reverse()).remove(index)?;
        let latency_ns = time.since(request.time);
        self.last_latency_ns.insert(request.label, latency_ns);
        Some(Answer { number: request.number, latency_ns })
    }

    /// Among doubtful requests: the only one that fits, or the one with the most usual latency, if any is known.
    fn most_likely(&mut self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) -> Option<usize> {
        let usual = std::mem::take(&mut self.last_latency_ns);
        let queue = self.queue(direction);
        let mut candidates = queue.iter().enumerate().filter(|(_, request)| fits(&request.label));
        let first = candidates.next();
        let found = match candidates.next() {
            None => first.map(|(index, _)| index),
            Some(_) => {
                let fitting = queue.iter().enumerate().filter(|(_, request)| fits(&request.label));
                let distances = fitting.filter_map(|(index, request)| {
                    let latency = usual.get(&request.label)?;
                    Some((time.since(request.time).abs_diff(*latency), index))
                });
                distances.min().map(|(_, index)| index)
            }
        };
        self.last_latency_ns = usual;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUESTS: Direction = Direction::ClientToServer;
    const ANSWERS: Direction = Direction::ServerToClient;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ns(ms * 1_000_000)
    }

    fn request(pairing: &mut Pairing, number: u64, label: &str, ms: i64) {
        pairing.request(REQUESTS, number, &Arc::from(label), at(ms));
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
    fn waiting_requests_are_capped() {
        let mut pairing = Pairing::default();
        for number in 0..=limits::PENDING_REQUESTS as u64 {
            request(&mut pairing, number, "get", 0);
        }
        assert_eq!(answer(&mut pairing, "get", 1), Some(1), "the oldest was given up");
    }
}
