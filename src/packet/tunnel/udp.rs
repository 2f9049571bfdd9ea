//! UDP (RFC 768), for the tunnels on their registered ports. What is no valid header of theirs is just UDP.

use super::super::layer::Layer;
use super::super::trail::Inner;
use super::super::unread::Unread;
use super::super::{UnreadReason, VlanPath};
use super::{geneve, gtp, not_tcp, vxlan};
use etherparse::ip_number;

const GTP_U: u16 = 2152;
const VXLAN: u16 = 4789;
const VXLAN_GPE: u16 = 4790;
const GENEVE: u16 = 6081;

pub(super) fn decode<'a>(packet: Layer<'a>, vlan: &mut VlanPath) -> Result<Inner<'a>, Unread> {
    let ([_, _, port @ .., _, _, _, _], payload) = packet.split::<8>(UnreadReason::NotTcp)?;
    let inner = match u16::from_be_bytes(*port) {
        GTP_U => gtp::decode(payload),
        VXLAN => vxlan::decode(payload, vlan),
        VXLAN_GPE => vxlan::decode_generic(payload, vlan),
        GENEVE => geneve::decode(payload, vlan),
        _ => Err(UnreadReason::NotTcp),
    };
    inner.map_err(|reason| match reason {
        UnreadReason::NotTcp => not_tcp(ip_number::UDP),
        reason => reason.into(),
    })
}
