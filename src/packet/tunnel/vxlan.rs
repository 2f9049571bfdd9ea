//! VXLAN (RFC 7348), with group policy (draft-smith-vxlan-group-policy), and its generic protocol extension
//! (draft-ietf-nvo3-vxlan-gpe).

use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::vlan::Tunnel;
use super::super::{UnreadReason, VlanPath};

/// Flags of a VXLAN header: the network identifier is valid, a group policy is there.
const HAS_NETWORK: u8 = 0x08;
const HAS_GROUP: u8 = 0x80;

/// Flags of the generic protocol extension: the version, which is 0, the next protocol is there, operations and
/// maintenance.
const VERSION: u8 = 0x30;
const HAS_PROTOCOL: u8 = 0x04;
const MAINTENANCE: u8 = 0x01;

/// Numbers of the next protocol in the generic protocol extension.
const IPV4: u8 = 1;
const IPV6: u8 = 2;
const ETHERNET: u8 = 3;

pub(super) fn decode(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, UnreadReason> {
    let [flags, _, _, _, network @ .., reserved] = *packet.take::<8>(UnreadReason::NotTcp)?;
    if flags & !HAS_GROUP != HAS_NETWORK || reserved != 0 {
        return Err(UnreadReason::NotTcp);
    }
    *vlan = inside(*vlan, network);
    Ok(HeaderKind::Ethernet)
}

pub(super) fn decode_generic(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, UnreadReason> {
    let [flags, _, _, protocol, network @ .., _] = *packet.take::<8>(UnreadReason::NotTcp)?;
    let is_valid = flags & HAS_NETWORK != 0 && flags & (VERSION | MAINTENANCE) == 0;
    let protocol = if flags & HAS_PROTOCOL != 0 { protocol } else { ETHERNET };
    let inner = match protocol {
        IPV4 | IPV6 if is_valid => HeaderKind::Ip,
        ETHERNET if is_valid => HeaderKind::Ethernet,
        _ => return Err(UnreadReason::NotTcp),
    };
    *vlan = inside(*vlan, network);
    Ok(inner)
}

fn inside(vlan: VlanPath, [a, b, c]: [u8; 3]) -> VlanPath {
    vlan.inside(Tunnel::Vxlan, u32::from_be_bytes([0, a, b, c]))
}
