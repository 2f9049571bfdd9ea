//! Bytes that are missing.

use super::ConnectionName;
use crate::units::{Direction, GapReason, Origin, StreamOffset};

/// Bytes that were sent but are not in the capture.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GapRecord {
    /// Connection that the bytes are missing from.
    pub connection: ConnectionName,
    /// Direction in which the bytes went.
    pub direction: Direction,
    /// Position of the first missing byte in its direction.
    pub offset: StreamOffset,
    /// Number of missing bytes; never 0.
    pub len: u64,
    /// Why the bytes are missing.
    pub reason: GapReason,
    /// The packet that showed that bytes are missing.
    pub seen: Origin,
}
