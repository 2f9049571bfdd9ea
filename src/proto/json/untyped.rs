//! Readings as JSON without the names of a schema, keyed by field numbers.
//!
//! In: nodes and the payload that they are of. Out: JSON in the form that the table of [`json`](super) gives,
//! appended. Invariant: the values of one field number stand together, where the first of them was. Not
//! responsible for declared fields.

use super::text::{push_f32, push_f64, push_hex, push_i64, push_u64, push_utf8, push_word};
use crate::proto::element::{Number, packed};
use crate::proto::wire::is_text;
use crate::proto::{Decoded, Node, Reading, Shape};
use std::ops::Range;

/// Appends the whole payload as an object keyed by field numbers, whatever its schema.
pub fn write(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    push_object(decoded.reading, decoded.bytes, 0..decoded.reading.nodes.len(), out);
}

/// Appends the value of the node at `index`, without its key.
pub fn push_value(decoded: &Decoded<'_>, index: usize, out: &mut Vec<u8>) {
    push_node(decoded.reading, decoded.bytes, index, out);
}

/// Appends the value of a node as [`push_value`] does, for those who have no schema to pass on.
pub(in crate::proto) fn push_node(reading: &Reading, payload: &[u8], index: usize, out: &mut Vec<u8>) {
    let Some(node) = reading.nodes.get(index) else { return };
    let content = || payload.get(node.value_start as usize..node.value_end as usize).unwrap_or_default();
    match node.shape {
        Shape::Message | Shape::Group => push_object(reading, payload, index + 1..node.next as usize, out),
        Shape::Text | Shape::Packed | Shape::Bytes | Shape::Unparsed => {
            push_content(out, node.shape, node.element, content());
        }
        shape => push_number(out, shape, node.value),
    }
}

/// Appends a length-delimited value that is no message.
pub(in crate::proto) fn push_content(out: &mut Vec<u8>, shape: Shape, element: Shape, content: &[u8]) {
    match shape {
        Shape::Text => push_text(out, content),
        Shape::Packed => {
            out.extend_from_slice(b"{\"packed\":[");
            for (position, value) in packed(content, element).enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                push_number(out, element, value);
            }
            out.extend_from_slice(b"],\"hex\":");
            push_hex(out, content);
            out.push(b'}');
        }
        _ => push_bytes(out, content),
    }
}

/// Appends text as a string, and bytes that are no text in their own form.
fn push_text(out: &mut Vec<u8>, content: &[u8]) {
    if is_text(content) { push_utf8(out, content) } else { push_bytes(out, content) }
}

pub(in crate::proto) fn push_bytes(out: &mut Vec<u8>, content: &[u8]) {
    out.extend_from_slice(b"{\"hex\":");
    push_hex(out, content);
    out.push(b'}');
}

#[inline(always)]
pub(in crate::proto) fn push_number(out: &mut Vec<u8>, shape: Shape, value: u64) {
    match Number::of(shape, value) {
        Some(Number::Unsigned(value)) => push_u64(out, value),
        Some(Number::Signed(value)) => push_i64(out, value),
        Some(Number::Float(value)) => push_f32(out, value),
        Some(Number::Double(value)) => push_f64(out, value),
        Some(Number::Bool(value)) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        None => out.extend_from_slice(b"null"),
    }
}

/// Appends the nodes of one level, with all that is inside them, as an object.
fn push_object(reading: &Reading, payload: &[u8], nodes: Range<usize>, out: &mut Vec<u8>) {
    let level = level(reading, nodes);
    // Encoders write fields by number, so that values of one key are neighbours. The unparsed rest has number 0 and is
    // last.
    if level.clone().is_sorted_by_key(|(_, node)| node.number.wrapping_sub(1)) {
        push_runs(reading, payload, level, out);
    } else {
        push_gathered(reading, payload, &level, out);
    }
}

/// The nodes of the level that fills `nodes`, with their indices; [`Reading::level`] needs one to begin with.
fn level(reading: &Reading, nodes: Range<usize>) -> impl Iterator<Item = (usize, &Node)> + Clone {
    let end = nodes.end;
    let at = move |index: usize| reading.nodes.get(index).filter(|_| index < end).map(|node| (index, node));
    std::iter::successors(at(nodes.start), move |(_, node)| at(node.next as usize))
}

/// Appends a level in which the values of one key are not neighbours. Up to 64 values are ordered without allocating.
fn push_gathered<'r>(
    reading: &'r Reading,
    payload: &[u8],
    level: &(impl Iterator<Item = (usize, &'r Node)> + Clone),
    out: &mut Vec<u8>,
) {
    let (mut few, mut many) = ([(0, 0); 64], Vec::new());
    let count = level.clone().count();
    let order = if count > few.len() {
        many.resize(count, (0, 0));
        many.as_mut_slice()
    } else {
        few.get_mut(..count).unwrap_or_default()
    };
    for (entry, (index, node)) in order.iter_mut().zip(level.clone()) {
        *entry = (node.number, index);
    }
    order.sort_unstable();
    // The key now stands with its values; put the place of its first one in front, to order keys by that.
    let mut last = (0, u32::MAX);
    for entry in order.iter_mut() {
        let (number, index) = *entry;
        if number != last.1 {
            last = (index, number);
        }
        *entry = (u32::try_from(last.0).unwrap_or(u32::MAX), index);
    }
    order.sort_unstable();
    let gathered = order.iter().filter_map(|&(_, index)| reading.nodes.get(index).map(|node| (index, node)));
    push_runs(reading, payload, gathered, out);
}

/// Appends an object of values of which those with one key are neighbours.
fn push_runs<'r>(reading: &Reading, payload: &[u8], level: impl Iterator<Item = (usize, &'r Node)>, out: &mut Vec<u8>) {
    out.push(b'{');
    push_members(reading, payload, level, out);
    out.push(b'}');
}

/// Appends the members of an object, values of which those with one key are neighbours.
pub(super) fn push_members<'r>(
    reading: &Reading,
    payload: &[u8],
    level: impl Iterator<Item = (usize, &'r Node)>,
    out: &mut Vec<u8>,
) {
    let mut level = level.peekable();
    let mut last = None;
    while let Some((index, node)) = level.next() {
        let is_first = last != Some(node.number);
        let more_follow = level.peek().is_some_and(|(_, next)| next.number == node.number);
        let separator = last.map(|_| b',');
        match node.shape {
            _ if !is_first => out.push(b','),
            Shape::Unparsed => {
                out.extend(separator);
                out.extend_from_slice(if more_follow { b"\"unparsed\":[" } else { b"\"unparsed\":" });
            }
            _ => push_key(out, separator, node.number, more_follow),
        }
        push_node(reading, payload, index, out);
        if !is_first && !more_follow {
            out.push(b']');
        }
        last = Some(node.number);
    }
}

/// Appends a field number as a key, behind a separator, with its colon and the bracket of a list.
#[inline(always)]
pub(in crate::proto) fn push_key(out: &mut Vec<u8>, separator: Option<u8>, number: u32, is_list: bool) {
    // Nearly all numbers have one digit.
    match u8::try_from(number) {
        Ok(number @ 1..10) => {
            let key = u64::from_le_bytes([b'"', b'0' + number, b'"', b':', b'[', 0, 0, 0]);
            let key = separator.map_or(key, |separator| key << 8 | u64::from(separator));
            push_word(out, key.into(), 4 + usize::from(separator.is_some()) + usize::from(is_list));
        }
        _ => {
            out.extend(separator);
            out.push(b'"');
            push_u64(out, number.into());
            out.extend_from_slice(if is_list { b"\":[" } else { b"\":" });
        }
    }
}
