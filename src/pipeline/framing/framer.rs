//! Receives streams, and makes events of what their bytes are.
//!
//! In: chunks, gaps and ends of connections, and the time. Out: events, to [`Ordered`], and the oldest packet that they
//! wait for.

use super::backlog::Piece;
use super::buffers::Buffers;
use super::choice::Verdict;
use super::flow::{Choice, Flow, Side};
use super::habits::Habits;
use super::samples::{Samples, Sampling};
use super::searches::Searches;
use crate::conversation::Unanswered;
use crate::frame::{Frame, FrameSink, Habit, Skipped};
use crate::limits;
use crate::pipeline::event::{BytesEvent, DirectionId, Event, FrameEvent, What};
use crate::pipeline::misfit::PortMisfit;
use crate::pipeline::order::Ordered;
use crate::pipeline::packets::Losses;
use crate::pipeline::setup::Setup;
use crate::record::{ConnectionRecord, DirectionRecord};
use crate::stream::{Connection, Slot, StreamSink, Streams};
use crate::units::{Both, Chunk, Clock, Direction, Elapsed, Gap, GapReason, Origin, StreamOffset, Timestamp};
use std::borrow::Cow;

/// The stream stage, and beside each connection its flow.
pub(in crate::pipeline) type Followed = Streams<Option<Flow>>;

/// Receives streams, and passes frames on.
pub(in crate::pipeline) struct Framer<'s> {
    setup: &'s Setup,
    /// Whether the bytes of the streams are told.
    tells_bytes: bool,
    buffers: Buffers,
    searches: Searches,
    samples: Samples,
    habits: Habits,
    clock: Clock,
    /// What the clock shows at the packet at hand.
    now: Elapsed,
    pub(in crate::pipeline) losses: Losses,
    /// Bytes that the flows hold now, and the most that they held at once.
    held_bytes: usize,
    peak_held_bytes: usize,
    pub(in crate::pipeline) out: Ordered<'s>,
}

impl<'s> Framer<'s> {
    pub(in crate::pipeline) fn new(setup: &'s Setup, tells_bytes: bool, out: Ordered<'s>) -> Self {
        Self {
            setup,
            tells_bytes,
            buffers: Buffers::default(),
            searches: Searches::new(setup.live),
            samples: Samples::default(),
            habits: Habits::default(),
            clock: Clock::new(limits::CLOCK_STEP_NS),
            now: Elapsed::default(),
            losses: Losses::default(),
            held_bytes: 0,
            peak_held_bytes: 0,
            out,
        }
    }

    /// Bytes that the flows hold: see [`crate::limits::HELD_BYTES`].
    pub(in crate::pipeline) fn held_bytes(&mut self) -> usize {
        self.peak_held_bytes = self.peak_held_bytes.max(self.held_bytes);
        self.held_bytes
    }

    /// The most that [`Framer::held_bytes`] gave.
    pub(in crate::pipeline) fn peak_held_bytes(&self) -> usize {
        self.peak_held_bytes
    }

    /// The server ports whose layout fits poorly, as far as connections were closed.
    pub(in crate::pipeline) fn misfits(&self) -> Vec<PortMisfit> {
        self.samples.misfits(self.setup)
    }

    /// Takes bytes or a gap of a connection whose profile is known, or known not to be.
    fn decided(&mut self, connection: &Connection, flow: &mut Flow, direction: Direction, piece: &Piece<'_>) {
        let Self { setup, buffers, samples, habits, out, .. } = self;
        let Choice::Framed(index) = flow.choice else { return };
        let Some(profile) = setup.profile(index) else { return };
        if matches!(flow.sampling, Sampling::New | Sampling::Open(_)) {
            samples.take(&mut flow.sampling, setup, (connection, direction), index, piece);
        }
        habits.find(&mut flow.habits, connection.server.port, index, profile);
        let place = flow.habits;
        let (of, side) = (DirectionId::new(connection, direction), flow.side(direction));
        let held = side.held_bytes();
        let habit = habits.at(place, direction);
        let mut events = Events { of, profile: Some(index), habit, out };
        side.split(profile, (connection, direction), piece, buffers, &mut events);
        self.note(&of, side, held);
    }

