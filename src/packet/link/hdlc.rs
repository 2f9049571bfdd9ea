//! HDLC as Cisco frames it (RFC 1547 section 4.3.1): address, control, EtherType.

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use super::ppp;
use etherparse::EtherType;

/// Address bytes of Cisco's frames: to one station, to all.
const UNICAST: u8 = 0x0f;
const BROADCAST: u8 = 0x8f;

/// Decodes a frame of a serial line that runs PPP or Cisco's framing, told apart by the address (`LINKTYPE_PPP_HDLC`).
pub(super) fn decode(frame: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    match frame.bytes().first() {
        Some(&(UNICAST | BROADCAST)) => decode_cisco(frame),
        _ => ppp::decode_framed(frame),
    }
}

/// Decodes a frame of a serial line that runs Cisco's framing (`LINKTYPE_C_HDLC`).
pub(super) fn decode_cisco(frame: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let [_, _, kind @ ..] = *frame.take::<4>(UnreadReason::BadLinkHeader)?;
    Ok(HeaderKind::Typed(EtherType(u16::from_be_bytes(kind))))
}
