//! Whether JSON without a schema says which bytes a payload has.
//!
//! In: a reading. Out: whether [`write()`](super::write()) writes it so that the shortest encoding of what stands
//! there, field by field in the order of the keys, is the payload again: integers as varints, numbers with a point or
//! an exponent as doubles, or all of them as floats, all else with its length. Other encodings of numbers, groups, keys
//! that take turns and whatever is a problem are not seen in JSON.

use crate::limits;
use crate::proto::{Node, Reading, Shape};
use std::ops::BitOrAssign;

/// What JSON without a schema says of the bytes of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GivesBytes {
    /// All: numbers with a point or an exponent are doubles.
    Yes,
    /// All, if it is told that numbers with a point or an exponent are floats of 32 bits.
    WithFloats,
    /// Not all.
    No,
}

/// What was seen of the encodings of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::proto) struct Encodings(u8);

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
        // The numbers of the fields of each message that is open, in the order in which they came, and the largest.
        let mut open: Vec<(Vec<u32>, u32)> = Vec::new();
        let mut seen = Self::PLAIN;
        for node in nodes {
            let depth = usize::from(node.depth);
            open.truncate(depth + 1);
            open.resize(depth + 1, (Vec::new(), 0));
            let Some((numbers, largest)) = open.last_mut() else { return Self::UNSEEN };
            if numbers.last() != Some(&node.number) {
                let may_be_later = node.number <= *largest;
                if may_be_later && (numbers.len() > limits::TURNS || numbers.contains(&node.number)) {
                    return Self::UNSEEN;
                }
                numbers.push(node.number);
                *largest = node.number.max(*largest);
            }
            seen |= Self::of(node.shape, node.value);
        }
        seen
    }

    /// Whether values that are encoded so give their bytes.
    pub(in crate::proto) const fn give_bytes(self) -> GivesBytes {
        match self {
            Self::PLAIN | Self::DOUBLE => GivesBytes::Yes,
            Self::FLOAT => GivesBytes::WithFloats,
            _ => GivesBytes::No,
        }
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
        let (float, double) = (&b"\x0d\x00\x00\xc0\x3f"[..], &b"\x11\x00\x00\x00\x00\x00\x00\xf8\x3f"[..]);
        for (payload, expected) in [
            (float.to_vec(), GivesBytes::WithFloats),
            (double.to_vec(), GivesBytes::Yes),
            ([float, double].concat(), GivesBytes::No),
            (b"\x18\x01\x08\x02\x08\x03".to_vec(), GivesBytes::Yes),
            (b"\x18\x01\x08\x02\x18\x03".to_vec(), GivesBytes::No),
            (b"\x0d\x00\x00\xc0\x7f".to_vec(), GivesBytes::No),
            (b"\x08\x80\x00".to_vec(), GivesBytes::No),
        ] {
            let mut reading = Reading::default();
            reading.read_schemaless(&payload);
            assert_eq!(gives_bytes(&reading), expected, "{payload:02x?}");
        }
    }
}
