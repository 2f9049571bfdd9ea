//! IPv4 (RFC 791) and IPv6 (RFC 8200): addresses, and how long the packet really is.

use super::UnreadReason;
use super::datagram::{Addresses, Carried, Datagram, Fragment};
use super::extension;
use super::layer::Layer;
use super::tunnel;
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

/// Decodes the IP header that `packet` starts with.
#[inline]
pub(super) fn decode(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    match packet.bytes().first().map(|first| first >> 4) {
        Some(4) => decode_v4(packet),
        Some(6) => decode_v6(packet),
        Some(_) => Err(BAD.into()),
        None => Err(packet.too_short(1, BAD).into()),
    }
}

#[inline]
fn decode_v4(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    let (header, rest) = packet.split::<V4_BEFORE_ADDRESSES>(BAD)?;
    let [words, _, len_a, len_b, id_a, id_b, place_a, place_b, _, protocol, ..] = *header;
    let (source, rest) = rest.split(BAD)?;
    let (destination, _) = rest.split(BAD)?;
    let words = words & 0x0f;
    if words < V4_SHORTEST_WORDS {
        return Err(BAD.into());
    }
    let packet = sized(packet, u16::from_be_bytes([len_a, len_b]).into());
    let datagram = Datagram {
        between: Addresses::V4 { source, destination },
        protocol: tunnel::readable(IpNumber(protocol))?,
        payload: packet.after(usize::from(words) * 4, BAD)?,
    };
    let place = u16::from_be_bytes([place_a, place_b]);
    if place & (OFFSET | MORE) != 0 {
        return Ok(Carried::Fragment(Fragment {
            part: datagram,
            id: u16::from_be_bytes([id_a, id_b]).into(),
            offset: usize::from(place & OFFSET) * 8,
            more: place & MORE != 0,
        }));
    }
    extension::decode(datagram)
}

#[inline]
fn decode_v6(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    let (header, rest) = packet.split::<V6_BEFORE_ADDRESSES>(BAD)?;
    let [_, _, _, _, len_a, len_b, protocol, _] = *header;
    let (source, rest) = rest.split(BAD)?;
    let (destination, rest) = rest.split(BAD)?;
    let protocol = tunnel::readable(IpNumber(protocol))?;
    let payload = match u16::from_be_bytes([len_a, len_b]) {
        0 => sized(rest, extension::jumbo_len(protocol, rest)?),
        len => rest.trimmed(len.into()),
    };
    extension::decode(Datagram { between: Addresses::V6 { source, destination }, protocol, payload })
}

/// Trims to the length that the header gives: link layers pad short packets. A length of 0 means that the packet was
/// captured before the network card cut it up (segmentation offload), or is larger than the field can say; then all of
/// it counts.
fn sized(layer: Layer<'_>, len: usize) -> Layer<'_> {
    if len == 0 { layer } else { layer.trimmed(len) }
}
