//! IEEE 802.2 logical link control, and the subnetwork access protocol on top of it (RFC 1042).

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::layer::Layer;
use super::super::trail::{Inner, Kind};
use super::super::unread::Unread;
use etherparse::EtherType;

/// The service access point of the subnetwork access protocol.
const SNAP: u8 = 0xaa;
/// The service access point of IPv4.
const IP: u8 = 0x06;
/// Unnumbered information.
const UNNUMBERED: u8 = 0x03;

/// Organisations whose protocol numbers are EtherTypes: none, and the one of IEEE 802.1H tunnels.
const WITH_ETHER_TYPES: [[u8; 3]; 2] = [[0, 0, 0], [0, 0, 0xf8]];

pub(in super::super) fn decode(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let (header, payload) = packet.split(UnreadReason::BadLinkHeader)?;
    match *header {
        [SNAP, SNAP, UNNUMBERED] => decode_snap(payload),
        [IP, IP, UNNUMBERED] => Ok((Kind::Ip, payload)),
        [destination, ..] => Err(Unread::of(UnreadReason::NotIp, Detail::Llc(destination))),
    }
}

fn decode_snap(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let (organisation, rest) = packet.split::<3>(UnreadReason::BadLinkHeader)?;
    let (protocol, payload) = rest.split(UnreadReason::BadLinkHeader)?;
    if !WITH_ETHER_TYPES.contains(organisation) {
        return Err(Unread::of(UnreadReason::NotIp, Detail::Llc(SNAP)));
    }
    Ok((Kind::Typed(EtherType(u16::from_be_bytes(*protocol))), payload))
}
