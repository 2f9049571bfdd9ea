//! IPv4 (RFC 791) and IPv6 (RFC 8200): addresses, and how long the TCP packet really is.

use super::UnreadReason;
use super::extension::tcp_after;
use super::layer::Layer;
use etherparse::err::{ipv4, ipv6};
use etherparse::{Ipv4HeaderSlice, Ipv6Header, Ipv6HeaderSlice, ip_number};
use std::net::IpAddr;

/// A TCP packet and between whom it goes.
pub(super) struct Datagram<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) tcp: Layer<'a>,
}

/// Decodes the IP header that `packet` starts with.
pub(super) fn decode(packet: Layer<'_>) -> Result<Datagram<'_>, UnreadReason> {
    match packet.bytes().first().map(|first| first >> 4) {
        Some(4) => decode_v4(packet),
        Some(6) => decode_v6(packet),
        Some(_) => Err(UnreadReason::BadIpHeader),
        None => Err(packet.too_short(1, UnreadReason::BadIpHeader)),
    }
}

fn decode_v4(packet: Layer<'_>) -> Result<Datagram<'_>, UnreadReason> {
    let header = Ipv4HeaderSlice::from_slice(packet.bytes()).map_err(|error| match error {
        ipv4::HeaderSliceError::Len(error) => packet.too_short(error.required_len, UnreadReason::BadIpHeader),
        ipv4::HeaderSliceError::Content(_) => UnreadReason::BadIpHeader,
    })?;
    if !matches!(header.protocol(), ip_number::TCP | ip_number::AUTH) {
        return Err(UnreadReason::NotTcp);
    }
    if header.is_fragmenting_payload() {
        return Err(UnreadReason::IpFragment);
    }
    let packet = sized(packet, header.total_len().into());
    let payload = packet.after(header.slice().len(), UnreadReason::BadIpHeader)?;
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        tcp: tcp_after(header.protocol(), payload)?,
    })
}

fn decode_v6(packet: Layer<'_>) -> Result<Datagram<'_>, UnreadReason> {
    let header = Ipv6HeaderSlice::from_slice(packet.bytes()).map_err(|error| match error {
        ipv6::HeaderSliceError::Len(_) => packet.too_short(Ipv6Header::LEN, UnreadReason::BadIpHeader),
        ipv6::HeaderSliceError::Content(_) => UnreadReason::BadIpHeader,
    })?;
    let payload = sized(packet.after(Ipv6Header::LEN, UnreadReason::BadIpHeader)?, header.payload_length().into());
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        tcp: tcp_after(header.next_header(), payload)?,
    })
}

/// Trims to the length that the header gives: link layers pad short packets. A length of 0 means that the packet was
/// captured before the network card cut it up (segmentation offload), or is larger than the field can say (RFC 2675);
/// then all of it counts but a frame check sequence.
fn sized(layer: Layer<'_>, len: usize) -> Layer<'_> {
    if len == 0 { layer.without_fcs() } else { layer.trimmed(len) }
}
