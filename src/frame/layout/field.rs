//! One field of a header or trailer: its name, its width and how its bytes are read.
//!
//! In: the bytes from the field's start on. Out: a number or bytes and how many were read; "need more" is not an error.
//! Not responsible for what a field means to the frame: that is [`Role`], which the layout interprets.

use super::checksum::Crc;

/// A field of a header or trailer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) kind: FieldKind,
}

impl Field {
    /// Whether the field says how the frame is laid out, and nothing about the message.
    pub(super) fn is_framing(&self) -> bool {
        self.role != Role::Shown || matches!(self.kind, FieldKind::Magic(_))
    }
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The length that bounds the frame.
    Length,
    /// The length of the payload inside the frame.
    Inner,
    /// A checksum over everything before it.
    Checksum(Crc),
    /// Shown in reports, and, for magic, compared; nothing is computed from it.
    Shown,
}

/// How a field's bytes are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// An unsigned number of 1 to 8 bytes.
    Uint { width: usize, order: Order },
    /// LEB128, as protobuf's varint: 1 to 10 bytes.
    Varint,
    /// Opaque bytes.
    Bytes(usize),
    /// One of several magic values, which are equally long and not empty.
    Magic(Vec<Vec<u8>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Longest varint: 64 bits in groups of 7.
pub(super) const VARINT_LEN: usize = 10;

/// What stands at a field's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The field stands there and takes `width` bytes; `number` is 0 for opaque bytes and magic.
    Value { number: u64, width: usize },
    /// The bytes end inside the field and agree with it so far.
    NeedMore,
    /// The bytes are not such a field.
    No,
}

impl FieldKind {
    /// Most bytes that a field of this kind can take.
    pub(super) fn max_width(&self) -> usize {
        match self {
            Self::Uint { width, .. } | Self::Bytes(width) => *width,
            Self::Varint => VARINT_LEN,
            Self::Magic(alternatives) => alternatives.first().map_or(0, Vec::len),
        }
    }

    /// Bytes that every field of this kind takes, if it is always the same number.
    pub(super) fn fixed_width(&self) -> Option<usize> {
        (*self != Self::Varint).then(|| self.max_width())
    }

    /// Reads the field at the start of `bytes`.
    pub(super) fn decode(&self, bytes: &[u8]) -> Step {
        match self {
            Self::Uint { width, order } => bytes
                .get(..*width)
                .map_or(Step::NeedMore, |bytes| Step::Value { number: order.number(bytes), width: *width }),
            Self::Varint => decode_varint(bytes),
            Self::Bytes(width) if bytes.len() < *width => Step::NeedMore,
            Self::Bytes(width) => Step::Value { number: 0, width: *width },
            Self::Magic(alternatives) => {
                let whole = alternatives.iter().find(|magic| starts_with(bytes, magic));
                let begun = || alternatives.iter().any(|magic| magic.starts_with(bytes));
                match whole {
                    Some(magic) => Step::Value { number: 0, width: magic.len() },
                    None if begun() => Step::NeedMore,
                    None => Step::No,
                }
            }
        }
    }
}

/// Whether `bytes` start with `magic`. Nearly all magic has four bytes, which need no call.
fn starts_with(bytes: &[u8], magic: &[u8]) -> bool {
    match <[u8; 4]>::try_from(magic) {
        Ok(magic) => bytes.first_chunk() == Some(&magic),
        Err(_) => bytes.starts_with(magic),
    }
}

impl Order {
    /// Reads at most 8 bytes as an unsigned number.
    fn number(self, bytes: &[u8]) -> u64 {
        // Nearly all lengths have these widths.
        if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
            return u64::from(if self == Self::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) });
        }
        if let Ok(bytes) = <[u8; 2]>::try_from(bytes) {
            return u64::from(if self == Self::Little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) });
        }
        let append = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, append),
            Self::Big => bytes.iter().fold(0, append),
        }
    }
}

fn decode_varint(bytes: &[u8]) -> Step {
    let mut number = 0;
    for (index, &byte) in bytes.iter().take(VARINT_LEN).enumerate() {
        let last_one_overflows = index + 1 == VARINT_LEN && byte > 1;
        if last_one_overflows {
            return Step::No;
        }
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Step::Value { number, width: index + 1 };
        }
    }
    Step::NeedMore
}
