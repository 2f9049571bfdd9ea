//! From the stream stage to the frame stage: each connection to its profile, each direction to its splitter.

use super::Setup;
use super::event::{BytesEvent, Event, FrameEvent, What};
use super::flow::{Choice, Flow, Piece};
use super::losses::Losses;
use super::order::Ordered;
use super::select::Verdict;
use super::trials::Trials;
use crate::frame::{Frame, FrameSink, Skipped};
use crate::limits;
use crate::record::{ConnectionName, ConnectionRecord, DirectionRecord};
use crate::stream::{Chunk, Connection, ConnectionId, Gap, GapReason, StreamSink, Streams};
use crate::units::{Direction, Origin, StreamOffset, Timestamp};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::HashMap;

/// Receives streams, and passes frames on.
pub(super) struct Framing<'s> {
    setup: &'s Setup,
    flows: HashMap<ConnectionId, Flow, RandomState>,
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
            flows: HashMap::default(),
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
        self.note(connection.id);
    }

    /// Takes note of what the flow of a connection holds after it was given something.
    fn note(&mut self, id: ConnectionId) {
        let Self { flows, trials, now, held_bytes, .. } = self;
        let Some(flow) = flows.get_mut(&id) else { return };
        let (lighter, heavier) = flow.weigh();
        *held_bytes = *held_bytes - lighter + heavier;
        let undecided = flow.undecided_since();
        for ((direction, trial), held) in Direction::BOTH.into_iter().zip(&mut flow.trials).zip(undecided) {
            trials.note((id, direction), trial, held, *now);
        }
    }

    /// Directions that were watched for long enough hold up nobody else; what is on trial where nothing has come since is
    /// accepted if enough speaks for it.
    pub(super) fn lose_patience(&mut self, now: Timestamp) {
        while let Some((id, direction)) = self.trials.due(now) {
            let Self { flows, out, .. } = self;
            let Some(flow) = flows.get_mut(&id) else { continue };
            let Choice::Framed(index) = flow.choice else { continue };
            if now.since(flow.reached(direction).time) >= limits::LIVE_TRIAL_NS {
                let mut events = Events { id, connection: flow.name, direction, profile: Some(index), out };
                flow.lose_patience(direction, &mut events);
            }
            if let Some(trial) = flow.trials.get_mut(direction.index()) {
                trial.give_up();
            }
            self.note(id);
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
            for (direction, trial) in Direction::BOTH.into_iter().zip(flow.trials) {
                self.trials.forget(connection.id, direction, trial);
            }
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
