//! Who is the client of a connection.
//!
//! In: a segment, or two endpoints. Out: the side that opened the connection, or most likely did.

use crate::packet::{Flags, Segment};
use crate::units::Endpoint;

/// Who opened the connection, if `segment` is of a handshake: it sent a SYN, or is sent one that answers.
pub(super) fn opener(segment: &Segment<'_>) -> Option<Endpoint> {
    match segment.flags {
        Flags { syn: true, ack: false, .. } => Some(segment.source),
        Flags { syn: true, ack: true, .. } => Some(segment.destination),
        _ => None,
    }
}

/// Without a SYN: the side on a port of a server is not the client, else the one on the lower port.
pub(super) fn client_by_port(source: Endpoint, destination: Endpoint, server_ports: &[u16]) -> Endpoint {
    let rank = |endpoint: Endpoint| server_ports.iter().position(|port| *port == endpoint.port).unwrap_or(usize::MAX);
    if (rank(source), source.port) < (rank(destination), destination.port) { destination } else { source }
}
