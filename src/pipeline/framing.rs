//! From the stream stage to the frame stage: each connection to its profile, each direction to its splitter.

use super::Setup;
use super::backlog::{Backlog, Piece};
use super::event::{BytesEvent, Event, FrameEvent, Of, What};
use super::flow::{Choice, Flow};
use super::losses::Losses;
use super::order::Ordered;
use super::rooms::Rooms;
use super::select::Verdict;
use super::trials::Trials;
use crate::frame::{Frame, FrameSink, Skipped};
use crate::limits;
use crate::record::{ConnectionRecord, DirectionRecord};
use crate::stream::{Chunk, Connection, Gap, GapReason, Slots, StreamSink, Streams};
use crate::units::{Direction, Origin, StreamOffset, Timestamp};
use std::borrow::Cow;

/// Receives streams, and passes frames on.
pub(super) struct Framing<'s> {
    setup: &'s Setup,
    flows: Slots<Flow>,
    rooms: Rooms,
    trials: Trials,
    /// The time of the packet at hand.
    now: Timestamp,
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
            flows: Slots::default(),
            rooms: Rooms::default(),
            trials: Trials::new(setup.live),
            now: Timestamp::default(),
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
        let flow = flows.at_or_insert_with(connection.slot, || Flow::new(&setup.candidates, connection));
        (flow, Events { of: Of::new(connection, direction), profile: None, out })
    }

    /// Bytes or a gap of a connection whose profile is known, or known not to be.
    fn decided(&mut self, connection: &Connection, direction: Direction, piece: &Piece<'_>) {
        let Self { setup, flows, rooms, out, .. } = self;
        let Some(flow) = flows.at_mut(connection.slot) else { return };
        let Choice::Framed(index) = flow.choice else { return };
        let Some(profile) = setup.profile(index) else { return };
        let of = Of::new(connection, direction);
        let mut events = Events { of, profile: Some(index), out };
        flow.side(direction).split(profile, (connection, direction), piece, rooms, &mut events);
        self.note(&of);
    }

    /// Takes note of what the flow of a direction holds after it was given something.
    fn note(&mut self, of: &Of) {
        let Self { flows, trials, now, held_bytes, .. } = self;
        let Some(flow) = flows.at_mut(of.slot) else { return };
        let side = flow.side(of.direction);
        let (lighter, heavier) = side.weigh();
        *held_bytes = *held_bytes - lighter + heavier;
        let undecided = side.undecided_since();
        trials.note(of, &mut side.trial, undecided, *now);
    }

    /// Directions that were watched for long enough hold up nobody else; what is on trial where nothing has come since is
    /// accepted if enough speaks for it.
    pub(super) fn lose_patience(&mut self, now: Timestamp) {
        while let Some(of) = self.trials.due(now) {
            let Self { flows, rooms, out, .. } = self;
            let Some(flow) = flows.at_mut(of.slot).filter(|flow| flow.id == of.id) else { continue };
            let Choice::Framed(index) = flow.choice else { continue };
            let side = flow.side(of.direction);
            if now.since(side.reached.time) >= limits::LIVE_TRIAL_NS {
                side.lose_patience(rooms, &mut Events { of, profile: Some(index), out });
            }
            side.trial.give_up();
            self.note(&of);
        }
    }

    /// Before a segment goes to `streams` at `now`.
    pub(super) fn expect(&mut self, streams: &Streams, now: Timestamp) {
        self.now = now;
        self.out.expect(self.oldest_pending(streams), now);
    }

    /// After a segment went to `streams`.
    pub(super) fn release(&mut self, streams: &Streams) {
        self.out.release(self.oldest_pending(streams));
    }

    /// The oldest packet of which bytes wait, behind a hole or in a search.
    fn oldest_pending(&self, streams: &Streams) -> Option<u64> {
        streams.oldest_pending().into_iter().chain(self.trials.oldest()).min()
    }

    /// Takes a verdict, and hands on what was kept until now.
    fn decide(&mut self, connection: &Connection, verdict: Verdict) {
        let Some(flow) = self.flows.at_mut(connection.slot) else { return };
        let mut backlog = Backlog::default();
        if let Choice::Undecided(kept) = &mut flow.choice {
            let choice = match verdict {
                Verdict::Fits(index) => Some(Choice::Framed(index)),
                Verdict::None => Some(Choice::Unknown),
                Verdict::Open => None,
            };
            if let Some(choice) = choice {
                backlog = std::mem::take(kept);
                flow.choice = choice;
            }
            let (lighter, heavier) = flow.weigh_backlog();
            self.held_bytes = self.held_bytes - lighter + heavier;
        }
        backlog.replay(|direction, piece| self.decided(connection, direction, piece));
    }
}

