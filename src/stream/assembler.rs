//! Segments of one direction become chunks and gaps.
//!
//! In: payloads with their positions, in capture order. Out, through [`Output`]: chunks and gaps from offset 0 on,
//! each where the last one ended. Invariants: the first captured copy of a byte wins; bytes in order are passed on
//! without a copy. A pure data structure: [`evidence`](super::evidence) says when to give a hole up.

use super::arrival::{Arrival, Moment};
use super::gaps::Gaps;
use super::inserted::{Difference, Inserted};
use super::queue::{Content, Piece, Queue};
use super::seq::{Known, Position, split};
use crate::units::{Chunk, Gap, GapReason, Origin, StreamOffset};

/// Receives what becomes known of a direction.
pub(super) trait Output {
    fn chunk(&mut self, chunk: Chunk<'_>);
    fn gap(&mut self, gap: Gap);
    /// Takes bytes that were delivered before and came again. Returns where they are first found to differ, and in how
    /// many.
    fn repeated(&mut self, offset: StreamOffset, bytes: &[u8]) -> Difference;
}

#[derive(Debug, Default)]
pub(super) struct Assembler {
    /// Position of offset 0 of the stream, once that is known.
    start: Option<Known>,
    /// Right edge: the output was told of everything before it. Counts once there is a start.
    next: Position,
    /// Position of the direction's FIN.
    end: Option<Known>,
    queue: Queue,
    gaps: Gaps,
    /// Packet that made the last chunk available.
    available: Origin,
}

impl Assembler {
    /// Position of the first byte that the output was not told of; without a start, of the first one known.
    pub(super) fn edge(&self) -> Option<Position> {
        self.start.map(|_| self.next).or_else(|| self.queue.front().map(|(at, _)| at))
    }

    /// End of all bytes that are known to be sent from what was captured of the direction.
    pub(super) fn reach(&self) -> Option<Position> {
        self.queue.end().max(self.edge())
    }

    /// Position of the first byte: offset 0, or the first one known so far.
    pub(super) fn lowest(&self) -> Option<Position> {
        self.start().or_else(|| self.edge())
    }

    /// Whether the position of offset 0 is settled.
    pub(super) fn has_start(&self) -> bool {
        self.start.is_some()
    }

    /// Whether the output was told nothing, and nothing waits.
    pub(super) fn is_untouched(&self) -> bool {
        self.queue.is_empty() && self.start().is_none_or(|start| start == self.next)
    }

    /// Position of the direction's FIN, if that was captured.
    pub(super) fn end(&self) -> Option<Position> {
        self.end.map(Known::get)
    }

