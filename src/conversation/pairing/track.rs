//! Where the frames of one direction stand, and how many may be missing between two of them.

use super::request::Sent;
use crate::units::Timestamp;

/// How many frames bytes that are in none may have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    pub least: u32,
    pub most: u32,
}

impl Lost {
    /// Any number of frames, or none.
    pub(super) const ANY: Self = Self { least: 0, most: u32::MAX };
}

/// Where the frames of one direction stand, and how long they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// Position behind the last frame; none before the first.
    end: Option<u64>,
    frames: u32,
    shortest: u32,
    /// Whether frames that are no requests, or no answers, go this way too.
    pub(super) has_others: bool,
    last: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Track {
    /// Frames after which no shorter ones are expected.
    const USUAL: u32 = 6;

    /// Takes the next frame, and tells how many may be missing before it. `start` is where frames start in a direction
    /// that was captured from its first byte.
    #[inline]
    pub(super) fn push(&mut self, sent: &Sent, start: Option<u64>) -> Option<Lost> {
        let len = u32::try_from(sent.end - sent.start).unwrap_or(u32::MAX);
        let lost = match self.end.or(start) {
            Some(end) if end >= sent.start => None,
            Some(end) => Some(self.lost(sent.start - end)),
            None => Some(Lost::ANY),
        };
        self.end = Some(sent.end);
        self.frames = self.frames.saturating_add(1);
        self.shortest = if self.frames == 1 { len } else { self.shortest.min(len) };
        self.before = self.last.replace(sent.at.time);
        lost
    }

    /// How many frames were in `len` bytes between two whole frames.
    fn lost(&self, len: u64) -> Lost {
        let least = u32::from(!self.has_others);
        if self.frames < Self::USUAL || self.shortest == 0 {
            return Lost { least, most: u32::try_from(len).unwrap_or(u32::MAX) };
        }
        let most = u32::try_from(len / u64::from(self.shortest)).unwrap_or(u32::MAX).max(1);
        Lost { least, most }
    }

    /// Packet time of the last frame, and for how many nanoseconds both sides were silent before it; `other` is when
    /// the other side sent its last frame before it.
    pub(super) fn silence(&self, other: Option<Timestamp>) -> Option<(Timestamp, i64)> {
        let last = self.last?;
        Some((last, self.before.max(other).map_or(0, |before| last.since(before))))
    }

    /// Packet time of the last frame, and of the one before, if there were any.
    pub(super) const fn last(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.last, self.before)
    }
}
