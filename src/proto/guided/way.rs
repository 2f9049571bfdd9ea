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

/// One message or group that is open.
#[derive(Clone, Copy)]
pub(super) struct Open {
    /// 0-based index of the message's node.
    pub(super) index: usize,
    /// Number of the field that the message is in.
    pub(super) number: u32,
    /// Type of the message.
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

    /// Field path of `last`, such as `2.3.1`: a field of the innermost message, or the message itself for 0.
    pub(super) fn path(&self, last: u32) -> String {
        self.spelled(last, None)
    }

    /// Field path of `last` in the names of the schema, with numbers where it has none; empty where it has no name at
    /// all.
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
