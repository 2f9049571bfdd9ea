//! The parts of one datagram.
//!
//! Invariant: pieces are in order and do not overlap; a piece that was captured whole and the one that
//! follows it without a hole are one.

use super::super::UnreadReason;
use super::super::layer::Layer;

/// Longest datagram that fragments can make up, in bytes: the total length of IPv4 and the payload length of IPv6 have
/// 16 bits.
const LONGEST: usize = u16::MAX as usize;

/// Bytes in one unit of a fragment offset.
const UNIT: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    /// Offset from which on the bytes of the piece were on the wire and are not in the capture.
    known: usize,
    end: usize,
}

#[derive(Debug, Default)]
pub(super) struct Pieces {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    /// Number of bytes in all pieces.
    covered: usize,
    /// Length of the datagram, once its last fragment is there.
    len: Option<usize>,
}

/// Whether there can be a fragment of `len` bytes at `offset`.
pub(super) fn check(offset: usize, len: usize, more: bool) -> Result<(), UnreadReason> {
    let fits = len > 0 && offset + len <= LONGEST;
    let fits = fits && (!more || len.is_multiple_of(UNIT));
    if fits { Ok(()) } else { Err(UnreadReason::BadIpFragment) }
}

impl Pieces {
    /// Adds the bytes of a part of which there is nothing yet. Refuses a part that differs from what is there: it may
    /// be of another datagram with the same number (RFC 4963), and one of them is not to be believed.
    pub(super) fn insert(&mut self, start: usize, part: Layer<'_>, more: bool) -> Result<(), UnreadReason> {
        let end = start + part.wire_len();
        let reach = self.pieces.last().map_or(0, |last| last.end);
        let fits = self.len.map_or(more || reach <= end, |len| if more { end <= len } else { end == len });
        if !fits {
            return Err(UnreadReason::BadIpFragment);
        }
        if self.differs(start, part.bytes()) {
            return Err(UnreadReason::IpFragmentOverlap);
        }
        let before = self.covered;
        self.cover(start, end, part.bytes());
        let is_news = self.covered > before || (!more && self.len.is_none());
        if !more {
            self.len = Some(end);
        }
        if is_news { Ok(()) } else { Err(UnreadReason::IpFragmentDuplicate) }
    }

    /// The length of the datagram if nothing of it is missing.
    pub(super) fn complete_len(&self) -> Option<usize> {
        self.len.filter(|len| *len == self.covered)
    }

    /// Puts the datagram, up to the first byte that was not captured, into `datagram`.
    pub(super) fn finish(mut self, datagram: &mut Vec<u8>) {
        let known = self.pieces.first().map_or(0, |first| first.known);
        self.bytes.truncate(known);
        *datagram = self.bytes;
    }

    /// Memory that the pieces take, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    /// Whether captured bytes differ from those that were captured before.
    fn differs(&self, start: usize, bytes: &[u8]) -> bool {
        let end = start + bytes.len();
        self.pieces.iter().any(|piece| {
            let (from, to) = (start.max(piece.start), end.min(piece.known));
            from < to && self.bytes.get(from..to) != bytes.get(from - start..to - start)
        })
    }

    /// Makes pieces of what is not covered from `start` to `end`.
    fn cover(&mut self, start: usize, end: usize, bytes: &[u8]) {
        let mut index = self.pieces.partition_point(|piece| piece.end <= start);
        let mut at = start;
        while at < end {
            let next = self.pieces.get(index).filter(|piece| piece.start < end);
            let stop = next.map_or(end, |piece| piece.start.max(at));
            let resume = next.map_or(end, |piece| piece.end);
            if at < stop {
                let known = (start + bytes.len()).clamp(at, stop);
                self.write(at, bytes.get(at - start..known - start).unwrap_or_default());
                self.pieces.insert(index, Piece { start: at, known, end: stop });
                self.covered += stop - at;
                index += 1;
            }
            at = resume;
            index += 1;
        }
        self.pieces.dedup_by(|later, earlier| {
            let joins = earlier.known == later.start;
            if joins {
                (earlier.known, earlier.end) = (later.known, later.end);
            }
            joins
        });
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        let end = at + bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(at..end) {
            place.copy_from_slice(bytes);
        }
    }
}
