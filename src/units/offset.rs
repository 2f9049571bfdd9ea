//! A place in the bytes of one direction.
//!
//! Out: [`StreamOffset`]. Invariant: it never wraps, unlike the sequence numbers that it is made of.

use std::fmt;

/// A position in one direction of a connection: bytes since the first byte after the SYN, or since the first
/// captured byte where the capture starts in mid-stream. Never wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamOffset(pub u64);

impl StreamOffset {
    /// The position `len` bytes after this one. Saturates.
    #[must_use]
    pub const fn plus(self, len: u64) -> Self {
        Self(self.0.saturating_add(len))
    }

    /// Bytes from `earlier` to `self`, 0 if `earlier` is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for StreamOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
