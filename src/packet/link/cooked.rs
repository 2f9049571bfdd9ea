//! Linux cooked captures, as of the `any` device (`LINKTYPE_LINUX_SLL`, `LINKTYPE_LINUX_SLL2`).

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use etherparse::EtherType;

/// Bytes before the protocol of a cooked header, first version: packet type, device type, address length, address.
const V1_BEFORE_PROTOCOL: usize = 14;
/// Bytes behind the protocol of a cooked header, second version: reserved, interface, device type, packet type,
/// address.
const V2_AFTER_PROTOCOL: usize = 18;

/// The protocol that says that an IEEE 802.2 packet follows, without its length (`ETH_P_802_2`).
const LLC: u16 = 4;

pub(super) fn decode_v1(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    packet.skip(V1_BEFORE_PROTOCOL, bad)?;
    Ok(typed(*packet.take(bad)?))
}

pub(super) fn decode_v2(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let protocol = packet.take(bad)?;
    packet.skip(V2_AFTER_PROTOCOL, bad)?;
    Ok(typed(*protocol))
}

fn typed(protocol: [u8; 2]) -> HeaderKind {
    match u16::from_be_bytes(protocol) {
        LLC => HeaderKind::Llc,
        protocol => HeaderKind::Typed(EtherType(protocol)),
    }
}
