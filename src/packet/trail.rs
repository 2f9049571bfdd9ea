//! From header to header, until there is TCP.

use super::datagram::{Carried, Datagram, Fragment};
use super::layer::Layer;
use super::unread::Unread;
use super::{UnreadReason, VlanPath, extension, ip, link, tunnel};
use crate::limits;
use etherparse::{EtherType, ip_number};
use std::ops::ControlFlow;

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
                Inner::Ip(packet) => match self.enter(ip::decode(packet)?)? {
                    ControlFlow::Continue(inner) => inner,
                    ControlFlow::Break(end) => return Ok(end),
                },
            };
        }
        Err(UnreadReason::NestedTooDeep.into())
    }

    /// Follows the headers that a datagram starts with.
    pub(super) fn follow_datagram<'a>(&mut self, datagram: Datagram<'a>) -> Result<End<'a>, Unread> {
        match self.enter(extension::decode(datagram)?)? {
            ControlFlow::Continue(inner) => self.follow(inner),
            ControlFlow::Break(end) => Ok(end),
        }
    }

    fn enter<'a>(&mut self, carried: Carried<'a>) -> Result<ControlFlow<End<'a>, Inner<'a>>, Unread> {
        Ok(match carried {
            Carried::Fragment(fragment) => ControlFlow::Break(End::Fragment(fragment)),
            Carried::Datagram(packet) if packet.protocol == ip_number::TCP => ControlFlow::Break(End::Tcp(packet)),
            Carried::Datagram(datagram) => ControlFlow::Continue(tunnel::decode(&datagram, &mut self.vlan)?),
        })
    }
}