impl StreamSink for Framing<'_> {
    fn chunk(&mut self, connection: &Connection, direction: Direction, chunk: Chunk<'_>) {
        let setup = self.setup;
        let (flow, mut events) = self.flow(connection, direction);
        let at = flow.side(direction).told(chunk.available);
        if setup.bytes && setup.filter.accepts_connection(events.of.connection.number) {
            let Chunk { offset, bytes, packet, available } = chunk;
            events.push(at, What::Bytes(BytesEvent { offset, bytes: Cow::Borrowed(bytes), packet, available }));
        }
        if let Choice::Undecided(backlog) = &mut flow.choice {
            let verdict = backlog.chunk(&setup.candidates, connection, direction, &chunk);
            self.decide(connection, verdict);
        }
        self.decided(connection, direction, &Piece::Chunk(chunk));
    }

    fn gap(&mut self, connection: &Connection, direction: Direction, gap: Gap) {
        let reached = self.flow(connection, direction).0.side(direction).reached;
        let lost = gap.reason == GapReason::NotCaptured && self.losses.between(reached.packet, gap.seen.packet);
        let reason = if lost { GapReason::Dropped } else { gap.reason };
        let (flow, mut events) = self.flow(connection, direction);
        let gap = Gap { reason, seen: flow.side(direction).told(gap.seen), ..gap };
        events.push(gap.seen, What::Gap(gap));
        match &mut flow.choice {
            Choice::Undecided(backlog) => backlog.gap(connection, direction, gap),
            Choice::Framed(_) | Choice::Unknown => self.decided(connection, direction, &Piece::Gap(gap)),
        }
    }

    fn conflict(&mut self, connection: &Connection, direction: Direction, offset: StreamOffset, seen: Origin) {
        let (_, mut events) = self.flow(connection, direction);
        events.push(seen, What::Conflict(offset));
    }

    fn closed(&mut self, connection: &Connection) {
        self.decide(connection, Verdict::None);
        let Self { setup, flows, trials, held_bytes, rooms, out, .. } = self;
        let flow = flows.at_or_insert_with(connection.slot, || Flow::new(&setup.candidates, connection));
        let mut directions = [DirectionRecord::default(); 2];
        let profile = if let Choice::Framed(index) = flow.choice { Some(index) } else { None };
        for ((direction, record), facts) in Direction::BOTH.into_iter().zip(&mut directions).zip(connection.directions)
        {
            let of = Of::new(connection, direction);
            let side = flow.side(direction);
            side.finish(connection.last, rooms, &mut Events { of, profile, out });
            *record = DirectionRecord { facts, ledger: side.ledger(&facts) };
            trials.forget(&of, side.trial);
        }
        *held_bytes -= flow.weighed();
        flows.clear(connection.slot);
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
        let of = Of::new(connection, Direction::ClientToServer);
        Events { of, profile, out }.push(connection.last, What::Closed(Box::new(record)));
    }
}

/// Makes events of what the splitter of one direction finds.
struct Events<'o, 's> {
    of: Of,
    profile: Option<usize>,
    out: &'o mut Ordered<'s>,
}

impl Events<'_, '_> {
    fn push(&mut self, at: Origin, what: What<'_>) {
        let Of { id, slot, connection, direction } = self.of;
        self.out.push(Event { id, slot, connection, direction, at, what });
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
