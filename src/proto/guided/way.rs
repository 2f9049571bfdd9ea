//! By which way a walk came to where it stands.
//!
//! In: the messages and groups that are open. Out: the path of a field in them, in numbers and in names. Invariant:
//! who asks for no path pays for one entry a message. Allocates past eight messages inside each other.

use crate::proto::schema::{Schema, TypeId};
use smallvec::SmallVec;
use std::fmt::Write as _;

/// The messages and groups that are open, from the payload down.
pub(super) struct Way {
    payload: TypeId,
    open: SmallVec<[Open; 8]>,
}

/// One message or group.
#[derive(Clone, Copy)]
pub(super) struct Open {
    /// Its node.
    pub(super) index: usize,
    /// The field that it is.
    pub(super) number: u32,
    /// Its type.
    pub(super) id: TypeId,
}

impl Way {
    pub(super) fn new(payload: TypeId) -> Self {
        Self { payload, open: SmallVec::new() }
    }

    #[inline]
    pub(super) fn enter(&mut self, inner: Open) {
        self.open.push(inner);
    }

    #[inline]
    pub(super) fn leave(&mut self) -> Option<Open> {
        self.open.pop()
    }

    /// `2.3.1`; `last` is a field of the innermost message, or 0 for the message itself.
    pub(super) fn path(&self, last: u32) -> String {
        self.spelled(last, None)
    }

    /// The same in the names of the schema, with numbers where it has none; empty where it has no name at all.
    pub(super) fn names(&self, last: u32, schema: &Schema) -> String {
        let names = self.spelled(last, Some(schema));
        if names.bytes().all(|byte| byte.is_ascii_digit()) { String::new() } else { names }
    }

    fn spelled(&self, last: u32, schema: Option<&Schema>) -> String {
        let (mut path, mut of) = (String::new(), self.payload);
        let last = Some((last, self.payload)).filter(|(number, _)| *number != 0);
        for (number, id) in self.open.iter().map(|open| (open.number, open.id)).chain(last) {
            let dot = if path.is_empty() { "" } else { "." };
            let _ = match schema.and_then(|schema| schema.field_by_number(of, number)) {
                Some((_, field)) => write!(path, "{dot}{}", field.name),
                None => write!(path, "{dot}{number}"),
            };
            of = id;
        }
        path
    }
}
