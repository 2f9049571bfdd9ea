//! A packet becomes a TCP segment.
//!
//! In: [`Packet`](crate::capture::Packet). Out: [`Segment`], borrowed from it, or a reason why there is none, which is
//! counted. The only user of etherparse. Not responsible for the order of segments or for what they carry.

use crate::units::{Endpoint, Origin};

/// VLAN tags of a packet, outermost first; part of a connection's identity. `0` is no tag; each tag is 12 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanPath(pub u64);

/// TCP control bits (RFC 9293 section 3.1) that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Synchronize sequence numbers.
    pub syn: bool,
    /// The acknowledgement number is valid.
    pub ack: bool,
    /// No more data from the sender.
    pub fin: bool,
    /// Reset the connection.
    pub rst: bool,
}

/// One TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The packet that brought it.
    pub origin: Origin,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// VLAN tags around it.
    pub vlan: VlanPath,
    /// Sequence number of the first payload byte, or of the SYN if that is set.
    pub seq: u32,
    /// Acknowledgement number; valid if `flags.ack`.
    pub ack: u32,
    /// Control bits.
    pub flags: Flags,
    /// The captured payload bytes; link-layer padding is cut off.
    pub payload: &'a [u8],
    /// Payload bytes that the sender sent: `payload.len()`, or more where the packet was snapped.
    pub payload_len: u32,
}
