//! Segments become ordered bytes.
//!
//! In: [`Segment`](crate::packet::Segment)s in capture order. Out, through [`StreamSink`]: for each direction of each
//! connection, chunks and gaps whose offsets follow each other without hole or overlap. Invariant: every captured
//! payload byte is delivered once or counted as duplicate or late ([`DirectionFacts`]). Not responsible for frames.

mod assembler;
mod completeness;
mod evidence;
mod facts;
mod flow;
mod gaps;
mod history;
mod inserted;
mod outlet;
mod queue;
mod roles;
mod schedule;
mod seq;
mod slots;
mod streams;
mod table;
mod tracked;

#[cfg(test)]
mod tests;

pub use completeness::Completeness;
pub use facts::DirectionFacts;
pub use slots::{Slot, Slots};
pub use streams::{Peaks, StreamConfig, Streams};

use crate::packet::VlanPath;
use crate::units::{Both, Chunk, Direction, Endpoint, Gap, Origin, StreamOffset};
use facts::Counts;

/// 0-based number of a connection in order of its first packet; reports show it 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub usize);

/// How a connection ended, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// No FIN or RST in the capture.
    Open,
    /// FIN in one direction.
    HalfClosed,
    /// FIN in both directions.
    Closed,
    /// RST.
    Reset,
    /// Nothing came for [`crate::limits::CONNECTION_IDLE_NS`].
    Idle,
    /// Given up for a newer one ([`crate::limits::CONNECTIONS`]).
    Evicted,
}

impl State {
    /// As in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::HalfClosed => "half-closed",
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::Idle => "idle",
            Self::Evicted => "evicted",
        }
    }
}

/// One TCP connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// In order of first packets.
    pub id: ConnectionId,
    /// Where it is while it is followed.
    pub slot: Slot,
    /// Who opened it; without a SYN, the side that is not on a server port.
    pub client: Endpoint,
    /// Who was listening.
    pub server: Endpoint,
    /// VLAN tags around it.
    pub vlan: VlanPath,
    /// First packet.
    pub first: Origin,
    /// Last packet so far.
    pub last: Origin,
    /// How it stands.
    pub state: State,
    /// How much of it was seen.
    pub completeness: Completeness,
    counts: Both<Counts>,
}

impl Connection {
    /// What is known of one direction so far.
    #[must_use]
    pub fn facts(&self, direction: Direction) -> DirectionFacts {
        self.counts.of(direction).facts()
    }
}

/// Receives what the stream stage finds. Calls of one connection are in order; connections interleave.
pub trait StreamSink {
    /// What the sink keeps of each connection. It stands beside what this stage keeps of it, so that a packet of a connection
    /// that no cache holds waits for the memory of both at once.
    type Kept: Default;

    /// A segment with bytes of the connection in `slot` is at hand, and calls may follow that want what else the sink
    /// remembers of it.
    fn at_hand(&self, _slot: Slot, _kept: &Self::Kept) {}
    /// Bytes in order.
    fn chunk(&mut self, connection: &Connection, kept: &mut Self::Kept, direction: Direction, chunk: Chunk<'_>);
    /// Bytes that were never captured.
    fn gap(&mut self, connection: &Connection, kept: &mut Self::Kept, direction: Direction, gap: Gap);
    /// A retransmission at `offset` differs from what was delivered; called once for each such segment.
    fn conflict(
        &mut self,
        connection: &Connection,
        kept: &mut Self::Kept,
        direction: Direction,
        offset: StreamOffset,
        seen: Origin,
    );
    /// Nothing more will come for this connection, and what was kept of it goes.
    fn closed(&mut self, connection: &Connection, kept: &mut Self::Kept);
}
