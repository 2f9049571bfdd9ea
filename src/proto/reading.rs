//! The result of reading a payload: a flat tree of nodes in the order of the bytes.

mod problem;
mod shape;

use super::Sense;
use super::schema::{FieldId, TypeId};
pub use super::wire::WireType;
pub use problem::{Problem, ProblemKind};
pub use shape::Shape;

/// One field as it stands in the payload. All positions are bytes from the start of the payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Field number, 1 to 2^29-1; 0 for [`Shape::Unparsed`].
    pub number: u32,
    /// How the field is encoded.
    pub wire_type: WireType,
    /// How the value is read.
    pub shape: Shape,
    /// Shape of the elements of [`Shape::Packed`]; else equal to `shape`.
    pub element: Shape,
    /// What the value means; always [`Sense::Plain`] with a schema.
    pub sense: Sense,
    /// Nesting of the field: 0 for fields of the payload itself.
    pub depth: u16,
    /// The field of the schema that the node is, or none: unknown, or read without a schema.
    pub field: Option<FieldId>,
    /// Type of a message or group, where the schema gives one.
    pub message_type: Option<TypeId>,
    /// Where the tag starts.
    pub start: u32,
    /// Where the value starts: after the tag and, for [`WireType::Len`], the length.
    pub value_start: u32,
    /// Where the value ends (for groups: where the end tag starts).
    pub value_end: u32,
    /// Where the field ends: `value_end`, or behind the end tag of a group.
    pub end: u32,
    /// Raw value of varints and fixed-width fields; 0 for the others.
    pub value: u64,
    /// 0-based index of the next node that is not inside this one (may be the number of nodes).
    pub next: u32,
    /// Bits of evidence between this reading and the second best; `f32::INFINITY` where a schema or the wire type
    /// decides. Without a schema only.
    pub margin: f32,
}

/// All fields of one payload, in the order of its bytes, parents before their content.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The nodes. The first node's siblings are found by following [`Node::next`].
    pub nodes: Vec<Node>,
    /// What does not fit in the payload.
    pub problems: Vec<Problem>,
    /// The type that the payload was read as, if any.
    pub message_type: Option<TypeId>,
}

impl Reading {
    /// Forgets what was read, keeps the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.problems.clear();
        self.message_type = None;
    }

    /// Forgets what was read, keeps at most `len` bytes of the memory for nodes.
    pub(crate) fn shrink_to(&mut self, len: usize) {
        self.clear();
        self.nodes.shrink_to(len / size_of::<Node>());
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
