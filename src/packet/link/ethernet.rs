//! Ethernet (IEEE 802.3): two addresses, then an EtherType, or the length of an IEEE 802.2 packet.

use super::super::UnreadReason;
use super::super::layer::Layer;
use super::super::trail::{Inner, Kind};
use super::super::unread::Unread;
use etherparse::EtherType;

/// Bytes of both addresses.
const ADDRESSES: usize = 12;

/// The longest length that the field after the addresses holds; larger numbers are EtherTypes.
const LONGEST: u16 = 1500;

#[inline]
pub(in super::super) fn decode(frame: Layer<'_>) -> Result<Inner<'_>, Unread> {
    let (kind, payload) = frame.after(ADDRESSES, UnreadReason::BadLinkHeader)?.split(UnreadReason::BadLinkHeader)?;
    Ok(typed(*kind, payload))
}

/// What follows a field that holds an EtherType or a length.
pub(super) fn typed(kind: [u8; 2], payload: Layer<'_>) -> Inner<'_> {
    match u16::from_be_bytes(kind) {
        len @ ..=LONGEST => (Kind::Llc, payload.trimmed(len.into())),
        kind => (Kind::Typed(EtherType(kind)), payload),
    }
}
