//! The user plane of the GPRS tunnelling protocol, version 1 (3GPP TS 29.281 section 5). Endpoint identifiers differ by
//! direction, so they tell no connections apart.

use super::super::UnreadReason;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;

/// Mask of version, protocol type and reserved bit in the first byte of a GTP header, and what they are for user data.
const FIXED: u8 = 0xf8;
const VERSION_1: u8 = 0x30;
/// Mask of the bits in the first byte of a GTP header that say that extension headers, a sequence number or a packet
/// data unit number follow; if any does, there is place for all.
const OPTIONAL: u8 = 0x07;
const EXTENDED: u8 = 0x04;

/// The message type of user data.
const USER_DATA: u8 = 255;

pub(super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, UnreadReason> {
    let bad = UnreadReason::NotTcp;
    let [first, kind, len_a, len_b, ..] = *packet.take::<8>(bad)?;
    if first & FIXED != VERSION_1 || kind != USER_DATA {
        return Err(bad);
    }
    packet.trim(u16::from_be_bytes([len_a, len_b]).into());
    if first & OPTIONAL != 0 {
        let [_, _, _, next] = *packet.take(bad)?;
        if first & EXTENDED != 0 {
            skip_extensions(next, packet)?;
        }
    }
    match packet.bytes().first().map(|first| first >> 4) {
        Some(4 | 6) => Ok(HeaderKind::Ip),
        Some(_) => Err(UnreadReason::NotIp),
        None => Err(packet.too_short(1, bad)),
    }
}

/// Skips the extension headers: each has its length in words of 4 bytes, its content, and the kind of the next.
fn skip_extensions(mut next: u8, packet: &mut Layer<'_>) -> Result<(), UnreadReason> {
    let bad = UnreadReason::NotTcp;
    while next != 0 {
        let [words] = *packet.take(bad)?;
        let content = (usize::from(words) * 4).checked_sub(2).ok_or(bad)?;
        packet.skip(content, bad)?;
        [next] = *packet.take(bad)?;
    }
    Ok(())
}
