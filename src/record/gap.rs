//! Bytes that are missing.

use super::ConnectionName;
use crate::units::{Direction, GapReason, Origin, StreamOffset};

/// Bytes that were sent but are not in the capture.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GapRecord {
    /// The connection.
    pub connection: ConnectionName,
    /// Which way they went.
    pub direction: Direction,
    /// Position of the first one.
    pub offset: StreamOffset,
    /// How many.
    pub len: u64,
    /// Why they are missing.
    pub reason: GapReason,
    /// The packet that showed it.
    pub seen: Origin,
}
