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
#[non_exhaustive]
pub enum State {
    /// Neither side sent a FIN or RST in the capture.
    Open,
    /// One side sent a FIN.
    HalfClosed,
    /// Both sides sent a FIN.
    Closed,
    /// One side sent an RST.
    Reset,
    /// No packet came for [`crate::limits::CONNECTION_IDLE_NS`].
    Idle,
    /// Given up for a newer connection ([`crate::limits::CONNECTIONS`]).
    Evicted,
}

impl State {
    /// Name of the state in reports.
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
    /// Number of the connection, 0-based in order of first packets.
    pub id: ConnectionId,
    /// Place of the connection while it is followed.
    pub slot: Slot,
    /// The side that opened the connection; without a SYN, the side that is not on a server port.
    pub client: Endpoint,
    /// The side that was listening.
    pub server: Endpoint,
    /// VLAN tags and tunnels around the connection.
    pub vlan: VlanPath,
    /// First packet of the connection.
    pub first: Origin,
    /// Last packet of the connection so far.
    pub last: Origin,
    /// How the connection stands.
    pub state: State,
    /// How much of the connection was seen.
    pub completeness: Completeness,
    pub(super) counts: Both<Counts>,
}

impl Connection {
    /// Counts of one direction so far.
    #[must_use]
    pub fn facts(&self, direction: Direction) -> DirectionFacts {
        self.counts.of(direction).facts()
    }

    /// Whether the SYN of a direction was captured, and with it where its stream starts.
    #[inline]
    #[must_use]
    pub fn has_syn(&self, direction: Direction) -> bool {
        self.counts.of(direction).syn
    }
}
