//! From header to header, until there is TCP.

use super::datagram::{Datagram, Fragment};
use super::layer::Layer;
use super::unread::Unread;
use super::{UnreadReason, VlanPath, ip, link, tunnel};
use crate::limits;
use etherparse::{EtherType, ip_number};

/// What a header says that follows it.
pub(super) enum Inner<'a> {
    /// An Ethernet frame, without its check sequence.
    Ethernet(Layer<'a>),
    /// A packet of the kind that the EtherType says.
    Typed(EtherType, Layer<'a>),
    /// An IEEE 802.2 packet.
    Llc(Layer<'a>),
    /// A PPP packet, from its protocol on.
    Ppp(Layer<'a>),
    /// IPv4 or IPv6.
    Ip(Layer<'a>),
    /// What an IP packet carries.
    Datagram(Datagram<'a>),
    /// A part of what an IP packet carries.
    Fragment(Fragment<'a>),
}

/// Where following a packet's headers ends.
pub(super) enum End<'a> {
    Tcp(Datagram<'a>),
    Fragment(Fragment<'a>),
}

/// The headers of a packet that were seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trail {
    headers: usize,
    /// The virtual networks that they name.
    pub(super) vlan: VlanPath,
}

impl Trail {
    /// Follows the headers from `next` on.
    pub(super) fn follow<'a>(&mut self, mut next: Inner<'a>) -> Result<End<'a>, Unread> {
        while self.headers < limits::HEADERS {
            self.headers += 1;
            next = match next {
                Inner::Ethernet(frame) => link::ethernet::decode(frame)?,
                Inner::Typed(kind, payload) => link::ether_type::decode(kind, payload, &mut self.vlan)?,
                Inner::Llc(packet) => link::llc::decode(packet)?,
                Inner::Ppp(packet) => link::ppp::decode(packet)?,
                Inner::Ip(packet) => ip::decode(packet)?,
                Inner::Datagram(datagram) if datagram.protocol == ip_number::TCP => return Ok(End::Tcp(datagram)),
                Inner::Datagram(datagram) => tunnel::decode(datagram, &mut self.vlan)?,
                Inner::Fragment(fragment) => return Ok(End::Fragment(fragment)),
            };
        }
        Err(UnreadReason::NestedTooDeep.into())
    }
}
