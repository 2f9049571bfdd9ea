//! Packets from the Linux firewall (`LINKTYPE_NFLOG`): a header, then attributes, one of which holds an IP packet.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;

/// Linux's `AF_INET` and `AF_INET6`.
const FAMILIES: [u8; 2] = [2, 10];

/// Bytes of the NFLOG header: family, version, resource.
const HEADER: usize = 4;

/// Bytes of an attribute before its value: length, kind.
const ATTRIBUTE: usize = 4;

/// The kind of attribute that holds the packet (`NFULA_PAYLOAD`).
const PAYLOAD: u16 = 9;

/// The bits of a kind that are not flags (`NLA_TYPE_MASK`).
const KIND: u16 = 0x3fff;

pub(super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let [family, ..] = *packet.take::<HEADER>(bad)?;
    if !FAMILIES.contains(&family) {
        return Err(Unread::of(UnreadReason::NotIp, Detail::Family(family.into())));
    }
    // Attributes have the byte order of the host that captured, which the file need not share. Kinds are small numbers,
    // so the right order is the one that gives the smaller number.
    let [_, _, kind @ ..] = *{ *packet }.take::<ATTRIBUTE>(bad)?;
    let is_little = u16::from_le_bytes(kind) < u16::from_be_bytes(kind);
    let read = |bytes| if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    loop {
        let [len_a, len_b, kind @ ..] = *packet.take::<ATTRIBUTE>(bad)?;
        let len = usize::from(read([len_a, len_b])).checked_sub(ATTRIBUTE).ok_or(bad)?;
        if read(kind) & KIND == PAYLOAD {
            packet.trim(len);
            return Ok(HeaderKind::Ip);
        }
        packet.skip(len.next_multiple_of(4), bad)?;
    }
}
