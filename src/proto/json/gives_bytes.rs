//! Whether JSON without a schema says which bytes a payload has.
//!
//! In: a reading. Out: whether [`write()`](super::write()) writes it so that the shortest encoding of what stands
//! there, field by field in the order of the keys, is the payload again: integers as varints, numbers with a point or
//! an exponent as doubles, all else with its length. Other encodings of numbers, groups, keys that take turns and
//! whatever is a problem are not seen in JSON.

use crate::proto::{Node, Reading, Shape};

/// Whether the JSON of a reading says which bytes the payload has. Doubts are no.
#[must_use]
pub fn gives_bytes(reading: &Reading) -> bool {
    reading.problems.is_empty() && nodes_give_bytes(&reading.nodes)
}

/// Whether the JSON of nodes, with those inside them, says which bytes they have if there is no problem.
pub(in crate::proto) fn nodes_give_bytes(nodes: &[Node]) -> bool {
    // The number of the last field of each message that is open, and the largest so far.
    let mut open: Vec<(u32, u32)> = Vec::new();
    nodes.iter().all(|node| {
        open.truncate(usize::from(node.depth) + 1);
        open.resize(usize::from(node.depth) + 1, (0, 0));
        let Some((last, largest)) = open.last_mut() else { return false };
        let in_order = node.number == *last || node.number > *largest;
        (*last, *largest) = (node.number, node.number.max(*largest));
        in_order && value_gives_bytes(node.shape, node.value)
    })
}

/// Whether the JSON of a value says which bytes it has; of a message, whether it may.
#[inline(always)]
pub(in crate::proto) fn value_gives_bytes(shape: Shape, value: u64) -> bool {
    match shape {
        Shape::Message | Shape::Text | Shape::Packed | Shape::Bytes | Shape::Unsigned | Shape::Signed => true,
        Shape::Bool => value <= 1,
        Shape::Double => f64::from_bits(value).is_finite(),
        _ => false,
    }
}
