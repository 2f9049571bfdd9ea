//! Bytes of a stream as they were captured, whatever they mean.

use super::ConnectionName;
use crate::units::{Direction, Origin, StreamOffset};

/// Bytes of one direction, borrowed for the time of the call. Those of a direction come in order; where their offset is
/// not the end of the last ones, a gap was told in between.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BytesRecord<'a> {
    /// Connection that the bytes are of.
    pub connection: ConnectionName,
    /// Direction in which the bytes went.
    pub direction: Direction,
    /// Position of the first byte in its direction.
    pub offset: StreamOffset,
    /// The bytes; never empty.
    pub bytes: &'a [u8],
    /// 1-based number of the packet that carried the bytes.
    pub packet: u64,
    /// The packet that made the bytes available in order: the carrier, or a later one that closed the hole before them.
    pub available: Origin,
}
