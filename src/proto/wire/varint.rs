//! Varints: base-128 integers, the lowest group first.
//!
//! In: bytes. Out: the value at their start and how many bytes it takes, or why there is none. Allocates nothing.
//! Source: <https://protobuf.dev/programming-guides/encoding/#varints>.

use super::field::{WireError, offset};
use crate::proto::ProblemKind;

/// Most bytes of a varint: ten groups of seven bits hold 64 bits.
const MAX_VARINT_LEN: usize = 10;

/// Decodes the varint at the start of `bytes`: its value and how many bytes it takes, 1 to 10. More bytes than needed
/// are accepted.
///
/// None if it does not end within `bytes`, within ten bytes, or holds more than 64 bits.
#[inline]
#[must_use]
pub fn decode_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    match bytes.first() {
        Some(&byte) if byte < 0x80 => Some((u64::from(byte), 1)),
        _ => decode_long_varint(bytes),
    }
}

fn decode_long_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    if let Some(found) = bytes.first_chunk().and_then(|bytes| decode_eight(u64::from_le_bytes(*bytes))) {
        return Some(found);
    }
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(MAX_VARINT_LEN).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            // Of the tenth byte one bit is left.
            let fits = index + 1 < MAX_VARINT_LEN || byte <= 1;
            return fits.then_some((value, index + 1));
        }
    }
    None
}

/// How many bytes the varint of `value` needs, 1 to 10.
#[must_use]
pub const fn varint_len(value: u64) -> usize {
    ((value | 1).ilog2() as usize + 7) / 7
}

/// The varint that ends within these eight bytes, if one does: groups of seven bits are moved together in three steps.
#[inline(always)]
fn decode_eight(word: u64) -> Option<(u64, usize)> {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let ends = !word & HIGH_BITS;
    let end = ends.checked_sub(1)? & !ends;
    let len = (ends.trailing_zeros() as usize + 1) / 8;
    // Everything up to the first byte without a high bit.
    let groups = word & (end | (end + 1)) & !HIGH_BITS;
    let pairs = (groups & 0x007f_007f_007f_007f) | ((groups & 0x7f00_7f00_7f00_7f00) >> 1);
    let fours = (pairs & 0x0000_3fff_0000_3fff) | ((pairs & 0x3fff_0000_3fff_0000) >> 2);
    let value = (fours & 0x0fff_ffff) | ((fours & 0x0fff_ffff_0000_0000) >> 4);
    Some((value, len))
}

/// The varint at the start of `bytes`, if it ends within eight bytes and has none more than it needs, and if so many
/// bytes are there.
#[inline(always)]
pub(super) fn minimal_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let (value, len) = decode_eight(u64::from_le_bytes(*bytes.first_chunk()?))?;
    // Its last byte says something.
    (len == 1 || value >> (7 * (len - 1)) != 0).then_some((value, len))
}

/// A varint that was read, and where it ends.
pub(super) struct Varint {
    pub(super) value: u64,
    pub(super) end: usize,
    /// Whether the varint has more bytes than it needs.
    pub(super) overlong: bool,
}

#[inline]
pub(super) fn varint_at(bytes: &[u8], at: usize) -> Result<Varint, WireError> {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some((value, len)) = decode_varint(rest) else {
        // Ten bytes are enough to see every mistake but a missing end.
        let kind = if rest.len() < MAX_VARINT_LEN { ProblemKind::Truncated } else { ProblemKind::BadVarint };
        return Err(WireError { offset: offset(at), kind });
    };
    let end = at + len;
    let overlong = len > 1 && bytes.get(end - 1) == Some(&0);
    Ok(Varint { value, end, overlong })
}
