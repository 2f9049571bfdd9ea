//! One direction of a connection: its numbers, its bytes, its evidence.
//!
//! In: the segments of one side and the acknowledgements of the other. Out: chunks and gaps through an [`Outlet`].
//! Invariant: `captured == delivered + duplicate + late` once closed. Not responsible for who is the client.

use super::StreamSink;
use super::arrival::{Arrival, Moment};
use super::assembler::Assembler;
use super::evidence::Hole;
use super::outlet::Outlet;
use super::seq::{Known, Position, Sequence};
use crate::packet::Segment;
use crate::units::{Acked, Elapsed, GapReason, Origin};

/// How far before the first byte that was captured a SYN may be whose segments were captured out of order: the
/// largest window that a side can have before window scaling sets in (RFC 7323 section 2.2).
const SYN_REACH: u64 = 65_535;

/// How far from the last number of a direction one may be that goes on after a long silence, where the capture lost
/// what was between: of the numbers of another connection, one in 128 is as near.
const GOES_ON_WITHIN: u64 = 16 << 20;

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Flow {
    sequence: Option<Sequence>,
    assembler: Assembler,
    /// Raw sequence number of the direction's SYN.
    isn: Option<u32>,
    /// Position before which the peer has acknowledged everything.
    acknowledged: Option<Known>,
    progress: Elapsed,
    /// Conflicting retransmissions found while offset 0 was not settled.
    #[expect(clippy::box_collection, reason = "one word instead of three where there are none")]
    conflicts: Option<Box<Vec<(Position, Origin)>>>,
}

impl Flow {
    /// Raw sequence number of the direction's SYN, if that was captured.
    pub(super) fn isn(&self) -> Option<u32> {
        self.isn
    }

    /// Whether a SYN numbered `isn` can be the one that this direction began with, judged by the numbers seen so far.
    pub(super) fn can_begin_with(&self, isn: u32) -> bool {
        let Some((sequence, near)) = self.sequence.zip(self.near()) else { return true };
        let first = sequence.position(isn.wrapping_add(1), near);
        let lowest = self.assembler.lowest().unwrap_or(near);
        first <= lowest && lowest - first <= SYN_REACH
    }

    /// Whether a segment numbered `seq` is near the last ones, as far as any number is known.
    pub(super) fn goes_on_at(&self, seq: u32) -> bool {
        let known = self.sequence.zip(self.near());
        known.is_none_or(|(sequence, near)| sequence.position(seq, near).abs_diff(near) <= GOES_ON_WITHIN)
    }

    /// Takes a segment that this side sent.
    pub(super) fn sent<S: StreamSink>(&mut self, segment: &Segment<'_>, now: Arrival, out: &mut Outlet<'_, S>) {
        let counts = out.counts();
        counts.packets += 1;
        counts.captured += segment.payload.len() as u64;
        if segment.flags.fin || segment.flags.rst {
            counts.fin |= segment.flags.fin;
            counts.rst |= segment.flags.rst;
        }
        if segment.flags.syn {
            counts.syn = true;
            self.synchronize(segment.seq, out);
        }
        let cut = u64::from(segment.payload_len).saturating_sub(segment.payload.len() as u64);
        let empty = segment.payload.is_empty() && cut == 0;
        if segment.flags.rst && empty {
            return; // Its number may be anything (RFC 9293 section 3.10.7.1).
        }
        let raw = segment.seq.wrapping_add(u32::from(segment.flags.syn));
        let sequence = *self.sequence.get_or_insert(Sequence::pinned_at(raw));
        let at = sequence.position(raw, self.near().unwrap_or(sequence.first()));
        if !empty {
            self.take(at, segment.payload, cut, now, out);
        }
        if segment.flags.fin {
            let end = at + segment.payload.len() as u64 + cut;
            self.assembler.finish_at(end, now, out);
        }
    }

    /// Takes note that the peer acknowledged everything before the raw number `ack`, which its segment says.
    pub(super) fn acknowledge(&mut self, ack: u32, now: Moment) -> Position {
        let sequence = *self.sequence.get_or_insert(Sequence::pinned_at(ack));
        let upto = sequence.position(ack, self.near().unwrap_or(sequence.first()));
        if self.acknowledged().is_none_or(|before| before < upto) {
            self.acknowledged = Known::new(upto);
            self.assembler.acknowledge(upto, now);
        }
        upto
    }

    /// Whether the peer has acknowledged more than everything before `upto`.
    pub(super) fn is_acknowledged_beyond(&self, upto: Position) -> bool {
        self.acknowledged() > Some(upto)
    }

    /// What a segment says that acknowledges everything before `upto`.
    pub(super) fn acked(&self, upto: Position) -> Acked {
        // The FIN has a number of its own.
        let upto = self.assembler.end().map_or(upto, |end| upto.min(end));
        let is_captured = self.assembler.edge().is_some_and(|edge| upto <= edge);
        self.assembler.offset(upto).map_or(Acked::UNKNOWN, |offset| Acked::up_to(offset, is_captured))
    }

    /// Takes note that the connection was reset: what is missing will hardly come any more, so only patience is left.
    pub(super) fn reset(&mut self, now: Moment) {
        if let Some(reach) = self.assembler.reach() {
            self.assembler.acknowledge(reach, now);
        }
    }

