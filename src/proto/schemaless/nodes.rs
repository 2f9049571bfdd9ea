//! Nodes of fields that no schema declares, appended to a reading and taken back.
//!
//! In: fields and what they are read as. Out: nodes. Invariant: what is taken back leaves nothing behind. Not
//! responsible for what fields are read as.

use crate::limits;
use crate::proto::untyped::Broken;
use crate::proto::wire::{RawField, WireError};
use crate::proto::{Node, Problem, ProblemKind, Reading, Sense, Shape};

impl Reading {
    /// Whether the reading takes one more node.
    #[inline(always)]
    pub(in crate::proto) fn has_room(&self) -> bool {
        self.nodes.len() < limits::FIELDS
    }

    /// Ends the reading of a payload of which all fields were `walked`, or up to one that does not read: this one and
    /// all behind it become bytes, up to `end`.
    pub(in crate::proto) fn close(&mut self, walked: Result<(), Broken<WireError>>, end: u32) {
        if let Err(Broken { at, stop }) = walked {
            self.nodes.truncate(self.nodes.partition_point(|node| node.start < at));
            self.problems.retain(|problem| problem.offset < at as usize);
            self.push_unparsed(at, end, 0);
            self.problems.push(problem(stop.offset, stop.kind));
        }
        self.name_paths(0);
    }

    /// Ends the node at `index`: all nodes behind it are inside it.
    #[inline]
    pub(in crate::proto) fn close_node(&mut self, index: usize, set: impl FnOnce(&mut Node)) {
        let next = index_u32(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(index) {
            node.next = next;
            set(node);
        }
    }
}

/// Appends the node of a field without what is inside it; `shapes` are its own and that of its elements.
#[inline(always)]
pub(in crate::proto) fn push_node(
    reading: &mut Reading,
    field: &RawField,
    depth: u16,
    (shape, element): (Shape, Shape),
    sense: Sense,
    margin: f32,
) -> usize {
    let index = reading.nodes.len();
    reading.nodes.push(Node {
        number: field.number,
        wire_type: field.wire_type,
        shape,
        element,
        sense,
        depth,
        field: None,
        message_type: None,
        start: field.start,
        value_start: field.value_start,
        value_end: field.value_end,
        end: field.value_end,
        value: field.value,
        next: index_u32(index + 1),
        margin,
    });
    index
}

/// Mark of how much of a reading there was before an attempt.
pub(in crate::proto) struct Mark {
    nodes: usize,
    problems: usize,
}

impl Mark {
    pub(in crate::proto) fn of(reading: &Reading) -> Self {
        Self { nodes: reading.nodes.len(), problems: reading.problems.len() }
    }

    pub(in crate::proto) fn cut(&self, reading: &mut Reading) {
        reading.nodes.truncate(self.nodes);
        reading.problems.truncate(self.problems);
    }
}

/// A problem whose path is not known yet; see [`Reading::name_paths`].
pub(in crate::proto) fn problem(offset: u32, kind: ProblemKind) -> Problem {
    Problem { offset: offset as usize, path: String::new(), names: String::new(), kind }
}

/// The index of a node in 32 bits: [`limits::FIELDS`] is far below 2^32.
fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