    fn start(&self) -> Option<Position> {
        self.start.map(Known::get)
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Stream offset of the position `at`, once there is a start.
    pub(super) fn offset(&self, at: Position) -> Option<StreamOffset> {
        self.start().map(|start| StreamOffset(at.saturating_sub(start)))
    }

    /// Settles that offset 0 is at `start`: the byte after the SYN, or the first one captured. Happens once.
    pub(super) fn begin(&mut self, start: Position, out: &mut impl Output) {
        if self.start.is_none() {
            self.start = Known::new(start);
            self.next = start;
            self.drain(None, out);
        }
    }

    /// Takes note that the FIN of the direction is at `at`: what a segment claimed beyond it was not sent. A FIN that
    /// was captured before goes on counting.
    pub(super) fn finish_at(&mut self, at: Position, arrival: Arrival, out: &mut impl Output) {
        if self.end.is_none() {
            self.queue.clear_snapped(at..Position::MAX);
            let at = self.reach().map_or(at, |reach| reach.max(at));
            self.end = Known::new(at);
            if self.is_up_to(at) {
                return; // It would not wait.
            }
            self.queue.insert(at, Content::End, arrival);
            self.drain(None, out);
        }
    }

    /// Takes note that the peer acknowledged everything before `upto`.
    pub(super) fn acknowledge(&mut self, upto: Position, now: Moment) {
        self.queue.acknowledge(upto, now);
    }

    /// Takes a payload at `at`, of which the snap length cut off the last `cut` bytes.
    pub(super) fn insert(
        &mut self,
        at: Position,
        payload: &[u8],
        cut: u64,
        arrival: Arrival,
        out: &mut impl Output,
    ) -> Inserted {
        let mut inserted = Inserted::default();
        if cut == 0 && self.is_keep_alive(at, payload) {
            inserted.duplicate = 1;
            inserted.keep_alive = true;
            return inserted;
        }
        let sent_end = at + payload.len() as u64 + cut;
        let limit = self.end().unwrap_or(Position::MAX);
        let (payload, beyond) = split(payload, limit.saturating_sub(at));
        inserted.late += beyond.len() as u64;
        let behind = self.start.map_or(0, |_| self.next.saturating_sub(at));
        let (before, payload) = split(payload, behind);
        self.repeat(at, before, &mut inserted, out);
        let at = at + before.len() as u64;

        if self.is_up_to(at) {
            self.deliver(payload, arrival.origin, arrival.origin, out);
        } else {
            let in_turn = self.is_in_turn(at);
            let queued = self.merge(at, payload, arrival, &mut inserted, out);
            inserted.waits = queued && !in_turn;
        }
        if cut > 0 {
            let known = self.start.map_or(0, |_| self.next);
            let cut_start = (at + payload.len() as u64).max(known);
            self.queue.insert_snapped(cut_start..sent_end.min(limit), arrival);
        }
        self.drain(Some(arrival.origin), out);
        inserted
    }

    /// Whether the output was told of everything before `at`, and nothing waits.
    fn is_up_to(&self, at: Position) -> bool {
        self.start.is_some() && at == self.next && self.queue.is_empty()
    }

    /// Whether nothing is missing before `at`, as far as is known: without a start, no hole within what waits.
    fn is_in_turn(&self, at: Position) -> bool {
        match (self.start, self.edge(), self.reach()) {
            (None, Some(first), Some(end)) => (first..=end).contains(&at),
            (None, ..) => true,
            (Some(_), ..) => at == self.next,
        }
    }

    /// Whether a segment is a keep-alive: the last byte sent once more, alone, or garbage in its place (RFC 9293
    /// section 3.8.4).
    fn is_keep_alive(&self, at: Position, payload: &[u8]) -> bool {
        let told = || self.start().is_some_and(|start| (start..self.next).contains(&at));
        payload.len() == 1 && self.reach() == Some(at + 1) && (told() || self.queue.knows(at))
    }

    /// Stops waiting for what is missing before the first piece that waits, or for what the snap length cut off where
    /// that is next: a gap, or the start of the stream.
    pub(super) fn give_up(&mut self, reason: GapReason, out: &mut impl Output) {
        let Some((at, piece)) = self.queue.front() else { return };
        let (seen, snapped) = (piece.arrival.origin, piece.is_snapped().then_some(piece.len()));
        match snapped {
            _ if self.start.is_none() => return self.begin(at, out),
            Some(len) if at == self.next => {
                self.queue.pop_at(at);
                self.skip(at + len, GapReason::Snapped, seen, out);
            }
            _ => self.skip(at, reason, seen, out),
        }
        self.drain(None, out);
    }

    /// Ends the direction, of which the peer has everything before `end`.
    pub(super) fn close(&mut self, end: Position, seen: Origin, out: &mut impl Output) {
        if self.start.is_some() && end > self.next {
            self.skip(end, GapReason::NotCaptured, seen, out);
        }
    }

    /// Counts bytes whose place the output knows already, in a chunk or in a gap, or that lies before the start.
    fn repeat(&self, at: Position, bytes: &[u8], inserted: &mut Inserted, out: &mut impl Output) {
        if bytes.is_empty() {
            return;
        }
        let start = self.start().unwrap_or(0);
        let (before, mut bytes) = split(bytes, start.saturating_sub(at));
        inserted.late += before.len() as u64;
        let mut at = at + before.len() as u64;
        for gap in self.gaps.behind(at) {
            let (delivered, rest) = split(bytes, gap.start.saturating_sub(at));
            self.compare(at, delivered, inserted, out);
            at += delivered.len() as u64;
            let (late, rest) = split(rest, gap.end.saturating_sub(at));
            inserted.late += late.len() as u64;
            at += late.len() as u64;
            bytes = rest;
        }
        self.compare(at, bytes, inserted, out);
    }

    fn compare(&self, at: Position, bytes: &[u8], inserted: &mut Inserted, out: &mut impl Output) {
        if let Some(offset) = self.offset(at).filter(|_| !bytes.is_empty()) {
            inserted.repeat(at, bytes.len(), out.repeated(offset, bytes));
        }
    }

    /// Puts the bytes that the queue does not have where they belong. Returns whether any were queued.
    fn merge(
        &mut self,
        mut at: Position,
        mut bytes: &[u8],
        arrival: Arrival,
        inserted: &mut Inserted,
        out: &mut impl Output,
    ) -> bool {
        let mut queued_any = false;
        self.queue.clear_snapped(at..at + bytes.len() as u64);
        while !bytes.is_empty() {
            let run = self.queue.run_at(at);
            let (part, rest) = split(bytes, run.end - at);
            match run.queued {
                Some(queued) => inserted.repeat(at, part.len(), Difference::between(queued, part)),
                None if self.start.is_some() && at == self.next => {
                    self.deliver(part, arrival.origin, arrival.origin, out);
                }
                None => {
                    queued_any = true;
                    self.queue.insert(at, Content::Data(part.into()), arrival);
                }
            }
            at += part.len() as u64;
            bytes = rest;
        }
        queued_any
    }

    /// Tells all that waited for the right edge, up to the next hole; what the snap length cut off is one. Where
    /// `filler` closed the hole, it made them available.
    fn drain(&mut self, filler: Option<Origin>, out: &mut impl Output) {
        if self.start.is_none() || self.queue.is_empty() {
            return;
        }
        while self.queue.front().is_some_and(|(_, piece)| !piece.is_snapped())
            && let Some(Piece { content, arrival, .. }) = self.queue.pop_at(self.next)
        {
            if let Content::Data(bytes) = content {
                self.deliver(&bytes, arrival.origin, filler.unwrap_or(arrival.origin), out);
            }
        }
    }

    #[inline]
    fn deliver(&mut self, bytes: &[u8], carrier: Origin, available: Origin, out: &mut impl Output) {
        let Some(offset) = self.offset(self.next).filter(|_| !bytes.is_empty()) else { return };
        self.available = self.available.max(available);
        self.next += bytes.len() as u64;
        out.chunk(Chunk { offset, bytes, packet: carrier.packet, available: self.available });
    }

    fn skip(&mut self, end: Position, reason: GapReason, seen: Origin, out: &mut impl Output) {
        let Some(offset) = self.offset(self.next).filter(|_| end > self.next) else { return };
        self.gaps.push(self.next..end);
        let len = end - self.next;
        self.next = end;
        out.gap(Gap { offset, len, reason, seen });
    }
}
