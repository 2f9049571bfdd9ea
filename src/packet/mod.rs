//! A packet becomes a TCP segment.
//!
//! In: [`Packet`](crate::capture::Packet). Out: [`Segment`], borrowed from it or, if it came in IP fragments, from where they
//! were joined; or a reason why there is none, which is counted. Tags and tunnels are looked through: the addresses are
//! those of the innermost IP. The only user of etherparse. Invariant: a segment's payload holds no byte that its sender did not put there,
//! and `payload_len` is what was sent even where less was captured. Checksums are not checked: offload makes those of
//! local captures wrong. Not responsible for the order of segments or for what they carry.

mod datagram;
mod decoder;
mod detail;
mod extension;
mod fragments;
mod ip;
mod layer;
mod link;
mod tally;
mod tcp;
#[cfg(test)]
mod tests;
mod trail;
mod tunnel;
mod unread;
mod vlan;

pub use decoder::Decoder;
pub use unread::UnreadReason;
pub use vlan::VlanPath;

use crate::units::{Endpoint, Origin};

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
    /// The packet that brought it, or its last fragment.
    pub origin: Origin,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// VLAN tags and tunnels around it.
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
