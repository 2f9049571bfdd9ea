//! From the stream stage to the frame stage: each connection to its profile, each direction to its splitter.

use super::Setup;
use super::event::{BytesEvent, Event, FrameEvent, What};
use super::flow::{Choice, Flow, Piece};
use super::losses::Losses;
use super::order::Ordered;
use super::select::Verdict;
use crate::frame::{Frame, FrameSink, Skipped};
use crate::record::{ConnectionName, ConnectionRecord, DirectionRecord};
use crate::stream::{Chunk, Connection, ConnectionId, Gap, GapReason, StreamSink, Streams};
use crate::units::{Direction, Origin, StreamOffset, Timestamp};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// Receives streams, and passes frames on.
pub(super) struct Framing<'s> {
    setup: &'s Setup,
    flows: HashMap<ConnectionId, Flow, RandomState>,
    /// The first packet of which a search holds bytes back, for each direction that has such.
    undecided: BTreeSet<(u64, ConnectionId, usize)>,
    pub(super) losses: Losses,
    /// Bytes that the flows hold now, and the most that they held at once.
    held_bytes: usize,
    peak_held_bytes: usize,
    pub(super) out: Ordered<'s>,
}

impl<'s> Framing<'s> {
    pub(super) fn new(setup: &'s Setup, out: Ordered<'s>) -> Self {
        Self {
            setup,
            flows: HashMap::default(),
            undecided: BTreeSet::new(),
            losses: Losses::default(),
            held_bytes: 0,
            peak_held_bytes: 0,
            out,
        }
    }

    /// Bytes that the flows hold: see [`crate::limits::HELD_BYTES`].
    pub(super) fn held_bytes(&mut self) -> usize {
        self.peak_held_bytes = self.peak_held_bytes.max(self.held_bytes);
        self.held_bytes
    }

    /// The most that [`Framing::held_bytes`] gave.
    pub(super) fn peak_held_bytes(&self) -> usize {
        self.peak_held_bytes
    }

    /// The flow of a connection, and where the events of one of its directions go.
    fn flow(&mut self, connection: &Connection, direction: Direction) -> (&mut Flow, Events<'_, 's>) {
        let Self { setup, flows, out, .. } = self;
        let flow = flows.entry(connection.id).or_insert_with(|| Flow::new(&setup.candidates, connection));
        let events = Events { id: connection.id, connection: connection.into(), direction, profile: None, out };
        (flow, events)
    }

    /// Bytes or a gap of a connection whose profile is known, or known not to be.
    fn decided(&mut self, connection: &Connection, direction: Direction, piece: &Piece<'_>) {
        let setup = self.setup;
        let (flow, mut events) = self.flow(connection, direction);
        let Choice::Framed(index) = flow.choice else { return };
        let Some(profile) = setup.profile(index) else { return };
        events.profile = Some(index);
        match piece {
            Piece::Chunk(chunk) => flow.split(profile, connection, direction, chunk, &mut events),
            Piece::Gap(gap) => flow.split_gap(profile, connection, direction, gap, &mut events),
        }
        let undecided = flow.undecided_since();
        let before = std::mem::replace(&mut flow.undecided, undecided);
        let (lighter, heavier) = flow.weigh();
        self.held_bytes = self.held_bytes - lighter + heavier;
        self.relist(connection.id, before, undecided);
    }

    /// Before a segment goes to `streams` at `now`.
    pub(super) fn expect(&mut self, streams: &Streams, now: Timestamp) {
        self.out.expect(self.oldest_pending(streams), now);
    }

    /// After a segment went to `streams`.
    pub(super) fn release(&mut self, streams: &Streams) {
        self.out.release(self.oldest_pending(streams));
    }

    /// The oldest packet of which bytes wait, behind a hole or in a search.
    fn oldest_pending(&self, streams: &Streams) -> Option<u64> {
        let searched = self.undecided.first().map(|(packet, ..)| *packet);
        streams.oldest_pending().into_iter().chain(searched).min()
    }

    /// Moves the directions of a connection to their places in the list of those that are undecided.
    fn relist(&mut self, id: ConnectionId, before: [Option<u64>; 2], after: [Option<u64>; 2]) {
        for (direction, (before, after)) in before.into_iter().zip(after).enumerate().filter(|(_, (a, b))| a != b) {
            if let Some(packet) = before {
                self.undecided.remove(&(packet, id, direction));
            }
            if let Some(packet) = after {
                self.undecided.insert((packet, id, direction));
            }
        }
    }

