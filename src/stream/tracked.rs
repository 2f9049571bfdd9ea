//! One connection while it is followed.
//!
//! In: its segments. Out: calls of the sink. Invariant: the roles of its sides change only before the sink was told
//! anything. Not responsible for when it is forgotten.

use super::arrival::{Arrival, Moment};
use super::facts::Counts;
use super::flow::Flow;
use super::history::{History, Trail};
use super::outlet::Outlet;
use super::roles::{client_by_port, opener};
use super::{Completeness, Connection, ConnectionId, Slot, State, StreamConfig, StreamSink};
use crate::limits::{CONNECTION_IDLE_NS, CONNECTION_LINGER_NS};
use crate::packet::{Flags, Segment, VlanPath};
use crate::units::{Acked, Both, Direction, Elapsed, Endpoint, GapReason};
use std::hint::black_box;

#[derive(Debug)]
pub(super) struct Tracked<K> {
    connection: Connection,
    sides: Both<Side>,
    /// What the sink keeps of the connection.
    kept: K,
    /// Segments of the connection so far, both directions.
    segments: u64,
    /// What the clock showed when the last packet of the connection came.
    latest: Elapsed,
    /// The connection's places in the schedules of [`Streams`](super::Streams).
    pub(super) places: Places,
}

/// One direction and what was delivered of it.
#[derive(Debug, Default)]
struct Side {
    flow: Flow,
    trail: Trail,
}

/// Where a connection is in the schedules.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// When the connection is looked at for being forgotten; not later than when it is.
    pub(super) expiry: Option<Elapsed>,
    /// Places of the connection's holes. Most connections never have one, which takes one word.
    pub(super) holes: Option<Box<HolePlaces>>,
}

/// Where the holes of a connection are in the schedules.
#[derive(Debug, Default)]
pub(super) struct HolePlaces {
    /// When the connection's holes are looked at; not later than when the next one is declared a gap.
    pub(super) deadline: Option<Elapsed>,
    /// The oldest packet that waits behind a hole.
    pub(super) pending: Option<u64>,
    /// Memory for what waits behind holes, in bytes.
    pub(super) pending_bytes: usize,
}

impl<K: Default> Tracked<K> {
    /// The connection that begins with `segment`; the clock shows `now`.
    #[inline]
    pub(super) fn begin(
        (id, slot): (ConnectionId, Slot),
        segment: &Segment<'_>,
        now: Elapsed,
        config: &StreamConfig,
    ) -> Self {
        let (source, destination) = (segment.source, segment.destination);
        let client = opener(segment).unwrap_or_else(|| client_by_port(source, destination, &config.server_ports));
        let server = if client == source { destination } else { source };
        let connection = Connection {
            id,
            slot,
            client,
            server,
            vlan: segment.vlan,
            first: segment.origin,
            last: segment.origin,
            state: State::Open,
            completeness: Completeness::default(),
            counts: Both::default(),
        };
        Self {
            connection,
            sides: Both::default(),
            kept: K::default(),
            segments: 0,
            latest: now,
            places: Places::default(),
        }
    }

    pub(super) fn id(&self) -> ConnectionId {
        self.connection.id
    }

    pub(super) fn slot(&self) -> Slot {
        self.connection.slot
    }

    pub(super) fn kept(&mut self) -> &mut K {
        &mut self.kept
    }

    /// Looks at every part of the connection, so that all are in the processor's cache when they are wanted.
    pub(super) fn fetch(&self) {
        black_box(self.connection.counts.each_ref().map(|counts| counts.packets));
        black_box(self.sides.each_ref().map(|side| side.flow.isn()));
        black_box(self.segments);
    }

    /// Client, server, and the tags and tunnels around the connection.
    pub(super) fn ends(&self) -> (Endpoint, Endpoint, VlanPath) {
        (self.connection.client, self.connection.server, self.connection.vlan)
    }

    /// Whether `segment` goes from one end of the connection to the other.
    pub(super) fn is_between(&self, segment: &Segment<'_>) -> bool {
        let (client, server, vlan) = self.ends();
        let (source, destination) = (segment.source, segment.destination);
        ((source == client && destination == server) || (source == server && destination == client))
            && segment.vlan == vlan
    }

