//! A packet becomes a TCP segment.
//!
//! In: [`Packet`](crate::capture::Packet). Out: [`Segment`], borrowed from it or, if it came in IP fragments, from
//! where they were joined; or a reason why there is none, which is counted. Tags and tunnels are looked through: the
//! addresses are those of the innermost IP. The only user of etherparse, which reads Ethernet, VLAN tags and IP.
//! Invariant: a segment's payload holds no byte that its sender did not put there, and `payload_len` is what was sent
//! even where less was captured. Checksums are not checked: offload makes those of local captures wrong. Not
//! responsible for the order of segments or for what they carry.

mod datagram;
mod decoder;
mod detail;
mod extension;
mod fragments;
mod header_kind;
mod ip;
mod layer;
mod link;
mod protocol;
mod segment;
mod tally;
mod tcp;
#[cfg(test)]
mod tests;
mod trail;
mod tunnel;
mod unread;
mod vlan;

pub use decoder::Decoder;
pub use segment::{Flags, Segment};
pub use unread::UnreadReason;
pub use vlan::VlanPath;
