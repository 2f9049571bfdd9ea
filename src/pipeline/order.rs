//! Puts events in capture order.
//!
//! Events of one direction come in order by themselves. Events of others overtake them where bytes wait behind a hole,
//! or for a search to confirm where a frame starts: those bytes count from the packets that carried them, long ago. So
//! while anything waits anywhere, later events wait too, up to a cap on bytes, and in live captures on time. In the
//! usual case nothing waits and an event passes through without a copy.

use super::event::Event;
use super::messages::Messages;
use crate::units::Elapsed;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Passes events on in the order of their packets.
pub(super) struct Ordered<'s> {
    pub(super) inner: Messages<'s>,
    patience: Patience,
    waiting: BinaryHeap<Reverse<Waiting>>,
    waiting_bytes: usize,
    peak_bytes: usize,
    arrivals: u64,
    pass_through: bool,
    /// When each event that waits came, and its packet, in that order; kept where time is a cap.
    since: VecDeque<(Elapsed, u64)>,
    now: Elapsed,
}

/// How much may wait, and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub bytes: usize,
    /// Nanoseconds of packet time that an event waits at most; none where nobody waits for the output.
    pub time_ns: Option<i64>,
}

/// An event that waits; ordered by packet, then by arrival.
struct Waiting {
    packet: u64,
    arrival: u64,
    event: Event<'static>,
}

impl<'s> Ordered<'s> {
    pub(super) fn new(inner: Messages<'s>, patience: Patience) -> Self {
        Self {
            inner,
            patience,
            waiting: BinaryHeap::new(),
            waiting_bytes: 0,
            peak_bytes: 0,
            arrivals: 0,
            pass_through: true,
            since: VecDeque::new(),
            now: Elapsed::default(),
        }
    }

    /// The most bytes that waited at once.
    pub(super) fn peak_bytes(&self) -> usize {
        self.peak_bytes
    }

    /// Prepares for a segment that is pushed when the clock shows `now`; `oldest_pending` is the oldest packet of which
    /// bytes wait.
    #[inline]
    pub(super) fn expect(&mut self, oldest_pending: Option<u64>, now: Elapsed) {
        self.now = now;
        self.pass_through = oldest_pending.is_none() && self.waiting.is_empty();
    }

    pub(super) fn push(&mut self, event: Event<'_>) {
        if self.pass_through {
            self.inner.push(event);
            return;
        }
        self.arrivals += 1;
        self.waiting_bytes += event.held_len();
        if self.patience.time_ns.is_some() {
            self.since.push_back((self.now, event.at.packet));
        }
        let waiting = Waiting { packet: event.at.packet, arrival: self.arrivals, event: event.into_owned() };
        self.waiting.push(Reverse(waiting));
        while self.waiting_bytes > self.patience.bytes && self.release_first() {}
        self.peak_bytes = self.peak_bytes.max(self.waiting_bytes);
    }

    /// Lets events go after a segment was pushed: whatever is not later than the oldest packet that still waits goes
    /// out, and what has waited for too long with everything before it. What there is no room for went out before.
    #[inline]
    pub(super) fn release(&mut self, oldest_pending: Option<u64>) {
        if !self.waiting.is_empty() {
            self.release_waiting(oldest_pending);
        }
    }

    fn release_waiting(&mut self, oldest_pending: Option<u64>) {
        let overdue = self.overdue();
        let is_due = |packet| oldest_pending.is_none_or(|oldest| packet <= oldest) || packet <= overdue;
        while self.waiting.peek().is_some_and(|Reverse(first)| is_due(first.packet)) && self.release_first() {}
        if self.waiting.is_empty() {
            self.since.clear();
        }
    }

    /// Lets the first event go. Returns whether there was one.
    fn release_first(&mut self) -> bool {
        let Some(Reverse(first)) = self.waiting.pop() else { return false };
        self.waiting_bytes = self.waiting_bytes.saturating_sub(first.event.held_len());
        self.inner.push(first.event);
        true
    }

