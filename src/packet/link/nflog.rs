//! Packets from the Linux firewall (`LINKTYPE_NFLOG`): a header, then attributes, one of which holds an IP packet.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::layer::Layer;
use super::super::trail::Inner;
use super::super::unread::Unread;

/// Linux's `AF_INET` and `AF_INET6`.
const FAMILIES: [u8; 2] = [2, 10];

/// Bytes of the header: family, version, resource.
const HEADER: usize = 4;

/// Bytes of an attribute before its value: length, kind.
const ATTRIBUTE: usize = 4;

/// The kind of attribute that holds the packet (`NFULA_PAYLOAD`).
const PAYLOAD: u16 = 9;

/// The bits of a kind that are not flags (`NLA_TYPE_MASK`).
const KIND: u16 = 0x3fff;

pub(super) fn decode(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let ([family, ..], attributes) = packet.split::<HEADER>(UnreadReason::BadLinkHeader)?;
    if !FAMILIES.contains(family) {
        return Err(Unread::of(UnreadReason::NotIp, Detail::Family((*family).into())));
    }
    // Attributes have the byte order of the host that captured. In the wrong one, the length of the first, which is
    // short, is at least 256, so that no attribute of the right kind follows, but by an odd chance.
    let payload = payload(attributes, u16::from_le_bytes);
    payload.or_else(|_| self::payload(attributes, u16::from_be_bytes)).map(Inner::Ip).map_err(Unread::from)
}

fn payload(mut attributes: Layer<'_>, read: fn([u8; 2]) -> u16) -> Result<Layer<'_>, UnreadReason> {
    let bad = UnreadReason::BadLinkHeader;
    loop {
        let ([len_a, len_b, kind @ ..], value) = attributes.split::<ATTRIBUTE>(bad)?;
        let len = usize::from(read([*len_a, *len_b])).checked_sub(ATTRIBUTE).ok_or(bad)?;
        if read(*kind) & KIND == PAYLOAD {
            return Ok(value.trimmed(len));
        }
        attributes = value.after(len.next_multiple_of(4), bad)?;
    }
}
