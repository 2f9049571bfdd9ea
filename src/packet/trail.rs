//! From header to header, until there is TCP.

use super::datagram::Datagram;
use super::layer::Layer;
use super::unread::Unread;
use super::{UnreadReason, VlanPath, extension, ip, link, tunnel};
use crate::limits;
use etherparse::{EtherType, ip_number};

/// How the rest of a packet starts, as the header before it says.
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

/// The headers of a packet that were seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trail {
    headers: usize,
    /// The virtual networks that they name.
    pub(super) vlan: VlanPath,
}

impl Trail {
    /// Follows the headers of `rest`, which starts as `kind` says, to TCP or to a fragment.
    pub(super) fn follow<'a>(&mut self, mut kind: Kind, mut rest: Layer<'a>) -> Result<Datagram<'a>, Unread> {
        while self.headers < limits::HEADERS {
            self.headers += 1;
            kind = match kind {
                Kind::Ethernet => link::ethernet::decode(&mut rest)?,
                Kind::Typed(ether_type) => link::ether_type::decode(ether_type, &mut rest, &mut self.vlan)?,
                Kind::Llc => link::llc::decode(&mut rest)?,
                Kind::Ppp => link::ppp::decode(&mut rest)?,
                Kind::Ip => {
                    let (between, mut protocol, place) = ip::decode(&mut rest)?;
                    let place = if place.is_some() { place } else { extension::decode(&mut protocol, &mut rest)? };
                    if place.is_some() || protocol == ip_number::TCP {
                        return Ok(Datagram { between, protocol, place, payload: rest });
                    }
                    tunnel::decode(protocol, &mut rest, &mut self.vlan)?
                }
            };
        }
        Err(UnreadReason::NestedTooDeep.into())
    }

    /// Follows the headers of a datagram that was joined from fragments.
    pub(super) fn follow_joined<'a>(&mut self, mut joined: Datagram<'a>) -> Result<Datagram<'a>, Unread> {
        joined.place = extension::decode(&mut joined.protocol, &mut joined.payload)?;
        if joined.place.is_some() || joined.protocol == ip_number::TCP {
            return Ok(joined);
        }
        let kind = tunnel::decode(joined.protocol, &mut joined.payload, &mut self.vlan)?;
        self.follow(kind, joined.payload)
    }
}
