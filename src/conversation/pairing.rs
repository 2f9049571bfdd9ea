//! Which request an answer answers.
//!
//! Answers come in the order of their requests, among requests with the right label. After a gap in the answers' own
//! direction that order is no evidence any more: requests from before it may have been answered inside it. The same
//! holds for a request that comes right after an answer without request, as packets are not always captured in the
//! order in which they were sent. Such requests stay as doubtful, and are taken only where no undoubted request fits:
//! the one whose latency would be most like the last certain one, if it is at all like those before, or, where no
//! latency is known, the only one with that label.

use crate::limits;
use crate::units::{Both, Direction, Timestamp};
use smallvec::SmallVec;
use std::hint::black_box;
use std::sync::Arc;

/// The request that a message answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// 1-based number of the request's message.
    pub number: u64,
    /// Time from the request's completion to the answer's, in nanoseconds.
    pub latency_ns: i64,
}

/// A request that waits for its answer.
#[derive(Clone, Copy, Debug)]
struct Request {
    number: u64,
    time: Timestamp,
    /// 0-based index of the request's label in [`Pairing::asked`].
    label: usize,
    /// Whether the request's answer may have come already.
    doubtful: bool,
    /// Whether bytes of the request's direction are missing after it, and in them perhaps other requests.
    followed_by_gap: bool,
}

/// A label that requests had, and what undoubted ones took.
#[derive(Debug)]
struct Asked {
    label: Arc<str>,
    usual: Option<Usual>,
}

/// Latencies of the undoubted requests with one label, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Usual {
    last: i64,
    longest: i64,
}

impl Usual {
    /// How many times the longest latency so far a doubtful pair may take.
    const STRETCH: i64 = 8;

    fn allows(self, latency_ns: i64) -> bool {
        latency_ns <= self.longest.saturating_mul(Self::STRETCH)
    }
}

/// The requests of one connection that wait for their answer.
///
/// Most connections have few of them, so they stand here and not somewhere else: memory that no cache holds is waited
/// for once. Lists are short enough for taking out the first.
#[derive(Debug, Default)]
pub struct Pairing {
    /// Requests that wait for their answer, by their direction.
    waiting: Both<SmallVec<[Request; 2]>>,
    /// Times of answers without a request, by the direction of the request that may still come.
    orphans: Both<SmallVec<[Timestamp; 2]>>,
    /// Whether any of the requests that wait may be doubtful, by their direction.
    has_doubtful: Both<bool>,
    /// Labels that requests of the connection had. A profile has few labels.
    asked: SmallVec<[Asked; 2]>,
}

