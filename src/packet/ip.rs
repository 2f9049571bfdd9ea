//! IPv4 (RFC 791) and IPv6 (RFC 8200): addresses, and how long the packet really is.

use super::UnreadReason;
use super::datagram::{Carried, Datagram, Fragment};
use super::extension;
use super::layer::Layer;
use super::tunnel;
use super::unread::Unread;
use etherparse::err::{ipv4, ipv6};
use etherparse::{Ipv4HeaderSlice, Ipv6Header, Ipv6HeaderSlice};

/// Decodes the IP header that `packet` starts with.
pub(super) fn decode(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    match packet.bytes().first().map(|first| first >> 4) {
        Some(4) => decode_v4(packet),
        Some(6) => decode_v6(packet),
        Some(_) => Err(UnreadReason::BadIpHeader.into()),
        None => Err(packet.too_short(1, UnreadReason::BadIpHeader).into()),
    }
}

fn decode_v4(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    let header = Ipv4HeaderSlice::from_slice(packet.bytes()).map_err(|error| match error {
        ipv4::HeaderSliceError::Len(error) => packet.too_short(error.required_len, UnreadReason::BadIpHeader),
        ipv4::HeaderSliceError::Content(_) => UnreadReason::BadIpHeader,
    })?;
    let protocol = tunnel::readable(header.protocol())?;
    let packet = sized(packet, header.total_len().into());
    let payload = packet.after(header.slice().len(), UnreadReason::BadIpHeader)?;
    let (source, destination) = (header.source_addr().into(), header.destination_addr().into());
    let datagram = Datagram { source, destination, protocol, payload };
    if header.is_fragmenting_payload() {
        return Ok(Carried::Fragment(Fragment {
            part: datagram,
            id: header.identification().into(),
            offset: usize::from(header.fragments_offset().value()) * 8,
            more: header.more_fragments(),
        }));
    }
    extension::decode(datagram)
}

fn decode_v6(packet: Layer<'_>) -> Result<Carried<'_>, Unread> {
    let header = Ipv6HeaderSlice::from_slice(packet.bytes()).map_err(|error| match error {
        ipv6::HeaderSliceError::Len(_) => packet.too_short(Ipv6Header::LEN, UnreadReason::BadIpHeader),
        ipv6::HeaderSliceError::Content(_) => UnreadReason::BadIpHeader,
    })?;
    let (source, destination) = (header.source_addr().into(), header.destination_addr().into());
    let after = packet.after(Ipv6Header::LEN, UnreadReason::BadIpHeader)?;
    let protocol = header.next_header();
    let payload = match header.payload_length() {
        0 => sized(after, extension::jumbo_len(protocol, after)?),
        len => after.trimmed(len.into()),
    };
    extension::decode(Datagram { source, destination, protocol, payload })
}

/// Trims to the length that the header gives: link layers pad short packets. A length of 0 means that the packet was
/// captured before the network card cut it up (segmentation offload), or is larger than the field can say; then all of
/// it counts.
fn sized(layer: Layer<'_>, len: usize) -> Layer<'_> {
    if len == 0 { layer } else { layer.trimmed(len) }
}
