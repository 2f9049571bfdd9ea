//! PPP (RFC 1661), alone, in HDLC-like framing (RFC 1662), and with the direction it went.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::layer::Layer;
use super::super::trail::{Inner, Kind};
use super::super::tunnel::mpls;
use super::super::unread::Unread;

/// The HDLC address that stands for all stations, which is no protocol, and the control field of unnumbered information.
const ALL_STATIONS: u8 = 0xff;
const UNNUMBERED: u8 = 0x03;

const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;
const MPLS: u16 = 0x0281;

/// Decodes a packet that starts with its protocol: 2 bytes, or 1 if compressed, which is when the first is odd.
pub(in super::super) fn decode(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let (&[first], rest) = packet.split(UnreadReason::BadLinkHeader)?;
    let (protocol, payload) = if first & 1 == 1 {
        (u16::from(first), rest)
    } else {
        let (protocol, payload) = packet.split(UnreadReason::BadLinkHeader)?;
        (u16::from_be_bytes(*protocol), payload)
    };
    match protocol {
        IPV4 | IPV6 => Ok((Kind::Ip, payload)),
        MPLS => mpls::decode(payload),
        other => Err(Unread::of(UnreadReason::NotIp, Detail::Ppp(other))),
    }
}

/// Decodes a packet that may start with address and control; they can be left out (RFC 1661 section 6.6).
pub(super) fn decode_framed(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let header = if packet.bytes().first() == Some(&ALL_STATIONS) { 2 } else { 0 };
    Ok((Kind::Ppp, packet.after(header, UnreadReason::BadLinkHeader)?))
}

/// Decodes a packet with the direction in place of the address (`LINKTYPE_PPP_PPPD`), or before it
/// (`LINKTYPE_PPP_WITH_DIR`).
pub(super) fn decode_directed(packet: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let rest = packet.after(1, UnreadReason::BadLinkHeader)?;
    match rest.bytes().first() {
        Some(&UNNUMBERED) => Ok((Kind::Ppp, rest.after(1, UnreadReason::BadLinkHeader)?)),
        _ => decode_framed(rest),
    }
}
