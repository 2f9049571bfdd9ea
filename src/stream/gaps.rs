//! The gaps of a direction that were told last, to tell late bytes from duplicate ones.
//!
//! In: gaps, in order. Out: those behind a position. Most directions have none, which takes one word. Of more than
//! [`limits::GAPS_REMEMBERED`] the oldest are forgotten; bytes for them count as duplicate.

use super::seq::Position;
use crate::limits;
use std::collections::VecDeque;
use std::ops::Range;

#[derive(Debug, Default)]
#[expect(clippy::box_collection, reason = "one word instead of four where there are none")]
pub(super) struct Gaps(Option<Box<VecDeque<Range<Position>>>>);

impl Gaps {
    /// Adds a gap behind all others.
    pub(super) fn push(&mut self, gap: Range<Position>) {
        let gaps = self.0.get_or_insert_default();
        if gaps.len() == limits::GAPS_REMEMBERED {
            gaps.pop_front();
        }
        gaps.push_back(gap);
    }

    /// The gaps that end behind `at`, in order.
    pub(super) fn behind(&self, at: Position) -> impl Iterator<Item = &Range<Position>> {
        self.0.iter().flat_map(move |gaps| gaps.range(gaps.partition_point(|gap| gap.end <= at)..))
    }
}
