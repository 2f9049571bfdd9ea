//! Ethernet II (IEEE 802.3) and the VLAN tags that may follow any EtherType (IEEE 802.1Q, 802.1ad).

use super::super::layer::Layer;
use super::super::{UnreadReason, VlanPath};
use etherparse::EtherType;

/// VLAN tags of equipment from before 802.1ad.
const OLD_QINQ: EtherType = EtherType(0x9200);

/// Bytes of both addresses.
const ADDRESSES: usize = 12;

pub(super) fn decode(frame: Layer<'_>) -> Result<(Layer<'_>, VlanPath), UnreadReason> {
    let (ether_type, payload) =
        frame.after(ADDRESSES, UnreadReason::BadLinkHeader)?.split(UnreadReason::BadLinkHeader)?;
    tagged(*ether_type, payload)
}

/// Looks through the VLAN tags after an EtherType for IP.
pub(super) fn tagged(ether_type: [u8; 2], mut payload: Layer<'_>) -> Result<(Layer<'_>, VlanPath), UnreadReason> {
    let mut ether_type = EtherType(u16::from_be_bytes(ether_type));
    let mut vlan = VlanPath::default();
    for _ in 0..=VlanPath::MAX_TAGS {
        match ether_type {
            EtherType::IPV4 | EtherType::IPV6 => return Ok((payload, vlan)),
            EtherType::VLAN_TAGGED_FRAME
            | EtherType::PROVIDER_BRIDGING
            | EtherType::VLAN_DOUBLE_TAGGED_FRAME
            | OLD_QINQ => {
                let ([tag_high, tag_low, type_high, type_low], rest) = payload.split(UnreadReason::BadLinkHeader)?;
                vlan = vlan.with(u16::from_be_bytes([*tag_high, *tag_low]));
                (ether_type, payload) = (EtherType(u16::from_be_bytes([*type_high, *type_low])), rest);
            }
            _ => return Err(UnreadReason::NotIp),
        }
    }
    Err(UnreadReason::BadLinkHeader)
}
