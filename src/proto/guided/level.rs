//! Where the walk stands: which message or group, how deep, and by which way.

use crate::limits;
use crate::proto::schema::{Schema, TypeId};
use std::fmt::Write as _;

/// One message or group on the way down.
pub(super) struct Level<'a> {
    pub(super) id: TypeId,
    /// Of its fields.
    pub(super) depth: u16,
    /// Its own number, if it is a group: the end tag that it waits for.
    pub(super) group: Option<u32>,
    /// If it is an `Any`: the type that it names.
    pub(super) any: Option<TypeId>,
    /// The level that it is in.
    up: Option<&'a Level<'a>>,
    /// The field of `up` that it is.
    number: u32,
}

impl<'a> Level<'a> {
    /// The payload itself.
    pub(super) const fn payload(id: TypeId) -> Self {
        Self::new(id, 0, None, 0)
    }

    /// The message in field `number`, unless its type is unknown or it is too deep.
    pub(super) fn inside<'b>(&'b self, number: u32, id: Option<TypeId>) -> Option<Level<'b>>
    where
        'a: 'b,
    {
        let depth = Some(self.depth + 1).filter(|depth| *depth <= limits::DEPTH)?;
        Some(Level::new(id?, depth, Some(self), number))
    }

    const fn new(id: TypeId, depth: u16, up: Option<&'a Self>, number: u32) -> Self {
        Self { id, depth, group: None, any: None, up, number }
    }

    /// `2.3.1`; `last` is a field of this level, or 0 for the level itself.
    pub(super) fn path(&self, last: u32) -> String {
        let mut path = String::new();
        self.push_path(last, None, &mut path);
        path
    }

    /// The same in the names of the schema, with numbers where it has none; empty where it has no name at all.
    pub(super) fn names(&self, last: u32, schema: &Schema) -> String {
        let mut names = String::new();
        self.push_path(last, Some(schema), &mut names);
        if names.bytes().all(|byte| byte.is_ascii_digit()) { String::new() } else { names }
    }

    fn push_path(&self, last: u32, schema: Option<&Schema>, path: &mut String) {
        if let Some(up) = self.up {
            up.push_path(self.number, schema, path);
        }
        if last == 0 {
            return;
        }
        let dot = if path.is_empty() { "" } else { "." };
        let _ = match schema.and_then(|schema| schema.field_by_number(self.id, last)) {
            Some((_, field)) => write!(path, "{dot}{}", field.name),
            None => write!(path, "{dot}{last}"),
        };
    }
}

/// How a message or group came to its end.
pub(super) enum End {
    /// Its bytes are used up.
    Content,
    /// The end tag of the group, that starts here.
    Tag(u32),
    /// It does not read on; its rest is a node of its own.
    Broken,
}
