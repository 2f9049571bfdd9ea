//! Whether JSON without a schema says which bytes a payload has.
//!
//! In: a reading. Out: whether [`write()`](super::write()) writes it so that the shortest encoding of what stands
//! there, field by field in the order of the keys, is the payload again: integers as varints, numbers with a point or
//! an exponent as doubles, or all of them as floats, all else with its length. Where the keys of the payload itself
//! take turns, the order in which they do is all that is missing. Other encodings of numbers, groups, keys that take
//! turns further inside, and whatever is a problem are not seen in JSON.

use super::push_u64;
use crate::limits;
use crate::proto::wire::Cursor;
use crate::proto::{Node, Reading, Shape};
use smallvec::SmallVec;
use std::ops::BitOrAssign;

/// What JSON without a schema says of the bytes of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GivesBytes {
    /// All, with what is told beside it.
    Yes(Beside),
    /// Not all.
    No,
}

/// What must be told beside JSON so that it says which bytes a payload has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Beside {
    /// That numbers with a point or an exponent are floats of 32 bits; else they are doubles.
    pub floats: bool,
    /// The [order](push_order) of the fields of the payload itself, whose keys take turns.
    pub order: bool,
}

impl GivesBytes {
    /// All, and nothing need be told beside it.
    pub const ALL: Self = Self::Yes(Beside { floats: false, order: false });
}

/// What was seen of the encodings of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::proto) struct Encodings(u8);

/// Appends the numbers of the fields of the payload itself as an array, one for each field in the order of the bytes.
/// The payload is one of which it was said that this must be told.
pub fn push_order(payload: &[u8], out: &mut Vec<u8>) {
    let (mut cursor, start) = (Cursor::new(payload), out.len());
    // Numbers of one digit, each behind a comma, until there are enough of them.
    let (mut digits, mut len) = ([[0; 2]; 64], 0);
    loop {
        let mut at = cursor.position();
        for field in cursor.short_fields() {
            at += field.len;
            let number = field.tag >> 3;
            if number > 9 || len == digits.len() {
                flush(&digits, &mut len, out);
            }
            if number > 9 {
                push_number(number.into(), out);
            } else if let Some(place) = digits.get_mut(len) {
                *place = [b',', b'0' + number];
                len += 1;
            }
        }
        flush(&digits, &mut len, out);
        cursor.move_to(at);
        let Some(Ok(field)) = cursor.next_field() else { break };
        push_number(field.number, out);
    }
    out.get_mut(start).into_iter().for_each(|first| *first = b'[');
    out.push(b']');
}

fn flush(digits: &[[u8; 2]], len: &mut usize, out: &mut Vec<u8>) {
    out.extend_from_slice(digits.get(..*len).unwrap_or_default().as_flattened());
    *len = 0;
}

fn push_number(number: u32, out: &mut Vec<u8>) {
    out.push(b',');
    push_u64(out, number.into());
}

/// Whether the JSON of a reading says which bytes the payload has. Doubts are no.
#[must_use]
pub fn gives_bytes(reading: &Reading) -> GivesBytes {
    let of_nodes = Encodings::of_nodes(&reading.nodes);
    if reading.problems.is_empty() { of_nodes.give_bytes() } else { GivesBytes::No }
}

impl Encodings {
    const PLAIN: Self = Self(0);
    const FLOAT: Self = Self(1);
    const DOUBLE: Self = Self(2);
    /// Something that is not seen in JSON.
    pub(in crate::proto) const UNSEEN: Self = Self(4);
    /// Keys of the payload itself take turns.
    pub(in crate::proto) const TURNS: Self = Self(8);

    /// The encoding of a value; of a message, without what is inside.
    #[inline(always)]
    pub(in crate::proto) fn of(shape: Shape, value: u64) -> Self {
        match shape {
            Shape::Message | Shape::Text | Shape::Packed | Shape::Bytes | Shape::Unsigned | Shape::Signed => {
                Self::PLAIN
            }
            Shape::Bool if value <= 1 => Self::PLAIN,
            Shape::Float if u32::try_from(value).is_ok_and(|bits| f32::from_bits(bits).is_finite()) => Self::FLOAT,
            Shape::Double if f64::from_bits(value).is_finite() => Self::DOUBLE,
            _ => Self::UNSEEN,
        }
    }

