//! Where the bytes went: the sums behind the report's byte ledger.

use crate::frame::SkipReason;

/// What a splitter made of the bytes that it was given. Together with the bytes that are still held back, the sums are
/// those bytes, at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Number of frames.
    pub frames: u64,
    /// Bytes in frames.
    pub framed: u64,
    /// Bytes in no frame, indexed by [`SkipReason::index`].
    pub skipped: [u64; SkipReason::ALL.len()],
}

impl Ledger {
    /// Bytes in no frame for this reason.
    #[must_use]
    pub fn skipped(&self, reason: SkipReason) -> u64 {
        self.skipped.get(reason.index()).copied().unwrap_or(0)
    }

    /// Number of bytes that were decided.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.framed + self.skipped.iter().sum::<u64>()
    }
}
