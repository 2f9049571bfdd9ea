//! IEEE 802.2 logical link control, and the subnetwork access protocol on top of it (RFC 1042).

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use etherparse::EtherType;

/// The service access point of the subnetwork access protocol.
const SNAP: u8 = 0xaa;
/// The service access point of IPv4.
const IP: u8 = 0x06;
/// Control field of unnumbered information.
const UNNUMBERED: u8 = 0x03;

/// Organisations whose protocol numbers are EtherTypes: none, and the one of IEEE 802.1H tunnels.
const WITH_ETHER_TYPES: [[u8; 3]; 2] = [[0, 0, 0], [0, 0, 0xf8]];

pub(in super::super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    match *packet.take(UnreadReason::BadLinkHeader)? {
        [SNAP, SNAP, UNNUMBERED] => decode_snap(packet),
        [IP, IP, UNNUMBERED] => Ok(HeaderKind::Ip),
        [destination, ..] => Err(Unread::of(UnreadReason::NotIp, Detail::Llc(destination))),
    }
}

fn decode_snap(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let organisation = packet.take(UnreadReason::BadLinkHeader)?;
    let protocol = packet.take(UnreadReason::BadLinkHeader)?;
    if !WITH_ETHER_TYPES.contains(organisation) {
        return Err(Unread::of(UnreadReason::NotIp, Detail::Llc(SNAP)));
    }
    Ok(HeaderKind::Typed(EtherType(u16::from_be_bytes(*protocol))))
}
