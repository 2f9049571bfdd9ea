//! What is known of a connection.

use crate::conversation::{Correlation, Doubt, Phase, Unanswered, Use};
use crate::record::{LedgerRecord, Pairs};
use crate::stream::{Completeness, Connection, DirectionFacts, State};
use crate::units::{Both, Endpoint, Origin};

/// How reports name a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionName {
    /// Number of the connection, 1-based in order of first packets.
    pub number: usize,
    /// The side that opened the connection.
    pub client: Endpoint,
    /// The side that was listening.
    pub server: Endpoint,
}

impl From<&Connection> for ConnectionName {
    fn from(connection: &Connection) -> Self {
        Self { number: connection.id.0 + 1, client: connection.client, server: connection.server }
    }
}

/// One direction of a connection.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct DirectionRecord {
    /// What the stream stage counted, in payload bytes.
    pub facts: DirectionFacts,
    /// Ledger of the captured bytes: where they went.
    pub ledger: LedgerRecord,
}

/// A whole connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionRecord {
    /// Number and endpoints of the connection.
    pub name: ConnectionName,
    /// VLAN tags around the connection, outermost first.
    pub vlans: Vec<u16>,
    /// How the connection ended.
    pub state: State,
    /// How much of the connection was seen.
    pub completeness: Completeness,
    /// First packet of the connection.
    pub first: Origin,
    /// Last packet of the connection.
    pub last: Origin,
    /// Name of the profile that the frames were split with, if any fits.
    pub profile: Option<String>,
    /// Number of messages of both directions.
    pub messages: u64,
    /// Number of answers of which it could not be told which requests they are for.
    pub doubtful_answers: u64,
    /// What began the doubt about them.
    pub doubt: Option<Doubt>,
    /// What was never answered though the protocol promises an answer to each request.
    pub unanswered: Unanswered,
    /// What became of what the profile says that answers share with requests, as far as any message was asked.
    pub matches: Vec<(Correlation, Use)>,
    /// What the connection found out by itself that answers share with requests.
    pub found: Vec<Pairs>,
    /// Whether the protocol promises answers in the order of requests.
    pub answers_in_order: bool,
    /// Counts and ledger of each direction.
    pub directions: Both<DirectionRecord>,
    /// Phases of the connection, in the order in which they began.
    pub phases: Vec<Phase>,
}

impl ConnectionRecord {
    /// Whether every byte of the connection is in a message, from its opening to its end by both sides.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.state == State::Closed
            && self.directions.values().all(|DirectionRecord { facts, ledger }| {
                let is_framed = ledger.framed + ledger.prologue + ledger.duplicate == ledger.captured;
                facts.syn && facts.gaps == 0 && is_framed
            })
    }

    /// Nanoseconds from the first to the last packet.
    #[must_use]
    pub fn duration_ns(&self) -> i64 {
        self.last.time.since(self.first.time)
    }
}