    /// The latest packet of an event that has waited for too long, 0 if there is none.
    fn overdue(&mut self) -> u64 {
        let Some(patience_ns) = self.patience.time_ns else { return 0 };
        let mut overdue = 0;
        while let Some((_, packet)) = self.since.pop_front_if(|(since, _)| self.now.since(*since) > patience_ns) {
            overdue = overdue.max(packet);
        }
        overdue
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.packet, self.arrival).cmp(&(other.packet, other.arrival))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use super::super::event::What;
    use super::super::setup::Setup;
    use super::*;
    use crate::learning::Surveys;
    use crate::record::{CONTINUE, ConnectionName, Finding, Sink, SinkResult, Wants};
    use crate::stream::{ConnectionId, Slot};
    use crate::units::{Direction, Endpoint, Origin, StreamOffset, Timestamp};

    /// The packets of the events that came out.
    #[derive(Default)]
    struct Packets(Vec<u64>);

    impl Sink for Packets {
        fn finding(&mut self, finding: &Finding) -> SinkResult {
            self.0.push(finding.seen.unwrap().packet);
            CONTINUE
        }
    }

    fn at(ms: i64) -> Elapsed {
        Elapsed::default().plus(ms * 1_000_000)
    }

    fn event(packet: u64) -> Event<'static> {
        let end = Endpoint { addr: [127, 0, 0, 1].into(), port: 1 };
        Event {
            id: ConnectionId(0),
            slot: Slot::new(0),
            connection: ConnectionName { number: 1, client: end, server: end },
            direction: Direction::ClientToServer,
            at: Origin { packet, time: Timestamp::default(), ..Origin::default() },
            what: What::Conflict(StreamOffset(0)),
        }
    }

    /// What came out by `ms` milliseconds, while packet 1 waited: the event of packet 3 came at 0 ms, then one of
    /// packet 2 at 10 ms, and that of packet 5 at 900 ms.
    fn out_after(ms: i64, time_ns: Option<i64>) -> Vec<u64> {
        let (setup, surveys, mut sink) = (Setup::default(), Surveys::default(), Packets::default());
        let mut ordered = Ordered::new(
            Messages::new(&setup, &surveys, Wants::default(), &mut sink),
            Patience { bytes: usize::MAX, time_ns },
        );
        for (ms, packet) in [(0, 3), (10, 2), (900, 5), (ms, 7)] {
            ordered.expect(Some(1), at(ms));
            ordered.push(event(packet));
            ordered.release(Some(1));
        }
        drop(ordered);
        sink.0
    }

    #[test]
    fn nothing_overtakes_what_waits_where_nobody_waits_for_the_output() {
        assert!(out_after(1_000_000, None).is_empty());
    }

    #[test]
    fn events_of_one_packet_go_out_where_there_is_no_room_for_all_of_them() {
        let (setup, surveys, mut sink) = (Setup::default(), Surveys::default(), Packets::default());
        let bytes = 3 * event(0).held_len();
        let mut ordered = Ordered::new(
            Messages::new(&setup, &surveys, Wants::default(), &mut sink),
            Patience { bytes, time_ns: None },
        );
        ordered.expect(Some(1), at(0));
        [7, 5, 6, 3, 4].into_iter().for_each(|packet| ordered.push(event(packet)));
        assert_eq!(ordered.peak_bytes(), bytes);
        drop(ordered);
        assert_eq!(sink.0, [3, 4]);
    }

    #[test]
    fn in_a_live_capture_nothing_waits_longer_than_it_may_and_what_is_older_goes_before() {
        assert!(out_after(1000, Some(1_000_000_000)).is_empty());
        assert_eq!(out_after(1001, Some(1_000_000_000)), [2, 3]);
        assert_eq!(out_after(1901, Some(1_000_000_000)), [2, 3, 5]);
    }
}
