//! PPP (RFC 1661), alone, in HDLC-like framing (RFC 1662), and with the direction it went.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::tunnel::mpls;
use super::super::unread::Unread;

/// The HDLC address that stands for all stations, which is no protocol, and the control field of unnumbered
/// information.
const ALL_STATIONS: u8 = 0xff;
const UNNUMBERED: u8 = 0x03;

const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;
const MPLS: u16 = 0x0281;

/// Decodes a packet that starts with its protocol: 2 bytes, or 1 if compressed, which is when the first is odd.
pub(in super::super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let [first] = *packet.take(UnreadReason::BadLinkHeader)?;
    let protocol = if first & 1 == 1 {
        first.into()
    } else {
        let [second] = *packet.take(UnreadReason::BadLinkHeader)?;
        u16::from_be_bytes([first, second])
    };
    match protocol {
        IPV4 | IPV6 => Ok(HeaderKind::Ip),
        MPLS => mpls::decode(packet),
        other => Err(Unread::of(UnreadReason::NotIp, Detail::Ppp(other))),
    }
}

/// Decodes a packet that may start with address and control; they can be left out (RFC 1661 section 6.6).
pub(super) fn decode_framed(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    if packet.bytes().first() == Some(&ALL_STATIONS) {
        packet.skip(2, UnreadReason::BadLinkHeader)?;
    }
    Ok(HeaderKind::Ppp)
}

/// Decodes a packet with the direction in place of the address (`LINKTYPE_PPP_PPPD`), or before it
/// (`LINKTYPE_PPP_WITH_DIR`).
pub(super) fn decode_directed(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    packet.skip(1, UnreadReason::BadLinkHeader)?;
    if packet.bytes().first() == Some(&UNNUMBERED) {
        packet.skip(1, UnreadReason::BadLinkHeader)?;
    }
    decode_framed(packet)
}
