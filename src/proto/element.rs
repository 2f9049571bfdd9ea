//! Numbers as their shape reads them.
//!
//! In: the raw value of a node, or the content of a packed field. Out: [`Number`]s, for the printers.

use super::Shape;
use super::wire::decode_varint;

/// A number, ready to be printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f32),
    Double(f64),
    Bool(bool),
}

impl Number {
    /// The raw value of a varint or fixed-width field, read as `shape`; none if `shape` is no number.
    #[allow(clippy::cast_possible_truncation, reason = "32-bit types use the low half of what is on the wire")]
    pub(super) fn of(shape: Shape, value: u64) -> Option<Self> {
        Some(match shape {
            Shape::Unsigned | Shape::Fixed32 | Shape::Fixed64 => Self::Unsigned(value),
            Shape::Signed | Shape::SFixed64 => Self::Signed(value.cast_signed()),
            Shape::SFixed32 | Shape::Enum => Self::Signed((value as u32).cast_signed().into()),
            Shape::ZigZag => Self::Signed((value >> 1).cast_signed() ^ -(value & 1).cast_signed()),
            Shape::Float => Self::Float(f32::from_bits(value as u32)),
            Shape::Double => Self::Double(f64::from_bits(value)),
            Shape::Bool => Self::Bool(value != 0),
            Shape::Text | Shape::Bytes | Shape::Message | Shape::Group | Shape::Packed | Shape::Unparsed => {
                return None;
            }
        })
    }
}

/// The raw values of a packed field whose elements have the shape `element`, up to one that does not end.
pub(super) fn packed(content: &[u8], element: Shape) -> impl Iterator<Item = u64> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (value, len) = first(rest, element)?;
        rest = rest.get(len..)?;
        Some(value)
    })
}

/// The raw value of the first element of a packed field, and how many bytes it takes; none if it does not end.
pub(super) fn first(content: &[u8], element: Shape) -> Option<(u64, usize)> {
    Some(match element {
        Shape::Fixed32 | Shape::SFixed32 | Shape::Float => (u32::from_le_bytes(*content.first_chunk()?).into(), 4),
        Shape::Fixed64 | Shape::SFixed64 | Shape::Double => (u64::from_le_bytes(*content.first_chunk()?), 8),
        _ => decode_varint(content)?,
    })
}

/// How many of the bytes of `content` are whole elements of the shape `element`, from its start.
pub(super) fn packed_len(content: &[u8], element: Shape) -> usize {
    let mut rest = content;
    while let Some((_, len)) = first(rest, element) {
        rest = rest.get(len..).unwrap_or_default();
    }
    content.len() - rest.len()
}
