//! Ethernet (IEEE 802.3): two addresses, then an EtherType, or the length of an IEEE 802.2 packet.

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use etherparse::EtherType;

/// Bytes of both addresses.
const ADDRESSES: usize = 12;

/// The longest length that the field after the addresses holds; larger numbers are EtherTypes.
const LONGEST: u16 = 1500;

#[inline]
pub(in super::super) fn decode(frame: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    frame.skip(ADDRESSES, UnreadReason::BadLinkHeader)?;
    let kind = frame.take(UnreadReason::BadLinkHeader)?;
    Ok(typed(*kind, frame))
}

/// What follows a field that holds an EtherType or a length.
pub(super) fn typed(kind: [u8; 2], payload: &mut Layer<'_>) -> HeaderKind {
    match u16::from_be_bytes(kind) {
        len @ ..=LONGEST => {
            payload.trim(len.into());
            HeaderKind::Llc
        }
        kind => HeaderKind::Typed(EtherType(kind)),
    }
}
