//! What of one direction waits behind a hole.
//!
//! In: runs of bytes with their positions. Out: the same in order of position. Invariants: pieces do not overlap, and
//! a byte that was captured is never replaced; every operation costs the logarithm of the queue's length for each
//! piece that it touches. Not responsible for when a piece stops waiting.

use super::arrival::{Arrival, Moment};
use super::seq::{Position, split};
use crate::limits::{PENDING_BYTES, PENDING_SEGMENTS};
use crate::units::allocated;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

/// Memory that a piece takes beside its bytes, in bytes: its share of the nodes of two trees. Where pieces come in
/// order, seven share a node with room for eleven.
const PIECE_MEMORY: usize = (size_of::<(Position, Piece)>() + size_of::<(u64, Position)>()) * 12 / 7;

/// One run of bytes that waits behind a hole.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) content: Content,
    /// The segment that brought the run.
    pub(super) arrival: Arrival,
    /// When it was first known that the peer had everything before the run, and what the snap length cut off of it: the
    /// later of its arrival and of the acknowledgement.
    pub(super) acknowledged: Option<Moment>,
}

#[derive(Debug)]
pub(super) enum Content {
    /// Captured bytes; never empty.
    Data(Box<[u8]>),
    /// Number of bytes that the snap length cut off: known to be missing, unless a retransmission brings them.
    Snapped(u64),
    /// The FIN: nothing comes after it.
    End,
}

impl Piece {
    pub(super) fn is_snapped(&self) -> bool {
        matches!(self.content, Content::Snapped(_))
    }

    /// Position of the first byte of the run at `at` that was captured.
    fn missing_until(&self, at: Position) -> Position {
        if let Content::Snapped(len) = self.content { at.saturating_add(len) } else { at }
    }

    pub(super) fn len(&self) -> u64 {
        match &self.content {
            Content::Data(bytes) => bytes.len() as u64,
            Content::Snapped(len) => *len,
            Content::End => 0,
        }
    }
}

/// What the queue has at a position.
pub(super) struct Run<'a> {
    /// The queued bytes from the position on, or `None` if there are none.
    pub(super) queued: Option<&'a [u8]>,
    /// The position at which the run ends.
    pub(super) end: Position,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The pieces that wait. In most directions nothing ever does, which takes one word.
    waiting: Option<Box<Waiting>>,
    /// Position before which the peer has acknowledged everything.
    acknowledged: Position,
}

