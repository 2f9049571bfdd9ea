//! What became of a payload: which of its bytes were new, and how the others compare with the first copy.
//!
//! Plain counts, from the assembler to the facts of a direction.

use super::seq::Position;

/// How a copy differs from the bytes that came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Number of bytes that differ.
    pub(super) count: u64,
    /// 0-based index of the first byte that differs; 0 if there is none.
    pub(super) first: u64,
}

impl Difference {
    /// Compares two copies as far as both reach.
    pub(super) fn between(first: &[u8], again: &[u8]) -> Self {
        let len = first.len().min(again.len());
        if first.get(..len) == again.get(..len) {
            return Self::default();
        }
        let differs = || first.iter().zip(again).map(|(a, b)| a != b);
        let first = differs().position(|differs| differs).unwrap_or(0);
        Self { count: differs().filter(|differs| *differs).count() as u64, first: first as u64 }
    }
}

/// What became of a segment's payload.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Inserted {
    /// Bytes that came before.
    pub(super) duplicate: u64,
    /// Bytes that came after their place was declared a gap.
    pub(super) late: u64,
    /// Bytes that differ from those that came first.
    pub(super) conflicting: u64,
    /// Position of the first byte that differs.
    pub(super) conflict: Option<Position>,
    /// Some of the payload has to wait for bytes before it.
    pub(super) waits: bool,
    /// The segment is a keep-alive: one byte that only asks for an answer.
    pub(super) keep_alive: bool,
}

impl Inserted {
    /// Counts `len` bytes at `at` that came before, with this `difference`.
    pub(super) fn repeat(&mut self, at: Position, len: usize, difference: Difference) {
        self.duplicate += len as u64;
        self.conflicting += difference.count;
        if difference.count > 0 {
            self.conflict.get_or_insert(at + difference.first);
        }
    }
}
