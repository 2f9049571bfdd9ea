//! Which request an answer answers.
//!
//! Answers come in the order of their requests, among requests with the right label. After a gap in the answers' own
//! direction that order is no evidence any more: requests from before it may have been answered inside it. The same holds
//! for a request that comes right after an answer without request, as packets are not always captured in the order in
//! which they were sent. Such requests stay as doubtful, and are taken only where no undoubted request fits: the one
//! whose latency would be most like the last certain one, if it is at all like those before, or, where no latency is
//! known, the only one with that label.

use crate::limits;
use crate::units::{Direction, Timestamp};
use std::collections::VecDeque;
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
    /// Its answer may have come already.
    doubtful: bool,
    /// Bytes of its direction are missing after it, and in them perhaps other requests.
    followed_by_gap: bool,
}

/// Latencies of the undoubted requests with one label, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Usual {
    last: i64,
    longest: i64,
}

impl Usual {
    /// How often the longest latency so far a doubtful pair may take.
    const STRETCH: i64 = 8;

    fn allows(self, latency_ns: i64) -> bool {
        latency_ns <= self.longest.saturating_mul(Self::STRETCH)
    }
}

/// The requests of one connection that wait for their answer.
#[derive(Debug, Default)]
pub struct Pairing {
    /// Indexed by the direction of the request.
    waiting: [VecDeque<Request>; 2],
    /// Whether any of them may be doubtful; indexed in the same way.
    has_doubtful: [bool; 2],
    /// Times of answers without a request; indexed by the direction of the request that may still come. Few connections have any.
    orphans: Option<Box<[VecDeque<Timestamp>; 2]>>,
    /// By label, of which a profile has few.
    usual: Vec<(Arc<str>, Usual)>,
}

impl Pairing {
    fn queue(&mut self, direction: Direction) -> &mut VecDeque<Request> {
        of(&mut self.waiting, direction)
    }

    /// Memory for what waits, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let waiting: usize = self.waiting.iter().map(VecDeque::capacity).sum();
        let orphans: usize = self.orphans.iter().flat_map(|orphans| &**orphans).map(VecDeque::capacity).sum();
        waiting * size_of::<Request>() + orphans * size_of::<Timestamp>()
    }

    /// A request that expects an answer from the other direction.
    pub fn request(&mut self, direction: Direction, number: u64, label: &Arc<str>, time: Timestamp) {
        let orphan = self.orphans.as_mut().and_then(|orphans| of(orphans, direction).pop_front());
        let doubtful = orphan.is_some_and(|answer| time.since(answer) <= limits::GAP_PATIENCE_NS);
        *of(&mut self.has_doubtful, direction) |= doubtful;
        let queue = self.queue(direction);
        if queue.len() >= limits::PENDING_REQUESTS {
            queue.pop_front();
        }
        if queue.capacity() == 0 {
            queue.reserve_exact(1); // Most requests have their answer before the next one.
        }
        queue.push_back(Request { number, label: Arc::clone(label), time, doubtful, followed_by_gap: false });
    }

    /// An answer that went in `direction`, to a request with a label that `fits`, has none. If none waits that it could
    /// have been for, it may have been captured before its request.
    pub fn orphan(&mut self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) {
        if self.queue(direction.reverse()).iter().any(|request| fits(&request.label)) {
            return;
        }
        let orphans = of(self.orphans.get_or_insert_default(), direction.reverse());
        if orphans.len() >= limits::PENDING_REQUESTS {
            orphans.pop_front();
        }
        orphans.push_back(time);
    }

    /// Bytes of `direction` are missing; answers that went this way may be among them, and requests.
    pub fn gap(&mut self, direction: Direction) {
        for request in self.queue(direction.reverse()) {
            request.doubtful = true;
        }
        *of(&mut self.has_doubtful, direction.reverse()) = true;
        for request in self.queue(direction) {
            request.followed_by_gap = true;
        }
        if let Some(orphans) = &mut self.orphans {
            of(orphans, direction).clear();
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
        let queue = of(&mut self.waiting, direction.reverse());
        let request = queue.remove(index)?;
        let has_doubtful = of(&mut self.has_doubtful, direction.reverse());
        if *has_doubtful {
            // Answers come in order: what was asked before had its answer in a gap, or had it early.
            queue.retain(|other| !other.doubtful || other.number > request.number || other.label != request.label);
            *has_doubtful = queue.iter().any(|other| other.doubtful);
        }
        let latency_ns = time.since(request.time);
        if !request.doubtful {
            self.note_latency(request.label, latency_ns);
        }
        Some(Answer { number: request.number, latency_ns })
    }

    fn note_latency(&mut self, label: Arc<str>, latency_ns: i64) {
        match self.usual.iter_mut().find(|(known, _)| *known == label) {
            Some((_, usual)) => *usual = Usual { last: latency_ns, longest: usual.longest.max(latency_ns) },
            None => {
                self.usual.reserve_exact(1);
                self.usual.push((label, Usual { last: latency_ns, longest: latency_ns }));
            }
        }
    }

    fn usual(&self, label: &str) -> Option<Usual> {
        self.usual.iter().find(|(known, _)| **known == *label).map(|(_, usual)| *usual)
    }

    /// Among doubtful requests: the one with the most usual latency; where none is known the only one that fits, unless
    /// there may have been another.
    fn most_likely(&self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) -> Option<usize> {
        let [to_server, to_client] = &self.waiting;
        let queue = if direction == Direction::ClientToServer { to_server } else { to_client };
        let fitting = || queue.iter().enumerate().filter(|(_, request)| fits(&request.label));
        let distances = fitting().filter_map(|(index, request)| {
            let usual = self.usual(&request.label)?;
            let latency_ns = time.since(request.time);
            usual.allows(latency_ns).then(|| (latency_ns.abs_diff(usual.last), index))
        });
        if let Some((_, index)) = distances.min() {
            return Some(index);
        }
        let mut unknown = fitting().filter(|(_, request)| self.usual(&request.label).is_none());
        let first = unknown.next().filter(|(_, request)| !request.followed_by_gap);
        first.filter(|_| unknown.next().is_none()).map(|(index, _)| index)
    }
}

fn of<T>(both: &mut [T; 2], direction: Direction) -> &mut T {
    let [to_server, to_client] = both;
    match direction {
        Direction::ClientToServer => to_server,
        Direction::ServerToClient => to_client,
    }
}

#[cfg(test)]
mod tests;
