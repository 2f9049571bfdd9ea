//! The fields of a payload as rows: path, name, place, type and value of every node.

use crate::proto::schemaless::{self, Alternative};
use crate::proto::{Decoded, Node, Sense, Shape, WireType, json, told};
use crate::record::SingleRecord;

/// One field as it stands in the payload.
pub(super) struct Row {
    /// 0-based index of the node in the reading.
    index: usize,
    /// Field numbers from the payload down: `2.3.1`.
    pub path: String,
    /// Name of the field in the schema, where it is known.
    pub name: Option<String>,
    pub depth: usize,
    /// Where the field starts, in bytes from the start of the frame.
    pub start: usize,
    /// Where the value starts, in bytes from the start of the frame.
    pub value_start: usize,
    /// Where the field ends, in bytes from the start of the frame.
    pub end: usize,
    /// Name of the wire type: `varint`, `len` and so on.
    pub wire_type: &'static str,
    /// Declared type, or the one that the bytes suggest.
    pub kind: String,
    /// The value as JSON; none for messages, whose fields follow.
    pub value: Option<Vec<u8>>,
    /// The value as what the user says that it is: a time, an address.
    pub told: Option<String>,
    /// Bits of evidence for `kind` over the second best; infinite where nothing else comes into question.
    pub margin: f32,
}

/// One reading of a field's bytes.
pub(super) struct OneReading {
    /// Type of the reading, named as in [`Row::kind`].
    pub kind: String,
    /// Bits that it takes to describe the value this way.
    pub bits: f32,
    /// The value under this reading, or why it comes into question.
    pub reason: String,
}

/// Every reading that the bytes of `row` allow, best first.
pub(super) fn readings(record: &SingleRecord<'_>, row: &Row) -> Vec<OneReading> {
    let decoded = record.payload.decoded();
    let node = decoded.and_then(|decoded| decoded.reading.nodes.get(row.index));
    let Some(node) = node else { return Vec::new() };
    let one = |found: Alternative| OneReading {
        kind: kind_name(found.shape, found.element),
        bits: found.cost_bits,
        reason: found.reason,
    };
    schemaless::alternatives(record.payload.bytes(), node).into_iter().map(one).collect()
}

fn kind_name(shape: Shape, element: Shape) -> String {
    match shape {
        Shape::Packed => format!("packed {}", shape_name(element)),
        _ => shape_name(shape).to_owned(),
    }
}

impl Row {
    /// Where the bytes end that are the row's own: tag and length of a message, everything of other fields.
    pub(super) fn own_end(&self) -> usize {
        if self.value.is_some() { self.end } else { self.value_start }
    }
}

/// A row for every node, in the order of the bytes; none for a payload that was not read.
pub(super) fn rows(record: &SingleRecord<'_>) -> Vec<Row> {
    let Some(decoded) = record.payload.decoded() else { return Vec::new() };
    let mut path: Vec<String> = Vec::new();
    let nodes = decoded.reading.nodes.iter().enumerate();
    let row = |(index, node): (usize, &Node)| {
        let depth = usize::from(node.depth);
        path.truncate(depth);
        path.push(if node.shape == Shape::Unparsed { "?".to_owned() } else { node.number.to_string() });
        let at = |position: u32| record.payload_start + position as usize;
        let field = decoded.field(node);
        let kind = match field {
            Some(field) => field.type_text.clone(),
            None => match node
                .sense
                .as_str()
                .filter(|name| node.sense != Sense::Exception && *name != shape_name(node.shape))
            {
                Some(sense) => format!("{} {sense}", kind_name(node.shape, node.element)),
                None => kind_name(node.shape, node.element),
            },
        };
        Row {
            index,
            path: path.join("."),
            name: field.map(|field| field.name.clone()),
            depth,
            start: at(node.start),
            value_start: at(node.value_start),
            end: at(node.end),
            wire_type: wire_name(node.wire_type),
            kind,
            value: (!matches!(node.shape, Shape::Message | Shape::Group)).then(|| value(decoded, index)),
            told: told(decoded, index),
            margin: node.margin,
        }
    };
    nodes.map(row).collect()
}

fn value(decoded: &Decoded<'_>, index: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let node = decoded.reading.nodes.get(index);
    let named = node.filter(|node| node.shape == Shape::Enum).and_then(|node| enum_name(decoded, node));
    match named {
        Some(name) => json::push_string(&mut out, name),
        None => json::push_value(decoded, index, &mut out),
    }
    out
}

/// The name of an enum's value, where the schema has it.
fn enum_name<'a>(decoded: &Decoded<'a>, node: &Node) -> Option<&'a str> {
    let number = i32::try_from(node.value.cast_signed()).ok()?;
    decoded.schema?.enum_value_name(decoded.field(node)?.enum_type?, number)
}

const fn wire_name(wire_type: WireType) -> &'static str {
    match wire_type {
        WireType::Varint => "varint",
        WireType::I64 => "i64",
        WireType::Len => "len",
        WireType::StartGroup => "sgroup",
        WireType::EndGroup => "egroup",
        WireType::I32 => "i32",
    }
}

const fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Unsigned => "uint64",
        Shape::Signed => "int64",
        Shape::ZigZag => "sint64",
        Shape::Bool => "bool",
        Shape::Enum => "enum",
        Shape::Fixed32 => "fixed32",
        Shape::SFixed32 => "sfixed32",
        Shape::Float => "float",
        Shape::Fixed64 => "fixed64",
        Shape::SFixed64 => "sfixed64",
        Shape::Double => "double",
        Shape::Text => "string",
        Shape::Bytes => "bytes",
        Shape::Message => "message",
        Shape::Group => "group",
        Shape::Packed => "packed",
        Shape::Unparsed => "not protobuf",
    }
}
