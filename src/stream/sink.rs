//! Who is told what the stage finds.
//!
//! Out: [`StreamSink`], which the next stage is.

use super::{Connection, Slot};
use crate::units::{Chunk, Direction, Gap, Origin, StreamOffset};

/// Receives what the stream stage finds. Calls of one connection are in order; connections interleave.
pub trait StreamSink {
    /// What the sink keeps of each connection. It stands beside what this stage keeps of the connection, so that a
    /// packet of one that no cache holds waits for the memory of both at once.
    type Kept: Default;

    /// Prepares for a segment with bytes of the connection in `slot`: calls may follow that want what else the
    /// sink remembers of the connection.
    fn at_hand(&self, _slot: Slot, _kept: &Self::Kept) {}
    /// Takes the next bytes of a direction, in order.
    fn chunk(&mut self, connection: &Connection, kept: &mut Self::Kept, direction: Direction, chunk: Chunk<'_>);
    /// Takes note of bytes that were never captured.
    fn gap(&mut self, connection: &Connection, kept: &mut Self::Kept, direction: Direction, gap: Gap);
    /// Takes note that a retransmission at `offset` differs from what was delivered; called once for each such segment.
    fn conflict(
        &mut self,
        _connection: &Connection,
        _kept: &mut Self::Kept,
        _direction: Direction,
        _offset: StreamOffset,
        _seen: Origin,
    ) {
    }
    /// Ends a connection: nothing more will come of it, and what was kept of it goes.
    fn closed(&mut self, _connection: &Connection, _kept: &mut Self::Kept) {}
}
