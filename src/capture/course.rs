//! Where the packets of one file stand among those of others, by its own clock and theirs.
//!
//! In: the times of its packets, in its order. Out: the time by which each is merged. Invariant: it is the packet's
//! own time, unless the clock of the file jumped away from those of all other files; from then on the file goes on
//! from where it was, until its clock comes back. Not responsible for the time that is told of a packet.

use crate::limits::MERGE_JUMP_NS;
use crate::units::Timestamp;

/// The clock of one file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    latest: Option<Timestamp>,
    /// How far the clock is ahead of where the file goes on, in nanoseconds.
    ahead_ns: i64,
}

impl Course {
    /// Takes note of the next packet, and gives the time by which it is merged; `others` gives the latest time by which
    /// a packet of another file waits to be merged, if one does.
    pub(super) fn note(&mut self, time: Timestamp, others: impl FnOnce() -> Option<Timestamp>) -> Timestamp {
        if let Some(latest) = self.latest.replace(time)
            && time.since(latest).unsigned_abs() > MERGE_JUMP_NS.unsigned_abs()
        {
            let before = self.place(latest);
            let is_away = |others: Timestamp| time.since(others.max(before)) > MERGE_JUMP_NS;
            self.ahead_ns = if others().is_some_and(is_away) { time.since(before) } else { 0 };
        }
        self.place(time)
    }

    fn place(self, time: Timestamp) -> Timestamp {
        Timestamp::from_ns(time.ns().saturating_sub(self.ahead_ns))
    }
}
