//! From header to header, until there is TCP.

use super::datagram::Datagram;
use super::header_kind::HeaderKind;
use super::layer::Layer;
use super::unread::Unread;
use super::{UnreadReason, VlanPath, extension, ip, link, tunnel};
use crate::limits;
use etherparse::ip_number;

/// The headers of a packet that were seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trail {
    headers: usize,
    /// VLAN tags and tunnels that the headers name.
    pub(super) vlan: VlanPath,
}

impl Trail {
    /// Follows the headers of `rest`, which starts as `kind` says, to TCP or to a fragment.
    pub(super) fn follow<'a>(&mut self, mut kind: HeaderKind, mut rest: Layer<'a>) -> Result<Datagram<'a>, Unread> {
        while self.headers < limits::HEADERS {
            self.headers += 1;
            kind = match kind {
                HeaderKind::Ethernet => link::ethernet::decode(&mut rest)?,
                HeaderKind::Typed(ether_type) => link::ether_type::decode(ether_type, &mut rest, &mut self.vlan)?,
                HeaderKind::Llc => link::llc::decode(&mut rest)?,
                HeaderKind::Ppp => link::ppp::decode(&mut rest)?,
                HeaderKind::Ip => {
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
