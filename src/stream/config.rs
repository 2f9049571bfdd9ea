//! What the stage is told before it begins.

use crate::limits::{CONNECTIONS, PENDING_BYTES_TOTAL};

/// What is known of the protocols in a capture before it is read, and how much may be kept of it.
#[derive(Clone, Debug)]
pub struct StreamConfig {
    /// TCP ports of servers: where no SYN was captured, the side on one of them is the server; where both are, the one
    /// whose port comes first.
    pub server_ports: Vec<u16>,
    /// Connections that are followed at once.
    pub max_connections: usize,
    /// Memory for what waits behind holes, in bytes, over all connections.
    pub max_pending_bytes: usize,
}

impl Default for StreamConfig {
    fn default() -> Self {
        Self { server_ports: Vec::new(), max_connections: CONNECTIONS, max_pending_bytes: PENDING_BYTES_TOTAL }
    }
}
