//! What a message is written from, and what to.
//!
//! Invariant: the fields of the message that is being written stand behind those of the messages around it.

use crate::proto::json::Style;
use crate::proto::schema::{Field, Schema};
use crate::proto::{Node, Reading};
use smallvec::SmallVec;
use std::ops::Range;

/// Fields that messages inside each other may have before their order takes an allocation.
const FEW: usize = 32;

/// What JSON is written from: a reading with its payload and schema.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) reading: &'a Reading,
    pub(super) payload: &'a [u8],
    pub(super) schema: &'a Schema,
}

/// Whose fields a message has.
#[derive(Clone)]
pub(super) enum Content {
    /// The fields of the payload.
    Payload,
    /// The fields of the node at this index.
    Inside(u32),
    /// The fields of several nodes, parts of one message, at these positions of [`Writer::order`].
    Merged(Range<usize>),
    /// The message has no fields.
    Empty,
}

pub(super) struct Writer<'a, 'o> {
    pub(super) source: Source<'a>,
    pub(super) style: Style,
    /// The fields of the message that is being written in the order of their output, behind those of the messages
    /// around it.
    pub(super) order: SmallVec<[Member<'a>; FEW]>,
    pub(super) out: &'o mut Vec<u8>,
}

/// A node of a message that is being written.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) node: &'a Node,
    /// 0-based index of the node in its reading.
    pub(super) index: u32,
    /// The field that the node is, if it fits its declaration.
    pub(super) field: Option<&'a Field>,
}
