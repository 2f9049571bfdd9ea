//! All connections at once.
//!
//! In: segments in capture order. Out: calls of the sink. Invariant: memory is bounded by the limits, and the work for
//! a segment by the logarithm of what is followed, whatever comes. Not responsible for what a connection does with it.

use super::history::History;
use super::schedule::Schedule;
use super::table::Table;
use super::{ConnectionId, Slot, State, StreamConfig, StreamSink};
use crate::limits::CLOCK_STEP_NS;
use crate::packet::Segment;
use crate::units::{Clock, Elapsed, GapReason, Timestamp};

/// The stream stage: follows every TCP connection of a capture. `K` is what its sink keeps of each.
#[derive(Debug)]
pub struct Streams<K = ()> {
    config: StreamConfig,
    table: Table<K>,
    /// Number of connections so far.
    count: usize,
    history: History,
    clock: Clock,
    expiries: Schedule<Elapsed>,
    deadlines: Schedule<Elapsed>,
    pending: Schedule<u64>,
    pending_bytes: usize,
    peaks: Peaks,
}

/// The most connections and memory that a stage had at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Peaks {
    /// The most connections that were followed at once.
    pub connections: usize,
    /// The most memory for what waited behind holes, in bytes.
    pub pending_bytes: usize,
}

impl<K: Default> Streams<K> {
    /// A stage that has seen nothing yet.
    #[must_use]
    pub fn new(config: StreamConfig) -> Self {
        Self {
            config,
            table: Table::default(),
            count: 0,
            history: History::default(),
            clock: Clock::new(CLOCK_STEP_NS),
            expiries: Schedule::default(),
            deadlines: Schedule::default(),
            pending: Schedule::default(),
            pending_bytes: 0,
            peaks: Peaks::default(),
        }
    }

    /// Takes the next segment in capture order and tells `sink` what became known by it. The time of the segment also
    /// ends waiting in other connections.
    pub fn push(&mut self, segment: &Segment<'_>, sink: &mut impl StreamSink<Kept = K>) {
        let now = self.clock.note(segment.origin.time);
        let slot = self.connection_of(segment, now, sink);
        if let Some(tracked) = self.table.at(slot) {
            tracked.push(segment, now, &mut self.history, sink);
            if tracked.is_out_of_place() {
                self.reschedule(slot);
            }
        }
        self.end_waiting(now, sink);
        self.bound_pending(sink);
    }

    /// Takes note that no segment came until `time`, and ends what waited until then. As between two segments, at most
    /// [`CLOCK_STEP_NS`] pass.
    pub fn pass_time(&mut self, time: Timestamp, sink: &mut impl StreamSink<Kept = K>) {
        let now = self.clock.note(time);
        self.end_waiting(now, sink);
    }

    #[inline]
    fn end_waiting(&mut self, now: Elapsed, sink: &mut impl StreamSink<Kept = K>) {
        if self.deadlines.is_due(now) || self.expiries.is_due(now) {
            self.end_overdue(now, sink);
        }
    }

    /// Ends what waited until the clock shows `now`.
    fn end_overdue(&mut self, now: Elapsed, sink: &mut impl StreamSink<Kept = K>) {
        while let Some((_, slot)) = self.deadlines.first().filter(|(deadline, _)| *deadline <= now)
            && let Some(tracked) = self.table.at(slot)
        {
            tracked.wake(now, &mut self.history, sink);
            let deadline = tracked.deadline();
            let places = tracked.places.holes.get_or_insert_default();
            self.deadlines.relocate(slot, &mut places.deadline, deadline);
            self.reschedule(slot);
        }
        while let Some((_, slot)) = self.first_to_expire(|expiry| expiry <= now) {
            self.close(slot, State::Idle, sink);
        }
    }

    /// Closes the connection that would be forgotten first. Returns whether there was one.
    pub fn evict(&mut self, sink: &mut impl StreamSink<Kept = K>) -> bool {
        let first = self.first_to_expire(|_| true);
        if let Some((_, slot)) = first {
            self.close(slot, State::Evicted, sink);
        }
        first.is_some()
    }

