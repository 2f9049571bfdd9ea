//! What an EtherType announces, be it in Ethernet or anywhere else: IP, or tags and tunnels (IEEE 802.1Q, 802.1ad).

use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::tunnel::mpls;
use super::super::unread::Unread;
use super::super::{UnreadReason, VlanPath};
use super::{ethernet, pppoe};
use etherparse::{EtherType, SingleVlanHeader, SingleVlanHeaderSlice};

/// EtherType of VLAN tags of equipment from before 802.1ad.
const OLD_QINQ: EtherType = EtherType(0x9200);
const PPPOE_SESSION: EtherType = EtherType(0x8864);
const MPLS: EtherType = EtherType(0x8847);
/// EtherType of MPLS with a label from upstream (RFC 5332).
const MPLS_UPSTREAM: EtherType = EtherType(0x8848);
/// EtherType of transparent Ethernet bridging (RFC 1701): a whole frame.
const BRIDGED: EtherType = EtherType(0x6558);

#[inline]
pub(in super::super) fn decode(
    kind: EtherType,
    payload: &mut Layer<'_>,
    vlan: &mut VlanPath,
) -> Result<HeaderKind, Unread> {
    match kind {
        EtherType::IPV4 | EtherType::IPV6 => Ok(HeaderKind::Ip),
        EtherType::VLAN_TAGGED_FRAME
        | EtherType::PROVIDER_BRIDGING
        | EtherType::VLAN_DOUBLE_TAGGED_FRAME
        | OLD_QINQ => {
            let bad = UnreadReason::BadLinkHeader;
            let tag = SingleVlanHeaderSlice::from_slice(payload.bytes());
            let tag = tag.map_err(|error| payload.too_short(error.required_len, bad))?;
            *vlan = vlan.with(tag.vlan_identifier().value());
            payload.skip(SingleVlanHeader::LEN, bad)?;
            Ok(ethernet::typed(tag.ether_type(), payload))
        }
        MPLS | MPLS_UPSTREAM => mpls::decode(payload),
        PPPOE_SESSION => pppoe::decode(payload),
        BRIDGED => Ok(HeaderKind::Ethernet),
        EtherType(other) => Err(Unread::of(UnreadReason::NotIp, Detail::EtherType(other))),
    }
}
