//! What one direction of a connection consists of: bytes in order, and the gaps between them.
//!
//! Out: [`Chunk`] and [`Gap`], which one layer hands to the next: TCP gives them, the splitter takes them, and what
//! undoes a layer between the two (an encryption, a transfer encoding) takes them and gives them. Invariant of every
//! sequence of them: offsets follow each other without hole or overlap. Not responsible for who made them.

use super::{Origin, StreamOffset};

/// Ordered bytes of one direction, borrowed from whoever has them.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// Position of the first byte in its direction.
    pub offset: StreamOffset,
    /// The bytes of the chunk; never empty.
    pub bytes: &'a [u8],
    /// 1-based number of the packet that carried the bytes.
    pub packet: u64,
    /// The packet that made the bytes available in order: the carrier itself, or the later packet that closed the hole
    /// before them. Never decreases within a direction.
    pub available: Origin,
}

/// Why bytes are missing from a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GapReason {
    /// The segment is not in the capture: lost by it, or filtered.
    NotCaptured,
    /// The snap length cut the packet.
    Snapped,
    /// Too much data waited behind the hole ([`PENDING_BYTES`](crate::limits::PENDING_BYTES),
    /// [`PENDING_SEGMENTS`](crate::limits::PENDING_SEGMENTS)).
    QueueFull,
    /// The capture itself lost packets at that time: a buffer of the kernel or of this program was full.
    Dropped,
}

impl GapReason {
    /// Name of the reason in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCaptured => "not-captured",
            Self::Snapped => "snapped",
            Self::QueueFull => "queue-full",
            Self::Dropped => "dropped",
        }
    }
}

/// Bytes that were sent but are not in the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Position of the first missing byte in its direction.
    pub offset: StreamOffset,
    /// How many bytes are missing; never 0.
    pub len: u64,
    /// Why the bytes are missing.
    pub reason: GapReason,
    /// The packet that brought the first data after the gap, or that told of its end.
    pub seen: Origin,
}
