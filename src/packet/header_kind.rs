//! What one header says of the next.
//!
//! Out: [`HeaderKind`], which every decoder of a header gives and the walk from header to header takes. So none of them
//! knows another.

use etherparse::EtherType;

/// How the rest of a packet starts, as the header before it says.
#[derive(Clone, Copy, Debug)]
pub(super) enum HeaderKind {
    /// The addresses of an Ethernet frame follow.
    Ethernet,
    /// What the EtherType says follows.
    Typed(EtherType),
    /// An IEEE 802.2 header follows.
    Llc,
    /// The protocol of a PPP packet follows.
    Ppp,
    /// An IPv4 or IPv6 header follows.
    Ip,
}
