//! Linux cooked captures, as of the `any` device (`LINKTYPE_LINUX_SLL`, `LINKTYPE_LINUX_SLL2`).

use super::super::UnreadReason;
use super::super::layer::Layer;
use super::super::trail::{Inner, Kind};
use super::super::unread::Unread;
use etherparse::EtherType;

/// Bytes of the first version before the protocol: packet type, device type, address length, address.
const V1_BEFORE_PROTOCOL: usize = 14;
/// Bytes of the second version after the protocol: reserved, interface, device type, packet type, address.
const V2_AFTER_PROTOCOL: usize = 18;

/// The protocol that says that an IEEE 802.2 packet follows, without its length (`ETH_P_802_2`).
const LLC: u16 = 4;

pub(super) fn decode_v1(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let (protocol, payload) = packet.after(V1_BEFORE_PROTOCOL, bad)?.split(bad)?;
    Ok(typed(*protocol, payload))
}

pub(super) fn decode_v2(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let (protocol, rest) = packet.split(bad)?;
    Ok(typed(*protocol, rest.after(V2_AFTER_PROTOCOL, bad)?))
}

fn typed(protocol: [u8; 2], payload: Layer<'_>) -> Inner<'_> {
    match u16::from_be_bytes(protocol) {
        LLC => (Kind::Llc, payload),
        protocol => (Kind::Typed(EtherType(protocol)), payload),
    }
}
