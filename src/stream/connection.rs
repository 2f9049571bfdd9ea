//! One connection, as those see it who are told of its bytes.
//!
//! Out: [`Connection`]: who it is between, how it stands, what was counted. Not responsible for what waits.

use super::facts::Counts;
use super::{Completeness, DirectionFacts, Slot};
use crate::packet::VlanPath;
use crate::units::{Both, Direction, Endpoint, Origin};

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
    pub(super) counts: Both<Counts>,
}

impl Connection {
    /// What is known of one direction so far.
    #[must_use]
    pub fn facts(&self, direction: Direction) -> DirectionFacts {
        self.counts.of(direction).facts()
    }
}