#[derive(Debug, Default)]
struct Waiting {
    pieces: BTreeMap<Position, Piece>,
    /// Packet number and position of each piece, to know the oldest.
    packets: BTreeSet<(u64, Position)>,
    bytes: usize,
    /// Memory that the bytes take.
    memory: usize,
    snapped: usize,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting().is_none_or(|waiting| waiting.pieces.is_empty())
    }

    /// Whether more waits than [`PENDING_BYTES`] or [`PENDING_SEGMENTS`].
    pub(super) fn is_full(&self) -> bool {
        self.waiting().is_some_and(|waiting| waiting.bytes > PENDING_BYTES || waiting.pieces.len() > PENDING_SEGMENTS)
    }

    /// Whether nothing waits but what the snap length cut off.
    pub(super) fn is_all_snapped(&self) -> bool {
        self.waiting().is_none_or(|waiting| waiting.snapped == waiting.pieces.len())
    }

    /// About how much memory the queue takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.waiting().map_or(0, |waiting| waiting.memory + waiting.pieces.len() * PIECE_MEMORY)
    }

    /// The smallest number of a packet of which something waits: bytes, or what it told of bytes that are missing.
    pub(super) fn oldest_packet(&self) -> Option<u64> {
        self.waiting()?.packets.first().map(|(packet, _)| *packet)
    }

    /// The first piece that waits, and its position.
    pub(super) fn front(&self) -> Option<(Position, &Piece)> {
        self.waiting()?.pieces.first_key_value().map(|(at, piece)| (*at, piece))
    }

    /// Position at which the last piece ends.
    pub(super) fn end(&self) -> Option<Position> {
        self.waiting()?.pieces.last_key_value().map(|(at, piece)| at.saturating_add(piece.len()))
    }

    /// What the queue has from position `at` on. Room that the snap length left counts as free.
    pub(super) fn run_at(&self, at: Position) -> Run<'_> {
        let Some(waiting) = self.waiting() else { return Run { queued: None, end: Position::MAX } };
        if let Some((start, Piece { content: Content::Data(bytes), .. })) = waiting.pieces.range(..=at).next_back() {
            let (_, queued) = split(bytes, at - start);
            if !queued.is_empty() {
                return Run { queued: Some(queued), end: at + queued.len() as u64 };
            }
        }
        let next = waiting.pieces.range(at.saturating_add(1)..).next();
        Run { queued: None, end: next.map_or(Position::MAX, |(start, _)| *start) }
    }

    /// Whether the byte at `at` is known, or known to be cut off.
    pub(super) fn knows(&self, at: Position) -> bool {
        let before = self.waiting().and_then(|waiting| waiting.pieces.range(..=at).next_back());
        before.is_some_and(|(start, piece)| start + piece.len() > at)
    }

    /// Puts `content` at `at`, where the queue has nothing.
    pub(super) fn insert(&mut self, at: Position, content: Content, arrival: Arrival) {
        let mut piece = Piece { content, arrival, acknowledged: None };
        piece.acknowledged = (piece.missing_until(at) <= self.acknowledged).then_some(arrival.moment);
        self.waiting.get_or_insert_default().put(at, piece);
    }

    /// Takes the first piece if it starts at `at`.
    pub(super) fn pop_at(&mut self, at: Position) -> Option<Piece> {
        let waiting = self.waiting.as_mut()?;
        let entry = waiting.pieces.first_entry().filter(|entry| *entry.key() == at)?;
        let (at, piece) = entry.remove_entry();
        waiting.forget(at, &piece);
        Some(piece)
    }

    /// Takes note that the peer acknowledged everything before `upto`. Each piece is touched twice over all calls,
    /// and one more for each call.
    #[inline]
    pub(super) fn acknowledge(&mut self, upto: Position, now: Moment) {
        let before = self.acknowledged;
        if upto > before {
            self.acknowledged = upto;
            if let Some(waiting) = &mut self.waiting {
                waiting.acknowledge(before..=upto, now);
            }
        }
    }

    /// Notes that the bytes of `range` were sent but cut off, wherever the queue knows nothing better.
    pub(super) fn insert_snapped(&mut self, range: Range<Position>, arrival: Arrival) {
        let mut at = range.start;
        while at < range.end {
            let pieces = &self.waiting.get_or_insert_default().pieces;
            let end = match pieces.range(..=at).next_back() {
                Some((start, piece)) if start + piece.len() > at => start + piece.len(),
                _ => {
                    let next = pieces.range(at.saturating_add(1)..range.end).next();
                    let end = next.map_or(range.end, |(start, _)| *start);
                    if end > at && !pieces.contains_key(&at) {
                        self.insert(at, Content::Snapped(end - at), arrival);
                    }
                    end
                }
            };
            at = end;
        }
    }

    /// Makes room in `range` by cutting away what is only known to be missing.
    pub(super) fn clear_snapped(&mut self, range: Range<Position>) {
        let Self { waiting, acknowledged: upto } = self;
        let Some(waiting) = waiting.as_mut().filter(|waiting| waiting.snapped > 0) else { return };
        let first = waiting.pieces.range(..=range.start).next_back().map_or(range.start, |(start, _)| *start);
        let inside = waiting.pieces.range(first..range.end);
        let snapped = inside.filter(|(_, piece)| matches!(piece.content, Content::Snapped(_)));
        let starts: Vec<Position> = snapped.map(|(start, _)| *start).collect();
        for start in starts {
            let Some(piece) = waiting.pieces.remove(&start) else { continue };
            waiting.forget(start, &piece);
            let end = start + piece.len();
            for (start, end) in [(start, end.min(range.start)), (start.max(range.end), end)] {
                if start < end {
                    let acknowledged = piece.acknowledged.or((end <= *upto).then_some(piece.arrival.moment));
                    waiting.put(start, Piece { content: Content::Snapped(end - start), acknowledged, ..piece });
                }
            }
        }
    }

    fn waiting(&self) -> Option<&Waiting> {
        self.waiting.as_deref()
    }
}

impl Waiting {
    fn acknowledge(&mut self, places: RangeInclusive<Position>, now: Moment) {
        let upto = *places.end();
        // What the snap length cut off of a piece may be acknowledged later than what was before it.
        let cut = self.pieces.range_mut(..places.start()).next_back().filter(|_| self.snapped > 0);
        let acknowledge = |(at, piece): (&Position, &mut Piece)| {
            if piece.missing_until(*at) <= upto {
                piece.acknowledged.get_or_insert(now);
            }
        };
        cut.into_iter().for_each(acknowledge);
        self.pieces.range_mut(places).for_each(acknowledge);
    }

    fn put(&mut self, at: Position, piece: Piece) {
        self.packets.insert((piece.arrival.origin.packet, at));
        match &piece.content {
            Content::Data(bytes) => {
                self.bytes += bytes.len();
                self.memory += allocated(bytes.len());
            }
            Content::Snapped(_) => self.snapped += 1,
            Content::End => {}
        }
        self.pieces.insert(at, piece);
    }

    fn forget(&mut self, at: Position, piece: &Piece) {
        self.packets.remove(&(piece.arrival.origin.packet, at));
        match &piece.content {
            Content::Data(bytes) => {
                self.bytes -= bytes.len();
                self.memory -= allocated(bytes.len());
            }
            Content::Snapped(_) => self.snapped -= 1,
            Content::End => {}
        }
    }
}