    /// The encodings of nodes, with those inside them.
    pub(in crate::proto) fn of_nodes(nodes: &[Node]) -> Self {
        if let [only] = nodes {
            return Self::of(only.shape, only.value);
        }
        let mut open: SmallVec<[Keys; 4]> = SmallVec::new();
        let mut seen = Self::PLAIN;
        for node in nodes {
            let depth = usize::from(node.depth);
            open.truncate(depth + 1);
            open.resize_with(depth + 1, Keys::default);
            match open.last_mut().map(|keys| keys.see(node.number)) {
                Some(Turn::No) => {}
                Some(Turn::Yes) if depth == 0 => seen |= Self::TURNS,
                Some(Turn::Yes | Turn::Unknown) | None => return Self::UNSEEN,
            }
            seen |= Self::of(node.shape, node.value);
        }
        seen
    }

    /// Whether values that are encoded so give their bytes.
    pub(in crate::proto) const fn give_bytes(self) -> GivesBytes {
        let order = self.0 & Self::TURNS.0 != 0;
        match Self(self.0 & !Self::TURNS.0) {
            Self::PLAIN | Self::DOUBLE => GivesBytes::Yes(Beside { floats: false, order }),
            Self::FLOAT => GivesBytes::Yes(Beside { floats: true, order }),
            _ => GivesBytes::No,
        }
    }
}

/// The keys of a message so far.
#[derive(Default)]
struct Keys {
    /// Each number that came, in the order in which they first came.
    numbers: SmallVec<[u32; 8]>,
    largest: u32,
    last: u32,
}

/// Whether a key comes again after others.
enum Turn {
    No,
    Yes,
    /// There are too many keys to tell.
    Unknown,
}

impl Keys {
    /// Takes the number of the next field.
    #[inline]
    fn see(&mut self, number: u32) -> Turn {
        if number == self.last {
            return Turn::No;
        }
        self.last = number;
        if number > self.largest {
            self.largest = number;
        } else if self.numbers.len() > limits::TURNS {
            return Turn::Unknown;
        } else if self.numbers.contains(&number) {
            return Turn::Yes;
        }
        self.numbers.push(number);
        Turn::No
    }
}

impl BitOrAssign for Encodings {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_width_of_floats_and_any_order_of_keys_give_the_bytes_and_more_does_not() {
        let (floats, in_order) = (Beside { floats: true, order: false }, Beside { floats: false, order: true });
        let (float, double) = (&b"\x0d\x00\x00\xc0\x3f"[..], &b"\x11\x00\x00\x00\x00\x00\x00\xf8\x3f"[..]);
        for (payload, expected) in [
            (float.to_vec(), GivesBytes::Yes(floats)),
            (double.to_vec(), GivesBytes::ALL),
            ([float, double].concat(), GivesBytes::No),
            (b"\x18\x01\x08\x02\x08\x03".to_vec(), GivesBytes::ALL),
            (b"\x18\x01\x08\x02\x18\x03".to_vec(), GivesBytes::Yes(in_order)),
            (b"\x0a\x06\x18\x01\x08\x02\x18\x03".to_vec(), GivesBytes::No),
            (b"\x0d\x00\x00\xc0\x7f".to_vec(), GivesBytes::No),
            (b"\x08\x80\x00".to_vec(), GivesBytes::No),
        ] {
            let mut reading = Reading::default();
            reading.read_schemaless(&payload);
            assert_eq!(gives_bytes(&reading), expected, "{payload:02x?}");
        }
    }

    #[test]
    fn the_order_is_a_number_for_each_field() {
        let mut many = Vec::new();
        push_order(&b"\x08\x01\x10\x01\x7a\x00".repeat(100), &mut many);
        assert_eq!(many, format!("[{}]", ["1,2,15"; 100].join(",")).as_bytes());
        many.clear();
        push_order(&b"\x08\x01\x10\x01".repeat(100), &mut many);
        assert_eq!(many, format!("[{}]", ["1,2"; 100].join(",")).as_bytes());
        let mut out = Vec::new();
        push_order(b"\x18\x01\x08\x02\x08\x03\xa2\x06\x00\x18\x03", &mut out);
        assert_eq!(out, b"[3,1,1,100,3]");
    }
}