    /// Number of connections that are followed now.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.table.len()
    }

    /// The most connections and memory that the stage had at once so far.
    #[must_use]
    pub fn peaks(&self) -> Peaks {
        self.peaks
    }

    /// Declares the hole with the oldest packet behind it a gap, as at the end of the capture it is one. Returns
    /// whether there was one.
    pub(crate) fn end_oldest_hole(&mut self, sink: &mut impl StreamSink<Kept = K>) -> bool {
        self.give_up_oldest(GapReason::NotCaptured, sink)
    }

    /// Ends the capture: tells all that waits and closes every connection, in order of their numbers.
    pub fn finish(&mut self, sink: &mut impl StreamSink<Kept = K>) {
        let mut table = std::mem::take(&mut self.table);
        for slot in table.in_order() {
            if let Some(tracked) = table.at(slot) {
                tracked.close(tracked.state(), &mut self.history, sink);
            }
            table.forget(slot);
        }
        (self.expiries, self.deadlines, self.pending) = Default::default();
        self.pending_bytes = 0;
    }

    /// Which connection is in `slot` now, and what the sink keeps of it.
    pub fn kept(&mut self, slot: Slot) -> Option<(ConnectionId, &mut K)> {
        self.table.at(slot).map(|tracked| (tracked.id(), tracked.kept()))
    }

    /// The smallest number of a packet whose bytes wait behind a hole, in any connection: everything that became
    /// available before it was told.
    #[must_use]
    pub fn oldest_pending(&self) -> Option<u64> {
        self.pending.first().map(|(packet, _)| packet)
    }

    /// The slot of the connection that `segment` belongs to, which it may begin.
    fn connection_of(&mut self, segment: &Segment<'_>, now: Elapsed, sink: &mut impl StreamSink<Kept = K>) -> Slot {
        if let Some(slot) = self.table.find(segment)
            && let Some(tracked) = self.table.at(slot)
        {
            if !segment.payload.is_empty() {
                tracked.fetch();
                sink.at_hand(slot, tracked.kept());
            }
            let expired = tracked.expiry() <= now || tracked.is_left_behind(segment);
            if !expired && tracked.owns(segment) {
                return slot;
            }
            let state = if expired { State::Idle } else { tracked.state() };
            self.close(slot, state, sink);
        }
        while self.table.len() >= self.config.max_connections && self.evict(sink) {}
        let slot = self.table.begin(ConnectionId(self.count), segment, now, &self.config);
        self.count += 1;
        self.peaks.connections = self.peaks.connections.max(self.table.len());
        slot
    }

    /// The connection that expires first, if its time is `due`. Places in the schedule are not moved while packets
    /// come, so they are brought up to date here: once for each packet at most.
    fn first_to_expire(&mut self, due: impl Fn(Elapsed) -> bool) -> Option<(Elapsed, Slot)> {
        loop {
            let (place, slot) = self.expiries.first().filter(|(place, _)| due(*place))?;
            let tracked = self.table.at(slot)?;
            let expiry = tracked.expiry();
            if expiry <= place {
                return Some((place, slot));
            }
            self.expiries.relocate(slot, &mut tracked.places.expiry, Some(expiry));
        }
    }

    /// Declares the oldest holes gaps while too much waits in all.
    fn bound_pending(&mut self, sink: &mut impl StreamSink<Kept = K>) {
        while self.pending_bytes > self.config.max_pending_bytes && self.give_up_oldest(GapReason::QueueFull, sink) {}
    }

    /// Declares the hole with the oldest packet behind it a gap. Returns whether there was one.
    fn give_up_oldest(&mut self, reason: GapReason, sink: &mut impl StreamSink<Kept = K>) -> bool {
        let Some((_, slot)) = self.pending.first() else { return false };
        let Some(tracked) = self.table.at(slot) else { return false };
        tracked.give_up_oldest(reason, &mut self.history, sink);
        self.reschedule(slot);
        true
    }

    /// Brings the places of a connection up to date after it changed. Times are moved only to earlier ones; they are
    /// looked at again when they come.
    fn reschedule(&mut self, slot: Slot) {
        let Some(tracked) = self.table.at(slot) else { return };
        let expiry = tracked.expiry();
        if tracked.places.expiry.is_none_or(|place| expiry < place) {
            self.expiries.relocate(slot, &mut tracked.places.expiry, Some(expiry));
        }
        if !tracked.has_holes() {
            return;
        }
        let (deadline, pending, bytes) = (tracked.deadline(), tracked.oldest_pending(), tracked.pending_bytes());
        let places = tracked.places.holes.get_or_insert_default();
        if deadline.is_none() || places.deadline.is_none_or(|place| deadline < Some(place)) {
            self.deadlines.relocate(slot, &mut places.deadline, deadline);
        }
        self.pending.relocate(slot, &mut places.pending, pending);
        self.pending_bytes = self.pending_bytes - places.pending_bytes + bytes;
        places.pending_bytes = bytes;
        self.peaks.pending_bytes = self.peaks.pending_bytes.max(self.pending_bytes);
    }

    fn close(&mut self, slot: Slot, state: State, sink: &mut impl StreamSink<Kept = K>) {
        let Some(tracked) = self.table.at(slot) else { return };
        self.expiries.relocate(slot, &mut tracked.places.expiry, None);
        if let Some(places) = &mut tracked.places.holes {
            self.deadlines.relocate(slot, &mut places.deadline, None);
            self.pending.relocate(slot, &mut places.pending, None);
            self.pending_bytes -= places.pending_bytes;
        }
        tracked.close(state, &mut self.history, sink);
        self.table.remove(slot);
    }
}