    /// Takes note of what a direction holds after it was given something; it held `before` bytes until then.
    fn note(&mut self, of: &DirectionId, side: &mut Side, before: usize) {
        let Self { searches, now, held_bytes, .. } = self;
        *held_bytes = *held_bytes - before + side.held_bytes();
        let undecided = side.undecided_since();
        searches.note(of, &mut side.search, undecided, *now);
    }

    /// Lets directions that were watched for long enough hold up nobody else; what is on trial where nothing has come
    /// since is accepted if enough speaks for it.
    pub(in crate::pipeline) fn lose_patience(&mut self, streams: &mut Followed) {
        let now = self.now;
        while let Some(of) = self.searches.due(now) {
            let Self { buffers, habits, out, .. } = self;
            let Some((_, Some(flow))) = streams.kept(of.slot).filter(|(id, _)| *id == of.id) else { continue };
            let Choice::Framed(index) = flow.choice else { continue };
            let habit = habits.at(flow.habits, of.direction);
            let side = flow.side(of.direction);
            let held = side.held_bytes();
            if side.search.is_quiet(now) {
                side.lose_patience(buffers, &mut Events { of, profile: Some(index), habit, out });
            }
            side.search.give_up();
            self.note(&of, side, held);
        }
    }

    /// Prepares for a segment that goes to `streams` at `time`.
    #[inline]
    pub(in crate::pipeline) fn expect(&mut self, streams: &Followed, time: Timestamp) {
        if self.setup.live {
            self.now = self.clock.note(time); // Nobody else waits for a time here.
        }
        self.out.expect(self.oldest_pending(streams), self.now);
    }

    /// Lets events go on that need not wait any more after a segment went to `streams`.
    pub(in crate::pipeline) fn release(&mut self, streams: &Followed) {
        self.out.release(self.oldest_pending(streams));
    }

    /// The oldest packet of which bytes wait, behind a hole or in a search.
    fn oldest_pending(&self, streams: &Followed) -> Option<u64> {
        streams.oldest_pending().into_iter().chain(self.searches.oldest()).min()
    }

    /// Takes a verdict, and hands on what was kept until now.
    fn decide(&mut self, connection: &Connection, flow: &mut Flow, verdict: Verdict) {
        let Choice::Undecided(backlog) = &mut flow.choice else { return };
        let choice = match verdict {
            Verdict::Fits(index) => Choice::Framed(index),
            Verdict::None => Choice::Unknown,
            Verdict::Open => return,
        };
        let backlog = std::mem::take(backlog);
        self.held_bytes -= backlog.memory();
        flow.choice = choice;
        backlog.replay(|direction, piece| self.decided(connection, flow, direction, piece));
    }
}

/// The flow of a connection, which is made where there is none yet.
fn flow_of<'f>(flow: &'f mut Option<Flow>, setup: &Setup, connection: &Connection) -> &'f mut Flow {
    flow.get_or_insert_with(|| Flow::new(&setup.candidates, connection))
}