    /// Gives up every hole that the evidence at `now` decides.
    pub(super) fn decide<S: StreamSink>(&mut self, now: Moment, out: &mut Outlet<'_, S>) {
        while let Some(hole) = self.hole() {
            let full = self.assembler.queue().is_full();
            let reason = if full { GapReason::QueueFull } else { GapReason::NotCaptured };
            if !full && !hole.is_decided(now) {
                break;
            }
            self.give_up(reason, out);
        }
    }

    /// Ends the direction: tells all that waits, and what was sent but not captured.
    pub(super) fn close<S: StreamSink>(&mut self, seen: Origin, out: &mut Outlet<'_, S>) {
        while !self.assembler.queue().is_empty() {
            self.give_up(GapReason::NotCaptured, out);
        }
        let Some((sequence, acknowledged)) = self.sequence.zip(self.acknowledged()) else { return };
        // Without any byte captured the first number known is the best start that there is.
        self.assembler.begin(sequence.first(), out);
        let end = match self.assembler.end() {
            Some(end) => acknowledged.min(end),
            // One more than the data: that is a FIN which was not captured.
            None if self.assembler.edge() == Some(acknowledged.saturating_sub(1)) => return,
            None => acknowledged,
        };
        self.assembler.close(end, seen, out);
    }

    /// The smallest number of a packet whose bytes wait behind a hole.
    pub(super) fn oldest_pending(&self) -> Option<u64> {
        self.assembler.queue().oldest_packet()
    }

    /// Memory for what waits behind a hole, in bytes.
    pub(super) fn pending_bytes(&self) -> usize {
        self.assembler.queue().memory()
    }

    /// What the clock shows when the first hole is declared a gap, whatever comes until then.
    pub(super) fn deadline(&self) -> Option<Elapsed> {
        self.hole().and_then(Hole::deadline)
    }

    /// Whether anything waits behind a hole.
    pub(super) fn waits(&self) -> bool {
        !self.assembler.queue().is_empty()
    }

    fn hole(&self) -> Option<Hole<'_>> {
        let queue = self.assembler.queue();
        let (_, piece) = queue.front()?;
        let (at_start, is_last) = (!self.assembler.has_start(), queue.is_all_snapped());
        Some(Hole { piece, at_start, is_last, progress: self.progress })
    }

    /// Takes the SYN numbered `isn` for the one of this direction. One that differs from the first is taken in its
    /// place as long as nothing followed the first: a server that answers with SYN cookies may change its mind.
    fn synchronize<S: StreamSink>(&mut self, isn: u32, out: &mut Outlet<'_, S>) {
        if self.isn == Some(isn) || (self.isn.is_some() && !self.assembler.is_untouched()) {
            return;
        }
        if self.isn.is_some() {
            *self = Self::default();
        }
        self.isn = Some(isn);
        let first = isn.wrapping_add(1);
        let sequence = *self.sequence.get_or_insert(Sequence::pinned_at(first));
        let start = sequence.position(first, self.near().unwrap_or(sequence.first()));
        self.begin(start, out);
    }

    /// Takes a payload at `at` and counts what became of it.
    fn take<S: StreamSink>(&mut self, at: Position, payload: &[u8], cut: u64, now: Arrival, out: &mut Outlet<'_, S>) {
        let edge = self.assembler.edge();
        if edge.is_none() && payload.len() == 1 && self.acknowledged() == Some(at + 1) {
            out.counts().odd().late += 1; // A keep-alive: the peer had that byte before the capture began.
            return;
        }
        let reach = self.assembler.reach();
        let inserted = self.assembler.insert(at, payload, cut, now, out);
        if self.assembler.edge() != edge {
            self.progress = now.moment.at;
        }
        let brought = (payload.len() as u64).saturating_sub(inserted.duplicate + inserted.late);
        let beyond = reach.map_or(brought, |reach| (at + payload.len() as u64).saturating_sub(reach.max(at)));
        let only_old = inserted.duplicate == payload.len() as u64 && !inserted.keep_alive;
        if brought < payload.len() as u64 || brought > beyond {
            let odd = out.counts().odd();
            odd.duplicate += inserted.duplicate;
            odd.late += inserted.late;
            odd.conflicting += inserted.conflicting;
            odd.out_of_order += u64::from(brought > beyond);
            odd.retransmissions += u64::from(only_old && !payload.is_empty());
        }
        if let Some(position) = inserted.conflict {
            self.conflicts.get_or_insert_default().push((position, now.origin));
        }
        if self.conflicts.is_some() && self.assembler.has_start() {
            self.tell_conflicts(out);
        }
    }

    /// Declares the first hole a gap for this `reason`, whatever the evidence.
    pub(super) fn give_up<S: StreamSink>(&mut self, reason: GapReason, out: &mut Outlet<'_, S>) {
        self.assembler.give_up(reason, out);
        self.tell_conflicts(out);
    }

    fn begin<S: StreamSink>(&mut self, start: Position, out: &mut Outlet<'_, S>) {
        self.assembler.begin(start, out);
        self.tell_conflicts(out);
    }

    /// Tells of conflicts whose offset was not known when they were found.
    fn tell_conflicts<S: StreamSink>(&mut self, out: &mut Outlet<'_, S>) {
        for (position, seen) in self.conflicts.take().into_iter().flat_map(|conflicts| *conflicts) {
            if let Some(offset) = self.assembler.offset(position) {
                out.conflict(offset, seen);
            }
        }
    }

    /// The position near which new sequence numbers are expected.
    fn near(&self) -> Option<Position> {
        self.assembler.edge().max(self.acknowledged())
    }

    fn acknowledged(&self) -> Option<Position> {
        self.acknowledged.map(Known::get)
    }
}
