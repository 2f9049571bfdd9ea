//! What a splitter finds, and who is told.
//!
//! Out: [`FrameSink`], and what it is told: each [`Frame`], and each run of bytes that is in none ([`Skipped`]).

use super::habit::Habit;
use super::layout::Checksum;
use crate::units::{Origin, StreamOffset};
use std::ops::Range;

/// One complete frame of a stream, borrowed from the splitter.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Position of the frame's first byte in the stream.
    pub offset: StreamOffset,
    /// All bytes of the frame: header, payload, trailer.
    pub bytes: &'a [u8],
    /// Range of the payload in `bytes`.
    pub payload: Range<usize>,
    /// 1-based number of the packet that carried the frame's first byte.
    pub first_packet: u64,
    /// The packet that completed the frame.
    pub completed: Origin,
    /// Checksum of the frame, if the layout has one.
    pub checksum: Option<Checksum>,
}

/// Why bytes are in no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// No layout is known for the connection.
    NoLayout,
    /// Bytes where a header should start and none does: wrong magic or an impossible length.
    BadHeader,
    /// Bytes after a gap or a start in mid-stream, before the first header that could be confirmed.
    Resync,
    /// Captured bytes of a frame of which other bytes were not captured.
    Damaged,
    /// Bytes before the first frame that the layout's `skip` declares.
    Prologue,
    /// The start of a frame that the stream's end cut off.
    Tail,
}

impl SkipReason {
    /// Every reason, in the order of [`SkipReason::index`].
    pub const ALL: [Self; 6] =
        [Self::NoLayout, Self::BadHeader, Self::Resync, Self::Damaged, Self::Prologue, Self::Tail];

    /// 0-based place of the reason in [`SkipReason::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A run of captured bytes that are in no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Position of the first byte of the run in its stream.
    pub offset: StreamOffset,
    /// Length of the run in bytes; never 0.
    pub len: u64,
    /// Why the bytes are in no frame.
    pub reason: SkipReason,
    /// Length in bytes of the frame that the bytes belong to, where its header was captured (`Damaged`, `Tail`).
    pub frame_len: Option<u64>,
    /// The packet at which it was decided that the bytes are in no frame.
    pub seen: Origin,
}

/// Receives what a splitter finds, in stream order.
pub trait FrameSink {
    /// Takes a complete frame.
    fn frame(&mut self, frame: Frame<'_>);
    /// Takes note of bytes that are in no frame.
    fn skipped(&mut self, skipped: Skipped);
    /// What frames like those of this direction begin with, if the sink learns that.
    fn habit(&mut self) -> Option<&mut Habit> {
        None
    }
}
