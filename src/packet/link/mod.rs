//! Link layers: from the first byte of a packet to its IP header.

mod cooked;
mod ethernet;
mod loopback;

use super::layer::Layer;
use super::{UnreadReason, VlanPath};
use crate::capture::LinkType;

/// Finds the IP header of a packet, and the VLAN tags before it.
pub(super) fn decode(link: LinkType, packet: Layer<'_>) -> Result<(Layer<'_>, VlanPath), UnreadReason> {
    let untagged = VlanPath::default();
    match link {
        LinkType::ETHERNET => ethernet::decode(packet),
        LinkType::NULL | LinkType::LOOP => Ok((loopback::decode(packet)?, untagged)),
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => Ok((packet, untagged)),
        LinkType::LINUX_SLL => cooked::decode_v1(packet),
        LinkType::LINUX_SLL2 => cooked::decode_v2(packet),
        _ => Err(UnreadReason::UnknownLinkType),
    }
}
