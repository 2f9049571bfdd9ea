//! Ethernet (IEEE 802.3): two addresses, then an EtherType, or the length of an IEEE 802.2 packet.

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use etherparse::{EtherType, Ethernet2Header, Ethernet2HeaderSlice};

/// Where the addresses end, and the field after them.
const ENDS: [usize; 2] = [12, 14];

/// The longest length that the field after the addresses holds; larger numbers are EtherTypes.
const LONGEST: u16 = 1500;

#[inline]
pub(in super::super) fn decode(frame: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let header = Ethernet2HeaderSlice::from_slice(frame.bytes());
    let kind = header.map_err(|_| frame.ends_early(&ENDS, bad))?.ether_type();
    frame.skip(Ethernet2Header::LEN, bad)?;
    Ok(typed(kind, frame))
}

/// What follows a field that holds an EtherType or a length.
pub(super) fn typed(kind: EtherType, payload: &mut Layer<'_>) -> HeaderKind {
    match kind {
        EtherType(len @ ..=LONGEST) => {
            payload.trim(len.into());
            HeaderKind::Llc
        }
        kind => HeaderKind::Typed(kind),
    }
}
