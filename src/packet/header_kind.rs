//! What one header says of the next.
//!
//! Out: [`HeaderKind`], which every decoder of a header gives and the walk from header to header takes. So none of them
//! knows another.

use etherparse::EtherType;

/// How the rest of a packet starts, as the header before it says.
#[derive(Clone, Copy, Debug)]
pub(super) enum HeaderKind {
    /// With the addresses of an Ethernet frame.
    Ethernet,
    /// As the EtherType says.
    Typed(EtherType),
    /// With IEEE 802.2.
    Llc,
    /// With the protocol of a PPP packet.
    Ppp,
    /// With IPv4 or IPv6.
    Ip,
}
