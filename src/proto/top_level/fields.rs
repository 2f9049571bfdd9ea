//! The fields of the top level, one after the other.
//!
//! In: a payload. Out: its fields, small enough to be kept, up to a cap. Invariant: the tags of groups are fields like
//! others. A walk of its own, because nobody goes into fields here: most of them are told by their first two bytes.

use crate::limits::TOP_LEVEL_FIELDS;
use crate::proto::WireType;
use crate::proto::wire::{Cursor, RawField, decode_varint};

/// One field of the top level. A third of a [`RawField`], of which the rest follows from the payload: a payload may
/// have many, and few of them are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopField {
    pub(super) tag: u32,
    /// Where the value starts, in bytes from the start of the payload.
    pub value_start: u32,
    /// Where the value and the field end, in bytes from the start of the payload.
    pub value_end: u32,
}

/// How far the fields go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The fields go to the last byte of the payload.
    Whole,
    /// The fields go to bytes that do not read as a field.
    Broken,
    /// The fields go beyond the first [`TOP_LEVEL_FIELDS`].
    Cut,
}

/// Walks over the top level of `payload` and shows each field to `see`, at most [`TOP_LEVEL_FIELDS`]; with it, unless
/// it is of the short and plain kind, as it was read.
#[inline(always)]
pub(super) fn walk(payload: &[u8], mut see: impl FnMut(TopField, Option<&RawField>)) -> End {
    let mut cursor = Cursor::new(payload);
    let mut len = 0;
    loop {
        let mut start = cursor.position();
        let mut short_fields = cursor.short_fields();
        while len < TOP_LEVEL_FIELDS
            && let Some(field) = short_fields.next()
        {
            let (value_start, value_end) = (start + field.header_len, start + field.len);
            see(TopField { tag: field.tag.into(), value_start, value_end }, None);
            (start, len) = (value_end, len + 1);
        }
        cursor.move_to(start);
        match cursor.next_field() {
            None => return End::Whole,
            Some(Err(_)) => return End::Broken,
            Some(Ok(_)) if len == TOP_LEVEL_FIELDS => return End::Cut,
            Some(Ok(field)) => see(TopField::of(&field), Some(&field)),
        }
        len += 1;
    }
}

impl TopField {
    #[inline]
    fn of(raw: &RawField) -> Self {
        let RawField { number, wire_type, value_start, value_end, .. } = *raw;
        Self { tag: number << 3 | wire_type as u32, value_start, value_end }
    }

    /// Field number.
    #[must_use]
    #[inline]
    pub const fn number(self) -> u32 {
        self.tag >> 3
    }

    /// How the value is encoded.
    #[must_use]
    #[inline]
    pub const fn wire_type(self) -> WireType {
        match self.tag & 7 {
            0 => WireType::Varint,
            1 => WireType::I64,
            2 => WireType::Len,
            3 => WireType::StartGroup,
            4 => WireType::EndGroup,
            _ => WireType::I32,
        }
    }

    /// The field of `payload`, in which it was read. `start` is that of the value, and `overlong` is not known:
    /// `false`.
    #[inline]
    pub(in crate::proto) fn raw(self, payload: &[u8]) -> RawField {
        let content = payload.get(self.value_start as usize..self.value_end as usize).unwrap_or_default();
        let wire_type = self.wire_type();
        let value = match wire_type {
            WireType::Varint => decode_varint(content).map(|(value, _)| value),
            WireType::I32 => content.first_chunk().map(|bytes| u32::from_le_bytes(*bytes).into()),
            WireType::I64 => content.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
            WireType::Len | WireType::StartGroup | WireType::EndGroup => None,
        };
        RawField {
            number: self.number(),
            wire_type,
            overlong: false,
            start: self.value_start,
            value_start: self.value_start,
            value_end: self.value_end,
            value: value.unwrap_or_default(),
        }
    }
}
