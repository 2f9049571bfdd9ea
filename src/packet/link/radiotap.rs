//! Radiotap, what a receiver says of an IEEE 802.11 frame before it (<https://www.radiotap.org>).

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;
use super::wlan::{self, Padding};

/// Bytes of the fixed radiotap header: version, padding, length, which fields are present.
const HEADER: usize = 8;

/// Bits of the word that says which fields are present: those before the flags, the flags, and that another such word
/// follows.
const TIMESTAMP: u32 = 1;
const FLAGS: u32 = 1 << 1;
const MORE_WORDS: u32 = 1 << 31;

/// Bytes of the timestamp field, which is also its alignment.
const TIMESTAMP_LEN: usize = 8;

/// Bits of the flags field: the frame ends with its check sequence, its header is padded, the check failed.
const CHECK_AT_END: u8 = 0x10;
const PADDED: u8 = 0x20;
const DAMAGED: u8 = 0x40;

/// Bytes of the check sequence of a frame.
const CHECK_LEN: usize = 4;

pub(super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let mut fields = *packet;
    let [version, _, len_low, len_high, present @ ..] = *fields.take::<HEADER>(bad)?;
    let len = usize::from(u16::from_le_bytes([len_low, len_high]));
    packet.skip(len, bad)?;
    if version != 0 || len < HEADER {
        return Err(bad.into());
    }
    fields.trim(len - HEADER);
    let flags = flags(u32::from_le_bytes(present), fields)?;
    if flags & DAMAGED != 0 {
        return Err(UnreadReason::WlanDamaged.into());
    }
    if flags & CHECK_AT_END != 0 {
        packet.trim_end(CHECK_LEN);
    }
    wlan::decode(packet, if flags & PADDED != 0 { Padding::Yes } else { Padding::No })
}

/// Reads the flags field, 0 if there is none.
fn flags(present: u32, mut fields: Layer<'_>) -> Result<u8, UnreadReason> {
    let bad = UnreadReason::BadLinkHeader;
    let (mut last, mut at) = (present, HEADER);
    while last & MORE_WORDS != 0 {
        let word = fields.take(bad)?;
        (last, at) = (u32::from_le_bytes(*word), at + word.len());
    }
    if present & FLAGS == 0 {
        return Ok(0);
    }
    if present & TIMESTAMP != 0 {
        fields.skip(at.next_multiple_of(TIMESTAMP_LEN) - at + TIMESTAMP_LEN, bad)?;
    }
    let [flags] = *fields.take(bad)?;
    Ok(flags)
}