    /// Whether `segment`, which is between the same endpoints, belongs to this connection or begins another.
    ///
    /// A SYN with the number of the first one is a retransmission, also after a reset, as some systems try again; but
    /// not once data went over the connection and it ended. A SYN that was captured late fits the numbers seen.
    pub(super) fn owns(&self, segment: &Segment<'_>) -> bool {
        if !segment.flags.syn {
            return true;
        }
        let direction = self.direction_of(segment);
        let used_up = self.is_over() && self.connection.counts.values().any(|counts| counts.captured > 0);
        match self.flow(direction).isn() {
            Some(isn) if isn == segment.seq => !used_up,
            Some(_) => segment.flags.ack && self.answers_syn(segment, direction),
            None => !used_up && self.flow(direction).can_begin_with(segment.seq),
        }
    }

    /// Whether `segment`, by its time, came so long after the last one that this connection would be forgotten, and by
    /// its number does not go on where this one stopped. Neither alone shows that it is another connection.
    pub(super) fn is_left_behind(&self, segment: &Segment<'_>) -> bool {
        segment.origin.time.since(self.connection.last.time) >= self.life_ns()
            && !self.flow(self.direction_of(segment)).goes_on_at(segment.seq)
    }

    /// Takes a segment of this connection; the clock shows `at`.
    pub(super) fn push<S: StreamSink<Kept = K>>(
        &mut self,
        segment: &Segment<'_>,
        at: Elapsed,
        history: &mut History,
        sink: &mut S,
    ) {
        self.connection.last = segment.origin;
        self.latest = at;
        self.segments += 1;
        self.connection.completeness.note(segment);
        self.settle_roles(segment);
        let moment = Moment { segments: self.segments, at };
        let direction = self.direction_of(segment);
        let (mut origin, mut is_old) = (segment.origin, false);
        if segment.flags.ack && !segment.flags.rst {
            self.on(direction.reverse(), history, sink, |flow, out| {
                let upto = flow.acknowledge(segment.ack, moment);
                flow.decide(moment, out);
                origin.acked = flow.acked(upto);
                is_old = flow.is_acknowledged_beyond(upto);
            });
        }
        self.on(direction, history, sink, |flow, out| {
            // What waits behind it was sent later, by somebody who had more by then.
            if is_old && flow.waits() {
                origin.acked = Acked::UNKNOWN;
            }
            flow.sent(segment, Arrival { origin, moment }, out);
        });
        self.note(segment.flags);
        if !segment.flags.rst && !self.waits() {
            return; // There is nothing to decide.
        }
        for direction in Direction::BOTH {
            self.on(direction, history, sink, |flow, out| {
                if segment.flags.rst {
                    flow.reset(moment);
                }
                flow.decide(moment, out);
            });
        }
    }

    /// Declares the holes gaps that are decided when the clock shows `at`, as no packet of this connection came.
    pub(super) fn wake<S: StreamSink<Kept = K>>(&mut self, at: Elapsed, history: &mut History, sink: &mut S) {
        let now = Moment { segments: self.segments, at };
        for direction in Direction::BOTH {
            self.on(direction, history, sink, |flow, out| flow.decide(now, out));
        }
    }

    /// Declares the hole with the oldest packet behind it a gap for this `reason`.
    pub(super) fn give_up_oldest<S: StreamSink<Kept = K>>(
        &mut self,
        reason: GapReason,
        history: &mut History,
        sink: &mut S,
    ) {
        let oldest = Direction::BOTH
            .into_iter()
            .filter_map(|direction| self.flow(direction).oldest_pending().map(|packet| (packet, direction)));
        if let Some((_, direction)) = oldest.min() {
            self.on(direction, history, sink, |flow, out| flow.give_up(reason, out));
        }
    }

    /// Ends the connection and tells all that is left. `state` is how it ends, unless it was closed or reset.
    pub(super) fn close<S: StreamSink<Kept = K>>(&mut self, state: State, history: &mut History, sink: &mut S) {
        let seen = self.connection.last;
        for direction in Direction::BOTH {
            self.on(direction, history, sink, |flow, out| flow.close(seen, out));
        }
        if !self.is_over() {
            self.connection.state = state;
        }
        sink.closed(&self.connection, &mut self.kept);
    }