    /// Takes a verdict, and hands on what was kept until now.
    fn decide(&mut self, connection: &Connection, verdict: Verdict) {
        let choice = match verdict {
            Verdict::Fits(index) => Choice::Framed(index),
            Verdict::None => Choice::Unknown,
            Verdict::Open => return,
        };
        let (flow, _) = self.flow(connection, Direction::ClientToServer);
        if !matches!(flow.choice, Choice::Undecided(_)) {
            return;
        }
        if let Choice::Undecided(backlog) = std::mem::replace(&mut flow.choice, choice) {
            backlog.replay(|direction, piece| self.decided(connection, direction, piece));
        }
    }
}

impl StreamSink for Framing<'_> {
    fn chunk(&mut self, connection: &Connection, direction: Direction, chunk: Chunk<'_>) {
        let setup = self.setup;
        let (flow, mut events) = self.flow(connection, direction);
        let at = flow.told(direction, chunk.available);
        if setup.bytes && setup.filter.accepts_connection(events.connection.number) {
            let Chunk { offset, bytes, packet, available } = chunk;
            events.push(at, What::Bytes(BytesEvent { offset, bytes: Cow::Borrowed(bytes), packet, available }));
        }
        match &mut flow.choice {
            Choice::Undecided(backlog) => {
                let verdict = backlog.chunk(&setup.candidates, connection, direction, &chunk);
                let (lighter, heavier) = flow.weigh();
                self.held_bytes = self.held_bytes - lighter + heavier;
                self.decide(connection, verdict);
            }
            Choice::Framed(_) => self.decided(connection, direction, &Piece::Chunk(chunk)),
            Choice::Unknown => {}
        }
    }

    fn gap(&mut self, connection: &Connection, direction: Direction, gap: Gap) {
        let reached = self.flow(connection, direction).0.reached(direction);
        let lost = gap.reason == GapReason::NotCaptured && self.losses.between(reached.packet, gap.seen.packet);
        let reason = if lost { GapReason::Dropped } else { gap.reason };
        let (flow, mut events) = self.flow(connection, direction);
        let gap = Gap { reason, seen: flow.told(direction, gap.seen), ..gap };
        events.push(gap.seen, What::Gap(gap));
        match &mut flow.choice {
            Choice::Undecided(backlog) => backlog.gap(direction, gap),
            Choice::Framed(_) | Choice::Unknown => self.decided(connection, direction, &Piece::Gap(gap)),
        }
    }

    fn conflict(&mut self, connection: &Connection, direction: Direction, offset: StreamOffset, seen: Origin) {
        let (_, mut events) = self.flow(connection, direction);
        events.push(seen, What::Conflict(offset));
    }

    fn closed(&mut self, connection: &Connection) {
        self.decide(connection, Verdict::None);
        let setup = self.setup;
        let (flow, mut events) = self.flow(connection, Direction::ClientToServer);
        let mut directions = [DirectionRecord::default(); 2];
        let profile = if let Choice::Framed(index) = flow.choice { Some(index) } else { None };
        events.profile = profile;
        for ((direction, record), facts) in Direction::BOTH.into_iter().zip(&mut directions).zip(connection.directions)
        {
            events.direction = direction;
            flow.finish(direction, connection.last, &mut events);
            *record = DirectionRecord { facts, ledger: flow.ledger(&facts, direction) };
        }
        let record = ConnectionRecord {
            name: connection.into(),
            vlans: connection.vlan.tags().collect(),
            state: connection.state,
            completeness: connection.completeness,
            first: connection.first,
            last: connection.last,
            profile: profile.and_then(|index| setup.profile(index)).map(|profile| profile.name.clone()),
            messages: 0,
            directions,
            phases: Vec::new(),
        };
        events.push(connection.last, What::Closed(Box::new(record)));
        if let Some(flow) = self.flows.remove(&connection.id) {
            self.held_bytes -= flow.weighed();
            self.relist(connection.id, flow.undecided, [None, None]);
        }
    }
}

/// Makes events of what the splitter of one direction finds.
struct Events<'o, 's> {
    id: ConnectionId,
    connection: ConnectionName,
    direction: Direction,
    profile: Option<usize>,
    out: &'o mut Ordered<'s>,
}

impl Events<'_, '_> {
    fn push(&mut self, at: Origin, what: What<'_>) {
        self.out.push(Event { id: self.id, connection: self.connection, direction: self.direction, at, what });
    }
}

impl FrameSink for Events<'_, '_> {
    fn frame(&mut self, frame: Frame<'_>) {
        let Some(profile) = self.profile else { return };
        let what = FrameEvent {
            profile,
            offset: frame.offset,
            bytes: Cow::Borrowed(frame.bytes),
            payload: frame.payload,
            first_packet: frame.first_packet,
            checksum: frame.checksum,
        };
        self.push(frame.completed, What::Frame(what));
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.push(skipped.seen, What::Skipped(skipped));
    }
}
