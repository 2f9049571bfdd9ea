//! From header to header, until there is TCP.

use super::datagram::{Carried, Datagram, Fragment};
use super::layer::Layer;
use super::unread::Unread;
use super::{UnreadReason, VlanPath, extension, ip, link, tunnel};
use crate::limits;
use etherparse::{EtherType, ip_number};
use std::ops::ControlFlow;

/// What a header says that follows it, and that.
pub(super) type Inner<'a> = (Kind, Layer<'a>);

/// How the rest of a packet starts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
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
    /// Follows the headers from `first` on.
    pub(super) fn follow<'a>(&mut self, first: Inner<'a>) -> Result<End<'a>, Unread> {
        let (mut kind, mut rest) = first;
        while self.headers < limits::HEADERS {
            self.headers += 1;
            (kind, rest) = match kind {
                Kind::Ethernet => link::ethernet::decode(rest)?,
                Kind::Typed(ether_type) => link::ether_type::decode(ether_type, rest, &mut self.vlan)?,
                Kind::Llc => link::llc::decode(rest)?,
                Kind::Ppp => link::ppp::decode(rest)?,
                Kind::Ip => match self.enter(ip::decode(rest)?)? {
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

    #[inline]
    fn enter<'a>(&mut self, carried: Carried<'a>) -> Result<ControlFlow<End<'a>, Inner<'a>>, Unread> {
        Ok(match carried {
            Carried::Fragment(fragment) => ControlFlow::Break(End::Fragment(fragment)),
            Carried::Datagram(packet) if packet.protocol == ip_number::TCP => ControlFlow::Break(End::Tcp(packet)),
            Carried::Datagram(datagram) => ControlFlow::Continue(tunnel::decode(&datagram, &mut self.vlan)?),
        })
    }
}
