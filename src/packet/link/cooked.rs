//! Linux cooked captures, as of the `any` device (`LINKTYPE_LINUX_SLL`, `LINKTYPE_LINUX_SLL2`).

use super::super::layer::Layer;
use super::super::{UnreadReason, VlanPath};
use super::ethernet;

/// Bytes of the first version before the protocol: packet type, device type, address length, address.
const V1_BEFORE_PROTOCOL: usize = 14;
/// Bytes of the second version after the protocol: reserved, interface, device type, packet type, address.
const V2_AFTER_PROTOCOL: usize = 18;

pub(super) fn decode_v1(packet: Layer<'_>) -> Result<(Layer<'_>, VlanPath), UnreadReason> {
    let bad = UnreadReason::BadLinkHeader;
    let (protocol, payload) = packet.after(V1_BEFORE_PROTOCOL, bad)?.split(bad)?;
    ethernet::tagged(*protocol, payload)
}

pub(super) fn decode_v2(packet: Layer<'_>) -> Result<(Layer<'_>, VlanPath), UnreadReason> {
    let bad = UnreadReason::BadLinkHeader;
    let (protocol, rest) = packet.split(bad)?;
    ethernet::tagged(*protocol, rest.after(V2_AFTER_PROTOCOL, bad)?)
}