impl StreamSink for Framer<'_> {
    type Kept = Option<Flow>;

    fn at_hand(&self, slot: Slot, kept: &Option<Flow>) {
        self.out.inner.at_hand(slot);
        kept.iter().for_each(Flow::fetch);
    }

    fn chunk(&mut self, connection: &Connection, kept: &mut Option<Flow>, direction: Direction, chunk: Chunk<'_>) {
        let Self { setup, tells_bytes, out, .. } = self;
        let flow = flow_of(kept, setup, connection);
        let at = flow.side(direction).told(chunk.available);
        if *tells_bytes && setup.filter.accepts_connection(&connection.into()) {
            let Chunk { offset, bytes, packet, available } = chunk;
            let bytes = BytesEvent { offset, bytes: Cow::Borrowed(bytes), packet, available };
            Events::new(connection, direction, out).push(at, What::Bytes(bytes));
        }
        if let Choice::Undecided(backlog) = &mut flow.choice {
            let before = backlog.memory();
            let verdict = backlog.chunk(&setup.candidates, connection, direction, &chunk);
            self.held_bytes = self.held_bytes - before + backlog.memory();
            self.decide(connection, flow, verdict);
        }
        self.decided(connection, flow, direction, &Piece::Chunk(chunk));
    }

    fn gap(&mut self, connection: &Connection, kept: &mut Option<Flow>, direction: Direction, gap: Gap) {
        let Self { setup, out, losses, .. } = self;
        let flow = flow_of(kept, setup, connection);
        let side = flow.side(direction);
        let lost = gap.reason == GapReason::NotCaptured && losses.between(side.reached.packet, gap.seen.packet);
        let reason = if lost { GapReason::Dropped } else { gap.reason };
        let gap = Gap { reason, seen: side.told(gap.seen), ..gap };
        Events::new(connection, direction, out).push(gap.seen, What::Gap(gap));
        match &mut flow.choice {
            Choice::Undecided(backlog) => {
                let before = backlog.memory();
                backlog.gap(connection, direction, gap);
                self.held_bytes = self.held_bytes - before + backlog.memory();
            }
            Choice::Framed(_) | Choice::Unknown => self.decided(connection, flow, direction, &Piece::Gap(gap)),
        }
    }

    fn conflict(
        &mut self,
        connection: &Connection,
        _flow: &mut Option<Flow>,
        direction: Direction,
        offset: StreamOffset,
        seen: Origin,
    ) {
        Events::new(connection, direction, &mut self.out).push(seen, What::Conflict(offset));
    }

    fn closed(&mut self, connection: &Connection, kept: &mut Option<Flow>) {
        let flow = flow_of(kept, self.setup, connection);
        self.decide(connection, flow, Verdict::None);
        let Self { setup, searches, samples, habits, held_bytes, buffers, out, .. } = self;
        samples.end(flow.sampling, connection);
        let profile = if let Choice::Framed(index) = flow.choice { Some(index) } else { None };
        let directions = Both::from_fn(|direction| {
            let (of, facts) = (DirectionId::new(connection, direction), connection.facts(direction));
            let habit = habits.at(flow.habits, direction);
            let side = flow.side(direction);
            *held_bytes -= side.held_bytes();
            side.finish(connection.last, buffers, &mut Events { of, profile, habit, out });
            searches.forget(&of, &side.search);
            DirectionRecord { facts, ledger: side.ledger(&facts) }
        });
        let record = ConnectionRecord {
            name: connection.into(),
            vlans: connection.vlan.tags().collect(),
            state: connection.state,
            completeness: connection.completeness,
            first: connection.first,
            last: connection.last,
            profile: profile.and_then(|index| setup.profile(index)).map(|profile| profile.name.clone()),
            messages: 0,
            doubtful_answers: 0,
            doubt: None,
            unanswered: Unanswered::default(),
            matches: Vec::new(),
            found: Vec::new(),
            answers_in_order: profile
                .and_then(|index| setup.profile(index))
                .is_some_and(|profile| profile.answers_in_order),
            directions,
            phases: Vec::new(),
        };
        let of = DirectionId::new(connection, Direction::ClientToServer);
        Events { of, profile, habit: None, out }.push(connection.last, What::Closed(Box::new(record)));
    }
}

/// Makes events of what the splitter of one direction finds.
struct Events<'o, 's> {
    of: DirectionId,
    profile: Option<usize>,
    habit: Option<&'o mut Habit>,
    out: &'o mut Ordered<'s>,
}

impl<'o, 's> Events<'o, 's> {
    /// Makes events for a direction that may have no splitter yet.
    fn new(connection: &Connection, direction: Direction, out: &'o mut Ordered<'s>) -> Self {
        Self { of: DirectionId::new(connection, direction), profile: None, habit: None, out }
    }

    fn push(&mut self, at: Origin, what: What<'_>) {
        let DirectionId { id, slot, connection, direction, .. } = self.of;
        self.out.push(Event { id, slot, connection, direction, at, what });
    }
}

impl FrameSink for Events<'_, '_> {
    fn frame(&mut self, frame: Frame<'_>) {
        let Some(profile) = self.profile else { return };
        if let Some(habit) = self.habit.as_mut().filter(|habit| habit.is_open()) {
            habit.learn(frame.bytes, frame.payload.clone());
        }
        let what = FrameEvent {
            profile,
            offset: frame.offset,
            bytes: Cow::Borrowed(frame.bytes),
            payload: frame.payload,
            first_packet: frame.first_packet,
            from_start: self.of.from_start,
            checksum: frame.checksum,
        };
        self.push(frame.completed, What::Frame(what));
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.push(skipped.seen, What::Skipped(skipped));
    }

    fn habit(&mut self) -> Option<&mut Habit> {
        self.habit.as_deref_mut()
    }
}