impl Pairing {
    /// Memory for requests that wait, in bytes, apart from what there is room for in every connection.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.waiting.values().map(held_bytes).sum::<usize>() + self.orphans.values().map(held_bytes).sum::<usize>()
    }

    /// Looks at every part of the pairing, so that all are in the processor's cache when they are wanted.
    pub(super) fn fetch(&self) {
        black_box((self.waiting.each_ref().map(SmallVec::len), self.orphans.each_ref().map(SmallVec::len)));
        black_box((self.asked.len(), self.has_doubtful));
    }

    /// Takes a request that expects an answer from the other direction.
    pub fn request(&mut self, direction: Direction, number: u64, label: &Arc<str>, time: Timestamp) {
        let orphan = take(self.orphans.of_mut(direction), 0);
        let doubtful = orphan.is_some_and(|answer| time.since(answer) <= limits::GAP_PATIENCE_NS);
        *self.has_doubtful.of_mut(direction) |= doubtful;
        let known = self.asked.iter().position(|asked| Arc::ptr_eq(&asked.label, label) || asked.label == *label);
        let label = known.unwrap_or_else(|| {
            self.asked.push(Asked { label: Arc::clone(label), usual: None });
            self.asked.len() - 1
        });
        let queue = self.waiting.of_mut(direction);
        if queue.len() >= limits::PENDING_REQUESTS {
            take(queue, 0);
        }
        queue.push(Request { number, label, time, doubtful, followed_by_gap: false });
    }

    /// Takes an answer that went in `direction`, to a request with a label that `fits`, of which none waits. If none
    /// waits that it could have been for, it may have been captured before its request.
    pub fn orphan(&mut self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) {
        let wanted = Wanted::among(&self.asked, fits);
        if self.waiting.of(direction.reverse()).iter().any(|request| wanted.has(request)) {
            return;
        }
        let orphans = self.orphans.of_mut(direction.reverse());
        if orphans.len() >= limits::PENDING_REQUESTS {
            take(orphans, 0);
        }
        orphans.push(time);
    }

    /// Takes note that bytes of `direction` are missing; answers that went this way may be among them, and requests.
    pub fn gap(&mut self, direction: Direction) {
        for request in self.waiting.of_mut(direction.reverse()) {
            request.doubtful = true;
        }
        *self.has_doubtful.of_mut(direction.reverse()) = true;
        for request in self.waiting.of_mut(direction) {
            request.followed_by_gap = true;
        }
        self.orphans.of_mut(direction).clear();
    }

    /// Takes the request that a message of `direction` at `time` answers, among those with a label that `fits`.
    pub fn answer(&mut self, direction: Direction, time: Timestamp, fits: impl Fn(&str) -> bool) -> Option<Answer> {
        let wanted = Wanted::among(&self.asked, fits);
        let queue = self.waiting.of_mut(direction.reverse());
        let index = match queue.iter().position(|request| !request.doubtful && wanted.has(request)) {
            Some(index) => index,
            None if *self.has_doubtful.of_mut(direction.reverse()) => {
                self.most_likely(direction.reverse(), time, &wanted)?
            }
            None => return None,
        };
        let queue = self.waiting.of_mut(direction.reverse());
        let request = take(queue, index)?;
        let has_doubtful = self.has_doubtful.of_mut(direction.reverse());
        if *has_doubtful {
            // Answers come in order: what was asked before had its answer in a gap, or had it early.
            queue.retain(|other| !other.doubtful || other.number > request.number || other.label != request.label);
            *has_doubtful = queue.iter().any(|other| other.doubtful);
        }
        let latency_ns = time.since(request.time);
        if let Some(asked) = self.asked.get_mut(request.label).filter(|_| !request.doubtful) {
            let longest = asked.usual.map_or(latency_ns, |usual| usual.longest.max(latency_ns));
            asked.usual = Some(Usual { last: latency_ns, longest });
        }
        Some(Answer { number: request.number, latency_ns })
    }

    /// The request among doubtful ones that has the most usual latency; where none is known the only one that fits,
    /// unless there may have been another.
    fn most_likely(&self, direction: Direction, time: Timestamp, wanted: &Wanted) -> Option<usize> {
        let queue = self.waiting.of(direction);
        let fitting = || queue.iter().enumerate().filter(|(_, request)| wanted.has(request));
        let distances = fitting().filter_map(|(index, request)| {
            let usual = self.usual(request)?;
            let latency_ns = time.since(request.time);
            usual.allows(latency_ns).then(|| (latency_ns.abs_diff(usual.last), index))
        });
        if let Some((_, index)) = distances.min() {
            return Some(index);
        }
        let mut unknown = fitting().filter(|(_, request)| self.usual(request).is_none());
        let first = unknown.next().filter(|(_, request)| !request.followed_by_gap);
        first.filter(|_| unknown.next().is_none()).map(|(index, _)| index)
    }

    fn usual(&self, request: &Request) -> Option<Usual> {
        self.asked.get(request.label)?.usual
    }
}

/// For each label that was [`Asked`], whether an answer is for it. Labels are few, requests that wait may be many.
struct Wanted(SmallVec<[bool; 8]>);

impl Wanted {
    fn among(asked: &[Asked], fits: impl Fn(&str) -> bool) -> Self {
        Self(asked.iter().map(|asked| fits(&asked.label)).collect())
    }

    fn has(&self, request: &Request) -> bool {
        self.0.get(request.label) == Some(&true)
    }
}

fn held_bytes<T>(list: &SmallVec<[T; 2]>) -> usize {
    if list.spilled() { list.capacity() * size_of::<T>() } else { 0 }
}

/// Takes out what stands at `index`, if anything does.
fn take<T>(list: &mut SmallVec<[T; 2]>, index: usize) -> Option<T> {
    (index < list.len()).then(|| list.remove(index))
}

#[cfg(test)]
mod tests;
