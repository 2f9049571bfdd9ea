//! When a hole is a gap.
//!
//! In: the piece that waits behind the hole, or stands for what the snap length cut off, and the packet that has just
//! come. Out: whether to stop waiting, and until when to wait. An acknowledgement past the hole says that its bytes
//! were sent, but it can be captured before them; that is why patience follows. Not responsible for what happens then.

use super::arrival::Moment;
use super::queue::Piece;
use crate::limits::{GAP_PATIENCE_NS, GAP_PATIENCE_SEGMENTS, GAP_UNACKED_NS};
use crate::units::Elapsed;

/// The hole before the first byte that waits.
#[derive(Clone, Copy)]
pub(super) struct Hole<'a> {
    /// The first piece that waits behind the hole.
    pub(super) piece: &'a Piece,
    /// The hole lies before the first captured byte of a stream without SYN: perhaps there is none.
    pub(super) at_start: bool,
    /// All that waits is what the snap length cut off: nobody would get anything sooner without the hole.
    pub(super) is_last: bool,
    /// When the direction last went on in order: a stray segment far ahead is no hole while it does.
    pub(super) progress: Elapsed,
}

impl Hole<'_> {
    /// Whether enough is known at `now` to declare the hole a gap.
    pub(super) fn is_decided(self, now: Moment) -> bool {
        let since = match self.piece.acknowledged {
            None if self.at_start => Some(self.piece.arrival.moment),
            acknowledged => acknowledged,
        };
        since.is_some_and(|since| segments_between(since, now) >= GAP_PATIENCE_SEGMENTS.into())
            || self.deadline().is_some_and(|deadline| deadline <= now.at)
    }

    /// What the clock shows when the hole is declared a gap, whatever comes until then.
    pub(super) fn deadline(self) -> Option<Elapsed> {
        match self.piece.acknowledged {
            Some(since) => Some(since.at.plus(GAP_PATIENCE_NS)),
            // Perhaps it was never sent: a length may count padding.
            None if self.is_last => None,
            None => Some(self.piece.arrival.moment.at.max(self.progress).plus(GAP_UNACKED_NS)),
        }
    }
}

fn segments_between(since: Moment, now: Moment) -> u64 {
    now.segments.saturating_sub(since.segments)
}
