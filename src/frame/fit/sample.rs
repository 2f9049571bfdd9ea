//! The bytes that layouts are scored on.
//!
//! In: contiguous bytes of one direction, and whether the other side had spoken before them. Out: the bytes with their
//! marks. Invariant: marks rise, and stand inside the bytes; at most [`limits::FIT_BYTES`] are kept.

use crate::limits;

/// A place where a segment begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// 0-based position in the sample.
    pub at: usize,
    /// Whether the other side spoke just before: where requests and answers alternate, a frame begins here.
    pub is_turn: bool,
}

/// The first bytes of one direction of a connection.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Bytes without a gap.
    pub bytes: Vec<u8>,
    /// Places where segments begin.
    pub marks: Vec<Mark>,
    /// Whether the first byte is the first one that was ever sent.
    pub from_start: bool,
    /// Whether nothing follows the last byte.
    pub ends: bool,
    /// Bytes that the direction had in all, where that is known.
    pub total: Option<u64>,
    /// Whether no more bytes are taken.
    is_full: bool,
}

impl Sample {
    /// A sample without bytes.
    #[must_use]
    pub fn new(from_start: bool) -> Self {
        Self { from_start, ..Self::default() }
    }

    /// Takes the bytes of a segment, as far as there is room.
    pub fn push(&mut self, bytes: &[u8], is_turn: bool) {
        if self.is_full || bytes.is_empty() {
            return;
        }
        let taken = bytes.get(..limits::FIT_BYTES - self.bytes.len()).unwrap_or(bytes);
        self.marks.push(Mark { at: self.bytes.len(), is_turn });
        self.bytes.extend_from_slice(taken);
        self.is_full = taken.len() < bytes.len() || self.bytes.len() == limits::FIT_BYTES;
    }

    /// Takes note that what follows does not follow the last byte: a gap.
    pub fn cut(&mut self) {
        self.is_full = true;
    }

    /// Takes note that the direction was closed.
    pub fn end(&mut self) {
        self.ends = !self.is_full;
        self.is_full = true;
    }

    /// Whether no more bytes are taken.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full
    }
}
