//! UDP (RFC 768), for the tunnels on their registered ports. What is no valid header of theirs is just UDP.

use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::protocol::not_tcp;
use super::super::unread::Unread;
use super::super::{UnreadReason, VlanPath};
use super::{geneve, gtp, vxlan};
use etherparse::ip_number;

const GTP_U: u16 = 2152;
const VXLAN: u16 = 4789;
const VXLAN_GPE: u16 = 4790;
const GENEVE: u16 = 6081;

pub(super) fn decode(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, Unread> {
    let [_, _, port @ .., _, _, _, _] = *packet.take::<8>(UnreadReason::NotTcp)?;
    let inner = match u16::from_be_bytes(port) {
        GTP_U => gtp::decode(packet),
        VXLAN => vxlan::decode(packet, vlan),
        VXLAN_GPE => vxlan::decode_generic(packet, vlan),
        GENEVE => geneve::decode(packet, vlan),
        _ => Err(UnreadReason::NotTcp),
    };
    inner.map_err(|reason| match reason {
        UnreadReason::NotTcp => not_tcp(ip_number::UDP),
        reason => reason.into(),
    })
}
