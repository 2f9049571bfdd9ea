//! IPv4 (RFC 791) and IPv6 (RFC 8200): addresses, and how long the packet really is.

use super::UnreadReason;
use super::datagram::{Addresses, Place};
use super::extension;
use super::layer::Layer;
use super::protocol::readable;
use super::unread::Unread;
use etherparse::IpNumber;

/// Bytes of the headers before the addresses.
const V4_BEFORE_ADDRESSES: usize = 12;
const V6_BEFORE_ADDRESSES: usize = 8;

/// Words of 4 bytes of an IPv4 header without options.
const V4_SHORTEST_WORDS: u8 = 5;

/// Of the field that holds the fragment offset of IPv4: the offset in units of 8 bytes, and that more fragments follow.
const OFFSET: u16 = 0x1fff;
const MORE: u16 = 0x2000;

const BAD: UnreadReason = UnreadReason::BadIpHeader;

/// Addresses, protocol, and where the packet is a fragment by its header, its place.
type Header<'a> = (Addresses<'a>, IpNumber, Option<Place>);

/// Decodes the IP header that `packet` starts with, and leaves what the packet carries.
#[inline]
pub(super) fn decode<'a>(packet: &mut Layer<'a>) -> Result<Header<'a>, Unread> {
    match packet.bytes().first().map(|first| first >> 4) {
        Some(4) => decode_v4(packet),
        Some(6) => decode_v6(packet),
        Some(_) => Err(BAD.into()),
        None => Err(packet.too_short(1, BAD).into()),
    }
}

#[inline]
fn decode_v4<'a>(packet: &mut Layer<'a>) -> Result<Header<'a>, Unread> {
    let mut fields = *packet;
    let [words, _, len_a, len_b, id_a, id_b, place_a, place_b, _, protocol, ..] =
        *fields.take::<V4_BEFORE_ADDRESSES>(BAD)?;
    let between = Addresses::V4 { source: fields.take(BAD)?, destination: fields.take(BAD)? };
    let words = words & 0x0f;
    if words < V4_SHORTEST_WORDS {
        return Err(BAD.into());
    }
    let protocol = readable(IpNumber(protocol))?;
    size(packet, u16::from_be_bytes([len_a, len_b]).into());
    packet.skip(usize::from(words) * 4, BAD)?;
    let place = u16::from_be_bytes([place_a, place_b]);
    let place = (place & (OFFSET | MORE) != 0).then(|| Place {
        id: u16::from_be_bytes([id_a, id_b]).into(),
        offset: usize::from(place & OFFSET) * 8,
        more: place & MORE != 0,
    });
    Ok((between, protocol, place))
}

#[inline]
fn decode_v6<'a>(packet: &mut Layer<'a>) -> Result<Header<'a>, Unread> {
    let [_, _, _, _, len_a, len_b, protocol, _] = *packet.take::<V6_BEFORE_ADDRESSES>(BAD)?;
    let between = Addresses::V6 { source: packet.take(BAD)?, destination: packet.take(BAD)? };
    let protocol = readable(IpNumber(protocol))?;
    match u16::from_be_bytes([len_a, len_b]) {
        0 => size(packet, extension::jumbo_len(protocol, *packet)?),
        len => packet.trim(len.into()),
    }
    Ok((between, protocol, None))
}

/// Trims to the length that the header gives: link layers pad short packets. A length of 0 means that the packet was
/// captured before the network card cut it up (segmentation offload), or is larger than the field can say; then all of
/// it counts but a frame check sequence.
#[inline]
fn size(packet: &mut Layer<'_>, len: usize) {
    match len {
        0 => packet.trim_fcs(),
        _ => packet.trim(len),
    }
}
