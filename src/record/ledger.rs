//! The byte ledger: where every captured payload byte went.

use crate::frame::{Ledger, SkipReason};
use crate::stream::DirectionFacts;

/// Where captured payload bytes went. Every byte is in exactly one of the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerRecord {
    /// TCP payload bytes that were captured.
    pub captured: u64,
    /// Bytes of complete frames.
    pub framed: u64,
    /// Bytes before the first frame that the layout declares.
    pub prologue: u64,
    /// Bytes of connections for which no layout is known.
    pub no_layout: u64,
    /// Bytes where a header should be and none was.
    pub bad_header: u64,
    /// Bytes passed over in search of a header.
    pub resync: u64,
    /// Captured bytes of frames of which other bytes were not captured.
    pub damaged: u64,
    /// Bytes of frames that the end cut off.
    pub tail: u64,
    /// Bytes that had been seen before.
    pub duplicate: u64,
    /// Bytes that came after their place had been declared a gap.
    pub late: u64,
}

impl LedgerRecord {
    /// The ledger of one direction; without a splitter everything that was delivered has no layout.
    #[must_use]
    pub fn new(facts: &DirectionFacts, split: Option<Ledger>) -> Self {
        let skipped = |reason| split.map_or(0, |split| split.skipped(reason));
        Self {
            captured: facts.captured,
            framed: split.map_or(0, |split| split.framed),
            prologue: skipped(SkipReason::Prologue),
            no_layout: if split.is_some() { skipped(SkipReason::NoLayout) } else { facts.delivered },
            bad_header: skipped(SkipReason::BadHeader),
            resync: skipped(SkipReason::Resync),
            damaged: skipped(SkipReason::Damaged),
            tail: skipped(SkipReason::Tail),
            duplicate: facts.duplicate,
            late: facts.late,
        }
    }

    /// Every part with its name in reports; they add up to `captured`.
    #[must_use]
    pub const fn parts(&self) -> [(&'static str, u64); 9] {
        [
            ("framed", self.framed),
            ("prologue", self.prologue),
            ("no_layout", self.no_layout),
            ("bad_header", self.bad_header),
            ("resync", self.resync),
            ("damaged", self.damaged),
            ("tail", self.tail),
            ("duplicate", self.duplicate),
            ("late", self.late),
        ]
    }

    /// Whether the parts add up.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.parts().iter().map(|(_, bytes)| bytes).sum::<u64>() == self.captured
    }
}

impl std::ops::AddAssign for LedgerRecord {
    fn add_assign(&mut self, other: Self) {
        self.captured += other.captured;
        self.framed += other.framed;
        self.prologue += other.prologue;
        self.no_layout += other.no_layout;
        self.bad_header += other.bad_header;
        self.resync += other.resync;
        self.damaged += other.damaged;
        self.tail += other.tail;
        self.duplicate += other.duplicate;
        self.late += other.late;
    }
}
