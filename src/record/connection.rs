//! What is known of a connection.

use crate::conversation::Phase;
use crate::record::LedgerRecord;
use crate::stream::{Completeness, Connection, DirectionFacts, State};
use crate::units::{Both, Endpoint, Origin};

/// How reports name a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionName {
    /// 1-based, in order of first packets.
    pub number: usize,
    /// Who opened it.
    pub client: Endpoint,
    /// Who was listening.
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
    /// Where the captured bytes went.
    pub ledger: LedgerRecord,
}

/// A whole connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionRecord {
    /// Number and endpoints.
    pub name: ConnectionName,
    /// VLAN tags around it, outermost first.
    pub vlans: Vec<u16>,
    /// How it ended.
    pub state: State,
    /// How much of it was seen.
    pub completeness: Completeness,
    /// First packet.
    pub first: Origin,
    /// Last packet.
    pub last: Origin,
    /// The profile that its frames were split with, if any fits.
    pub profile: Option<String>,
    /// Messages of both directions.
    pub messages: u64,
    /// What there is of each direction.
    pub directions: Both<DirectionRecord>,
    /// Its phases, in the order in which they began.
    pub phases: Vec<Phase>,
}

impl ConnectionRecord {
    /// Nanoseconds from the first to the last packet.
    #[must_use]
    pub fn duration_ns(&self) -> i64 {
        self.last.time.since(self.first.time)
    }
}
