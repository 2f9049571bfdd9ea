//! IPv4 (RFC 791) and IPv6 (RFC 8200): addresses, and how long the packet really is.

use super::UnreadReason;
use super::datagram::{Addresses, Place};
use super::extension;
use super::layer::Layer;
use super::protocol::readable;
use super::unread::Unread;
use etherparse::err::ipv4::HeaderSliceError;
use etherparse::{IpNumber, Ipv4Header, Ipv4HeaderSlice, Ipv6Header, Ipv6HeaderSlice};

/// Where the fields before the addresses end, and each address.
const V4_ENDS: [usize; 3] = [12, 16, 20];
const V6_ENDS: [usize; 3] = [8, 24, 40];

const BAD: UnreadReason = UnreadReason::BadIpHeader;

/// What an IP header says: addresses, protocol, and the place of the packet if the header makes it a fragment.
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
    let header = Ipv4HeaderSlice::from_slice(packet.bytes()).map_err(|error| refused_v4(packet, error))?;
    let protocol = readable(header.protocol())?;
    size(packet, header.total_len().into());
    packet.skip(header.slice().len(), BAD)?;
    let place = header.is_fragmenting_payload().then(|| Place {
        id: header.identification().into(),
        offset: header.fragments_offset().byte_offset().into(),
        more: header.more_fragments(),
    });
    Ok((Addresses::V4(header), protocol, place))
}

/// Why the header that `packet` starts with is none. Where only its options are missing, that it is not TCP says more.
#[cold]
fn refused_v4(packet: &mut Layer<'_>, error: HeaderSliceError) -> Unread {
    let HeaderSliceError::Len(error) = error else { return BAD.into() };
    if let [_, _, len_a, len_b, _, _, _, _, _, protocol, ..] = *packet.bytes()
        && error.required_len > Ipv4Header::MIN_LEN
    {
        if let Err(unread) = readable(IpNumber(protocol)) {
            return unread;
        }
        size(packet, u16::from_be_bytes([len_a, len_b]).into());
        return packet.too_short(error.required_len, BAD).into();
    }
    packet.ends_early(&V4_ENDS, BAD).into()
}

#[inline]
fn decode_v6<'a>(packet: &mut Layer<'a>) -> Result<Header<'a>, Unread> {
    let header = Ipv6HeaderSlice::from_slice(packet.bytes()).map_err(|_| packet.ends_early(&V6_ENDS, BAD))?;
    packet.skip(Ipv6Header::LEN, BAD)?;
    let protocol = readable(header.next_header())?;
    match header.payload_length() {
        0 => size(packet, extension::jumbo_len(protocol, *packet)?),
        len => packet.trim(len.into()),
    }
    Ok((Addresses::V6(header), protocol, None))
}

/// Trims a packet to the length that its header gives: link layers pad short packets. A length of 0 means that the
/// packet was captured before the network card cut it up (segmentation offload), or is larger than the field can say;
/// then all of it counts but a frame check sequence.
#[inline]
fn size(packet: &mut Layer<'_>, len: usize) {
    match len {
        0 => packet.trim_fcs(),
        _ => packet.trim(len),
    }
}
