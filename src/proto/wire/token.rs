//! Fields for who prints or checks them in passing: a tag and a value, and no more.
//!
//! In: a [`Cursor`]. Out: [`Token`]s. Invariant: what it gives is what [`Cursor::next_field`] gives; whatever is not as
//! encoders write it, a group or an error gives nothing. Not responsible for saying why.

use super::varint::{minimal_varint, varint_at};
use super::{Cursor, WireType};

/// A field that is no group, and no more of it than who reads on needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) struct Token {
    /// Tag of the field: the field number and three bits for the wire type.
    pub(in crate::proto) key: u32,
    /// Value of a varint, or of a fixed-width field as little-endian integer; of [`WireType::Len`] the length.
    pub(in crate::proto) value: u64,
}

impl<'a> Cursor<'a> {
    /// The next field as a [`Token`]. None at the end, and where the range does not go on with a field as encoders
    /// write them, or goes on with a group; then the cursor is anywhere.
    #[inline(always)]
    pub(in crate::proto) fn next_token(&mut self) -> Option<Token> {
        let (token, end) = self.token()?;
        self.at = end;
        Some(token)
    }

    /// The next field as a [`Token`], as [`Cursor::next_token`] gives it, and where it ends. The cursor
    /// goes by value, here and where few come: else it would have to be in memory, and be written to it
    /// and read from it for every field.
    #[inline(always)]
    fn token(self) -> Option<(Token, usize)> {
        let [tag, behind @ ..] = self.bytes.get(self.at..)? else { return None };
        let first = *behind.first()?;
        let (value, len) = match (tag & 7, first) {
            (0, ..=0x7f) => (u64::from(first), 1),
            (0, _) => match minimal_varint(behind) {
                Some(varint) => varint,
                None => return self.long_token(),
            },
            (5, _) => (u64::from(u32::from_le_bytes(*behind.first_chunk()?)), 4),
            (2, ..=0x7f) if usize::from(first) < behind.len() => (u64::from(first), 1 + usize::from(first)),
            _ => return self.long_token(),
        };
        if !matches!(tag, 8..=0x7f) {
            return self.long_token();
        }
        Some((Token { key: (*tag).into(), value }, self.at + 1 + len))
    }

    #[inline(never)]
    fn long_token(mut self) -> Option<(Token, usize)> {
        let field = self.read_field().ok().filter(|field| !field.overlong)?;
        let value = match field.wire_type {
            WireType::Varint | WireType::I64 | WireType::I32 => field.value,
            WireType::Len => (field.value_end - field.value_start).into(),
            WireType::StartGroup | WireType::EndGroup => return None,
        };
        Some((Token { key: field.number << 3 | field.wire_type as u32, value }, self.at))
    }

    /// The last `len` bytes that were stepped over: the content of a field that was just read.
    #[inline(always)]
    pub(in crate::proto) fn last(&self, len: u64) -> Option<Cursor<'a>> {
        let at = self.at.checked_sub(usize::try_from(len).ok()?)?;
        Some(Cursor { bytes: self.bytes.get(..self.at)?, at })
    }

    /// The bytes between this cursor and a later one.
    #[inline]
    pub(in crate::proto) fn up_to(&self, later: &Self) -> Option<&'a [u8]> {
        self.bytes.get(self.at..later.at)
    }

    /// The bytes that are still to come.
    #[inline(always)]
    pub(in crate::proto) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The number in the tag of the next field, if there is a tag.
    #[inline(always)]
    pub(in crate::proto) fn next_number(&self) -> Option<u32> {
        match *self.bytes.get(self.at)? {
            tag @ ..=0x7f => Some(u32::from(tag >> 3)),
            _ => u32::try_from(varint_at(self.bytes, self.at).ok()?.value >> 3).ok(),
        }
    }
}
