//! What the stage gives: one TCP segment.
//!
//! Out: [`Segment`], borrowed from the packet or from where its fragments were joined.

use super::VlanPath;
use crate::units::{Endpoint, Origin};

/// TCP control bits (RFC 9293 section 3.1) that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// SYN: synchronize sequence numbers.
    pub syn: bool,
    /// ACK: the acknowledgement number is valid.
    pub ack: bool,
    /// FIN: no more data from the sender.
    pub fin: bool,
    /// RST: reset the connection.
    pub rst: bool,
}

/// One TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The packet that brought the segment, or its last fragment.
    pub origin: Origin,
    /// The side that sent the segment.
    pub source: Endpoint,
    /// The side that the segment was sent to.
    pub destination: Endpoint,
    /// VLAN tags and tunnels around the segment.
    pub vlan: VlanPath,
    /// Sequence number of the first payload byte, or of the SYN if that is set.
    pub seq: u32,
    /// Acknowledgement number; valid if `flags.ack`.
    pub ack: u32,
    /// TCP control bits of the segment.
    pub flags: Flags,
    /// The captured payload bytes; link-layer padding is cut off.
    pub payload: &'a [u8],
    /// Payload bytes that the sender sent: `payload.len()`, or more where the packet was snapped.
    pub payload_len: u32,
}
