//! Sessions of PPP over Ethernet (RFC 2516 section 6).

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;

/// First byte of a PPPoE header: version 1, type 1.
const VERSION_AND_TYPE: u8 = 0x11;
/// Code of session packets, the second byte of a PPPoE header.
const SESSION: u8 = 0;

pub(super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let [version_and_type, code, _, _, len @ ..] = *packet.take::<6>(UnreadReason::BadLinkHeader)?;
    if (version_and_type, code) != (VERSION_AND_TYPE, SESSION) {
        return Err(UnreadReason::BadLinkHeader.into());
    }
    packet.trim(u16::from_be_bytes(len).into());
    Ok(HeaderKind::Ppp)
}
