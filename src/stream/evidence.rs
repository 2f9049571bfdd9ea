//! When a hole is a gap.
//!
//! In: the piece that waits behind the hole, and the packet that has just come. Out: whether to stop waiting, and until
//! when to wait. An acknowledgement past the hole says that its bytes were sent, but it can be captured before them;
//! that is why patience follows. Not responsible for what happens then.

use super::arrival::Arrival;
use super::queue::Piece;
use crate::limits::{GAP_PATIENCE_NS, GAP_PATIENCE_SEGMENTS, GAP_UNACKED_NS};
use crate::units::Timestamp;

/// The hole before the first byte that waits.
#[derive(Clone, Copy)]
pub(super) struct Hole<'a> {
    /// The first piece that waits behind the hole.
    pub(super) piece: &'a Piece,
    /// The hole lies before the first captured byte of a stream without SYN: perhaps there is none.
    pub(super) at_start: bool,
    /// When the direction last went on in order: a stray segment far ahead is no hole while it does.
    pub(super) progress: Timestamp,
}

impl Hole<'_> {
    /// Whether enough is known at `now` to declare the hole a gap.
    pub(super) fn is_decided(self, now: Arrival) -> bool {
        let since = match self.piece.acknowledged {
            None if self.at_start => Some(self.piece.arrival),
            acknowledged => acknowledged,
        };
        since.is_some_and(|since| segments_between(since, now) >= GAP_PATIENCE_SEGMENTS.into())
            || self.deadline() <= now.origin.time
    }

    /// The packet time at which the hole is declared a gap, whatever comes until then.
    pub(super) fn deadline(self) -> Timestamp {
        match self.piece.acknowledged {
            Some(since) => after(since.origin.time, GAP_PATIENCE_NS),
            None => after(self.piece.arrival.origin.time.max(self.progress), GAP_UNACKED_NS),
        }
    }
}

/// The moment `ns` nanoseconds after `time`. Saturates.
pub(super) fn after(time: Timestamp, ns: i64) -> Timestamp {
    Timestamp::from_ns(time.ns().saturating_add(ns))
}

fn segments_between(since: Arrival, now: Arrival) -> u64 {
    now.segments.saturating_sub(since.segments)
}