    /// How the connection stands.
    pub(super) fn state(&self) -> State {
        self.connection.state
    }

    /// What the clock shows when the connection is forgotten if nothing more comes.
    pub(super) fn expiry(&self) -> Elapsed {
        self.latest.plus(self.life_ns())
    }

    /// What the clock shows when the connection's next hole is declared a gap.
    pub(super) fn deadline(&self) -> Option<Elapsed> {
        self.sides.values().filter_map(|side| side.flow.deadline()).min()
    }

    /// The smallest number of a packet that waits behind a hole.
    pub(super) fn oldest_pending(&self) -> Option<u64> {
        self.sides.values().filter_map(|side| side.flow.oldest_pending()).min()
    }

    /// Memory for what waits behind holes, in bytes.
    pub(super) fn pending_bytes(&self) -> usize {
        self.sides.values().map(|side| side.flow.pending_bytes()).sum()
    }

    /// Whether anything waits behind a hole.
    pub(super) fn waits(&self) -> bool {
        self.sides.values().any(|side| side.flow.waits())
    }

    /// Whether anything waits behind a hole, or did when the connection's places were last brought up to date.
    pub(super) fn has_holes(&self) -> bool {
        self.waits() || self.places.holes.as_ref().is_some_and(|places| places.pending.is_some())
    }

    /// Whether the connection's places in the schedules may be others after a segment came.
    pub(super) fn is_out_of_place(&self) -> bool {
        self.places.expiry.is_none_or(|place| self.expiry() < place) || self.has_holes()
    }

    /// Nanoseconds without a packet after which the connection is forgotten.
    fn life_ns(&self) -> i64 {
        if self.is_over() { CONNECTION_LINGER_NS } else { CONNECTION_IDLE_NS }
    }

    fn is_over(&self) -> bool {
        matches!(self.connection.state, State::Closed | State::Reset)
    }

    fn direction_of(&self, segment: &Segment<'_>) -> Direction {
        if segment.source == self.connection.client { Direction::ClientToServer } else { Direction::ServerToClient }
    }

    fn flow(&self, direction: Direction) -> &Flow {
        &self.sides.of(direction).flow
    }

    /// Whether a SYN with ACK acknowledges the SYN that this connection began with.
    fn answers_syn(&self, segment: &Segment<'_>, direction: Direction) -> bool {
        let peer = self.flow(direction.reverse()).isn();
        peer.is_some_and(|isn| isn.wrapping_add(1) == segment.ack)
    }

    /// The first SYN tells who the client is, even if it was captured after other segments.
    fn settle_roles(&mut self, segment: &Segment<'_>) {
        if opener(segment) != Some(self.connection.server) {
            return;
        }
        let told = self.connection.counts.values().any(Counts::is_told);
        let known = self.sides.values().any(|side| side.flow.isn().is_some());
        if !told && !known {
            std::mem::swap(&mut self.connection.client, &mut self.connection.server);
            self.connection.counts.swap();
            self.sides.swap();
        }
    }

    fn note(&mut self, flags: Flags) {
        if !flags.fin && !flags.rst {
            return;
        }
        let finished = self.connection.counts.values().filter(|counts| counts.fin).count();
        self.connection.state = match (self.connection.state, finished) {
            (over @ (State::Closed | State::Reset), _) => over,
            _ if flags.rst => State::Reset,
            (_, 2) => State::Closed,
            (_, 1) => State::HalfClosed,
            (state, _) => state,
        };
    }

    fn on<S: StreamSink<Kept = K>>(
        &mut self,
        direction: Direction,
        history: &mut History,
        sink: &mut S,
        act: impl FnOnce(&mut Flow, &mut Outlet<'_, S>),
    ) {
        let Side { flow, trail } = self.sides.of_mut(direction);
        act(
            flow,
            &mut Outlet { connection: &mut self.connection, kept: &mut self.kept, direction, trail, history, sink },
        );
    }
}
