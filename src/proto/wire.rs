//! The wire format, one field at a time.
//!
//! In: a slice and a range of it. Out: [`RawField`]s with absolute positions, or a [`WireError`] where they stop.
//! Invariant: fields follow each other without hole; after an error the cursor stands at the field that it could not
//! read. Groups come as their two tags; which ends which is not known here. Allocates nothing. Source:
//! <https://protobuf.dev/programming-guides/encoding/>.

mod field;
mod short;
#[cfg(test)]
mod tests;
mod token;
mod varint;

use super::ProblemKind;
use field::offset;
pub use field::{MAX_NUMBER, RawField, WireError, WireType};
pub(super) use token::Token;
pub use varint::{decode_varint, varint_len};
use varint::{minimal_varint, varint_at};

/// Reads fields from a range of a payload. Positions are 32 bits wide: of a payload of 4 GiB and more, the part
/// behind is not seen.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    /// The payload up to the end of the range, so that positions are those of the payload.
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Reads the whole payload.
    #[inline]
    #[must_use]
    pub fn new(payload: &'a [u8]) -> Self {
        Self::within(payload, 0, u32::MAX)
    }

    /// Reads `payload[start..end]`, the content of a message inside it. A range that is not in the payload is cut to
    /// what is.
    #[inline]
    #[must_use]
    pub fn within(payload: &'a [u8], start: u32, end: u32) -> Self {
        let bytes = payload.get(..end as usize).unwrap_or(payload);
        Self { bytes, at: start as usize }
    }

    /// Where the next field starts; after an error, where the field starts that could not be read.
    #[inline]
    #[must_use]
    pub fn position(&self) -> u32 {
        offset(self.at)
    }

    /// Position at which the range ends.
    #[inline]
    #[must_use]
    pub fn end(&self) -> u32 {
        offset(self.bytes.len())
    }

    /// The payload up to the end of the range, for slicing by the positions of fields.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next field, or none at the end of the range.
    ///
    /// # Errors
    ///
    /// The range does not go on with a field. The cursor stays where it is: asking again gives the same error.
    #[inline(always)]
    pub fn next_field(&mut self) -> Option<Result<RawField, WireError>> {
        (self.at < self.bytes.len()).then(|| self.read_field())
    }

    // A field that comes back through memory costs more than reading it, so what short and long fields have in common
    // is numbers, not a struct.
    #[inline(always)]
    fn read_field(&mut self) -> Result<RawField, WireError> {
        let start = offset(self.at);
        let (number, wire_type, overlong, value_start, value) = match self.short_field() {
            Some((number, wire_type, value_start, value)) => (number, wire_type, false, value_start, value),
            None => {
                let field = self.long_field()?;
                (field.number, field.wire_type, field.overlong, field.value_start, field.value)
            }
        };
        Ok(RawField { number, wire_type, overlong, start, value_start, value_end: offset(self.at), value })
    }

    /// The number, wire type, start of the value and value of the next field, if its tag is one byte, and so is a
    /// varint or length; most are. Moves past it.
    #[inline(always)]
    fn short_field(&mut self) -> Option<(u32, WireType, u32, u64)> {
        let rest = self.bytes.get(self.at..)?;
        let [tag @ 8..=0x7f, ref behind @ ..] = *rest else { return None };
        let second = *behind.first()?;
        let (wire_type, value_at, len, value) = match (tag & 7, second) {
            (0, ..=0x7f) => (WireType::Varint, 1, 1, u64::from(second)),
            (0, _) => {
                let (value, len) = minimal_varint(behind)?;
                (WireType::Varint, 1, len, value)
            }
            (2, ..=0x7f) if usize::from(second) < behind.len() => (WireType::Len, 2, usize::from(second), 0),
            (5, _) => (WireType::I32, 1, 4, u64::from(u32::from_le_bytes(*behind.first_chunk()?))),
            _ => return None,
        };
        let value_start = self.at + value_at;
        self.at = value_start + len;
        Some((u32::from(tag >> 3), wire_type, offset(value_start), value))
    }

    #[inline(never)]
    fn long_field(&mut self) -> Result<RawField, WireError> {
        let tag = varint_at(self.bytes, self.at)?;
        let number = u32::try_from(tag.value >> 3).unwrap_or(u32::MAX);
        let bad_tag = WireError { offset: offset(self.at), kind: ProblemKind::BadTag };
        if number == 0 || number > MAX_NUMBER {
            return Err(bad_tag);
        }
        let mut overlong = tag.overlong;
        let (wire_type, value_start, value_end, value) = match tag.value & 7 {
            0 => {
                let varint = varint_at(self.bytes, tag.end)?;
                overlong |= varint.overlong;
                (WireType::Varint, tag.end, varint.end, varint.value)
            }
            1 => {
                let value = u64::from_le_bytes(*fixed_at(self.bytes, tag.end)?);
                (WireType::I64, tag.end, tag.end + 8, value)
            }
            2 => {
                let len = varint_at(self.bytes, tag.end)?;
                overlong |= len.overlong;
                if len.value > (self.bytes.len() - len.end) as u64 {
                    return Err(WireError { offset: offset(tag.end), kind: ProblemKind::Truncated });
                }
                let len_here = usize::try_from(len.value).unwrap_or(usize::MAX);
                (WireType::Len, len.end, len.end.saturating_add(len_here), 0)
            }
            3 => (WireType::StartGroup, tag.end, tag.end, 0),
            4 => (WireType::EndGroup, tag.end, tag.end, 0),
            5 => {
                let value = u32::from_le_bytes(*fixed_at(self.bytes, tag.end)?);
                (WireType::I32, tag.end, tag.end + 4, u64::from(value))
            }
            _ => return Err(bad_tag),
        };
        let start = offset(self.at);
        self.at = value_end;
        let (value_start, value_end) = (offset(value_start), offset(value_end));
        Ok(RawField { number, wire_type, overlong, start, value_start, value_end, value })
    }
}

/// Whether bytes are UTF-8. Most texts are ASCII, which is seen sooner.
#[inline]
pub(super) fn is_text(bytes: &[u8]) -> bool {
    bytes.is_ascii() || std::str::from_utf8(bytes).is_ok()
}

#[inline]
fn fixed_at<const N: usize>(bytes: &[u8], at: usize) -> Result<&[u8; N], WireError> {
    let value = bytes.get(at..).and_then(<[u8]>::first_chunk);
    value.ok_or(WireError { offset: offset(at), kind: ProblemKind::Truncated })
}
