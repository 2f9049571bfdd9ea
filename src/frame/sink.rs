//! What a splitter finds, and who is told.
//!
//! Out: [`FrameSink`], and what it is told: each [`Frame`], and each run of bytes that is in none ([`Skipped`]).

use super::layout::Checksum;
use crate::units::{Origin, StreamOffset};
use std::ops::Range;

/// One complete frame, borrowed.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Position of its first byte in the stream.
    pub offset: StreamOffset,
    /// All of it: header, payload, trailer.
    pub bytes: &'a [u8],
    /// Where the payload is in `bytes`.
    pub payload: Range<usize>,
    /// 1-based number of the packet that carried its first byte.
    pub first_packet: u64,
    /// The packet that completed it.
    pub completed: Origin,
    /// What its trailer says, if the layout has one that is checked.
    pub checksum: Option<Checksum>,
}

/// Why bytes are in no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// No layout is known for the connection.
    NoLayout,
    /// Where a header should start there is none: wrong magic or an impossible length.
    BadHeader,
    /// After a gap or a start in mid-stream: bytes before the first header that could be confirmed.
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

    /// Its place in [`SkipReason::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A run of captured bytes that are in no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Position of the first one.
    pub offset: StreamOffset,
    /// How many; never 0.
    pub len: u64,
    /// Why.
    pub reason: SkipReason,
    /// Length in bytes of the frame that they belong to, where its header was captured (`Damaged`, `Tail`).
    pub frame_len: Option<u64>,
    /// The packet at which this was decided.
    pub seen: Origin,
}

/// Receives what a splitter finds, in stream order.
pub trait FrameSink {
    /// A complete frame.
    fn frame(&mut self, frame: Frame<'_>);
    /// Bytes that are in no frame.
    fn skipped(&mut self, skipped: Skipped);
}
