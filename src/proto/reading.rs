//! The result of reading a payload: a flat tree of nodes in the order of the bytes.

use super::Sense;
use super::schema::{FieldId, TypeId};
use std::fmt;

/// How a field is encoded (protobuf encoding, "Message Structure").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WireType {
    /// 0: a base-128 integer.
    Varint,
    /// 1: eight bytes, little-endian.
    I64,
    /// 2: a length, then that many bytes.
    Len,
    /// 3: start of a group.
    StartGroup,
    /// 4: end of a group.
    EndGroup,
    /// 5: four bytes, little-endian.
    I32,
}

impl WireType {
    /// Whether it is the start or the end of a group.
    #[must_use]
    pub const fn is_group(self) -> bool {
        matches!(self, Self::StartGroup | Self::EndGroup)
    }
}

/// How the value of a node is read: as its type declares, or as its bytes suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Varint as unsigned 64-bit integer (`uint32`, `uint64`; without a schema any varint that fits nothing better).
    Unsigned,
    /// Varint as two's complement (`int32`, `int64`); without a schema a ten-byte varint.
    Signed,
    /// Varint as zigzag (`sint32`, `sint64`); only with a schema.
    ZigZag,
    /// Varint as `bool`; only with a schema, 0 and 1 are numbers without one.
    Bool,
    /// Varint as a number of an enum; only with a schema.
    Enum,
    /// Four bytes as unsigned integer (`fixed32`).
    Fixed32,
    /// Four bytes as signed integer (`sfixed32`).
    SFixed32,
    /// Four bytes as `float`.
    Float,
    /// Eight bytes as unsigned integer (`fixed64`).
    Fixed64,
    /// Eight bytes as signed integer (`sfixed64`).
    SFixed64,
    /// Eight bytes as `double`.
    Double,
    /// UTF-8.
    Text,
    /// Opaque bytes.
    Bytes,
    /// A message in a length-delimited field; its fields are the nodes inside.
    Message,
    /// A group; its fields are the nodes inside, its end tag belongs to it.
    Group,
    /// Packed elements of the shape in [`Node::element`], read where they are printed.
    Packed,
    /// Bytes that do not parse as fields; the rest of the enclosing message. Has no field number.
    Unparsed,
}

/// One field as it stands in the payload. All positions are bytes from the start of the payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Field number, 1 to 2^29-1; 0 for [`Shape::Unparsed`].
    pub number: u32,
    /// How it is encoded.
    pub wire_type: WireType,
    /// How its value is read.
    pub shape: Shape,
    /// For [`Shape::Packed`]: the shape of the elements; else the same as `shape`.
    pub element: Shape,
    /// What the value means; always [`Sense::Plain`] with a schema.
    pub sense: Sense,
    /// Nesting: 0 for fields of the payload itself.
    pub depth: u16,
    /// The field of the schema that it is, or none: unknown, or read without a schema.
    pub field: Option<FieldId>,
    /// For messages and groups: their type, where the schema gives one.
    pub message_type: Option<TypeId>,
    /// Where its tag starts.
    pub start: u32,
    /// Where its value starts: after the tag and, for [`WireType::Len`], the length.
    pub value_start: u32,
    /// Where its value ends (for groups: where the end tag starts).
    pub value_end: u32,
    /// Where it ends: `value_end`, or behind the end tag of a group.
    pub end: u32,
    /// Raw value of varints and fixed-width fields; 0 for the others.
    pub value: u64,
    /// Index of the next node that is not inside this one (may be the number of nodes).
    pub next: u32,
    /// Bits of evidence between this reading and the second best; `f32::INFINITY` where a schema or the wire type
    /// decides. Without a schema only.
    pub margin: f32,
}

/// What does not fit in a payload. The rest of it was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte of the payload at which it was met.
    pub offset: usize,
    /// Field path from the payload down: `2.3.1`; empty for the payload itself.
    pub path: String,
    /// The same path in the names of the schema, numbers where it has none: `body.client.1001`; empty where no name is
    /// known.
    pub names: String,
    /// What it is.
    pub kind: ProblemKind,
}

/// `field 2.3.1 (body.client.id): the value runs past the end of its message`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "field {}", self.path)?;
            if !self.names.is_empty() {
                write!(f, " ({})", self.names)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.kind.as_str())
    }
}

/// Kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// A varint longer than ten bytes or larger than 64 bits.
    BadVarint,
    /// A varint that uses more bytes than it needs.
    OverlongVarint,
    /// Field number 0 or above 2^29-1, or wire type 6 or 7.
    BadTag,
    /// A value that runs past the end of its message.
    Truncated,
    /// An end-group tag without its start, or a group that does not end.
    BadGroup,
    /// Deeper than [`crate::limits::DEPTH`].
    TooDeep,
    /// More fields than [`crate::limits::FIELDS`].
    TooManyFields,
    /// The wire type is not the one of the declared type.
    WrongWireType,
    /// A `string` that is not UTF-8.
    BadUtf8,
    /// A value outside the range of its declared type.
    OutOfRange,
    /// A number that a closed enum does not have.
    UnknownEnumValue,
    /// A required field (proto2) that is not there.
    MissingRequired,
    /// Without a schema: a value that is not of the type that the user gave its field.
    NotAsGiven,
}

impl ProblemKind {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadVarint => "a varint of more than 64 bits",
            Self::OverlongVarint => "a varint with more bytes than it needs",
            Self::BadTag => "no valid field number or wire type: this is not protobuf, or not from here on",
            Self::Truncated => "the value runs past the end of its message",
            Self::BadGroup => "a group that does not end, or ends without a start",
            Self::TooDeep => "nested deeper than is followed",
            Self::TooManyFields => "more fields than are read",
            Self::WrongWireType => "encoded in another way than its type declares",
            Self::BadUtf8 => "a string that is not UTF-8",
            Self::OutOfRange => "a value outside the range of its type",
            Self::UnknownEnumValue => "a number that its enum does not have",
            Self::MissingRequired => "a required field is missing",
            Self::NotAsGiven => "does not read as the type given to its field, and is read by its bytes alone",
        }
    }
}

/// All fields of one payload, in the order of its bytes, parents before their content.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The nodes. The first node's siblings are found by following [`Node::next`].
    pub nodes: Vec<Node>,
    /// What does not fit.
    pub problems: Vec<Problem>,
    /// The type that it was read as, if any.
    pub message_type: Option<TypeId>,
}

impl Reading {
    /// Forgets what was read, keeps the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.problems.clear();
        self.message_type = None;
    }

    /// The node at `index` and those that follow it at its level, in order, with their indices.
    pub fn level(&self, index: usize) -> impl Iterator<Item = (usize, &Node)> + Clone {
        let depth = self.nodes.get(index).map(|node| node.depth);
        let at = move |index: usize| {
            let node = self.nodes.get(index)?;
            (Some(node.depth) == depth).then_some((index, node))
        };
        std::iter::successors(at(index), move |(_, node)| at(node.next as usize))
    }

    /// The fields inside the node at `index`, in order, with their indices.
    pub fn inside(&self, index: usize) -> impl Iterator<Item = (usize, &Node)> + Clone {
        let next = self.nodes.get(index).map_or(0, |node| node.next as usize);
        // Without content the next node is not inside.
        let first = if next > index + 1 { index + 1 } else { self.nodes.len() };
        self.level(first)
    }

    /// Appends the bytes `start..end` that do not read as fields; nothing if there are none.
    pub(super) fn push_unparsed(&mut self, start: u32, end: u32, depth: u16) {
        if start >= end {
            return;
        }
        let next = u32::try_from(self.nodes.len() + 1).unwrap_or(u32::MAX);
        self.nodes.push(Node {
            number: 0,
            wire_type: WireType::Len,
            shape: Shape::Unparsed,
            element: Shape::Unparsed,
            sense: Sense::Plain,
            depth,
            field: None,
            message_type: None,
            start,
            value_start: start,
            value_end: end,
            end,
            value: 0,
            next,
            margin: f32::INFINITY,
        });
    }

    /// Orders the problems from `first` on by offset and fills in the paths that are missing, now that all nodes
    /// stand: that of the innermost field that holds the byte.
    pub(super) fn name_paths(&mut self, first: usize) {
        let problems = self.problems.get_mut(first..).unwrap_or_default();
        problems.sort_by_key(|problem| problem.offset);
        // Nodes and problems are both in the order of the bytes: one pass over both.
        let mut nodes = self.nodes.iter().peekable();
        let mut open: Vec<&Node> = Vec::new();
        for problem in problems.iter_mut().filter(|problem| problem.path.is_empty()) {
            while let Some(node) = nodes.next_if(|node| node.start as usize <= problem.offset) {
                open.truncate(node.depth.into());
                open.push(node);
            }
            let around = open.iter().filter(|node| problem.offset < node.end as usize && node.number != 0);
            let numbers: Vec<String> = around.map(|node| node.number.to_string()).collect();
            problem.path = numbers.join(".");
        }
    }
}
