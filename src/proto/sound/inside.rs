//! Whether what may be messages inside of a field brings no problem.
//!
//! In: a field that no schema declares. Out: `true` only if reading it without a schema meets no problem. Content that
//! does not read as fields is no message, and nothing inside it counts. Invariant: what is doubtful is not sound:
//! groups are, whose tags are not matched here.

use crate::proto::WireType;
use crate::proto::untyped::{self, Visitor, may_be_too_deep};
use crate::proto::wire::{Cursor, RawField, WireError};

/// Whether a field that is read without schema, no group, brings no problem: neither its own encoding nor, where it may
/// be a message, what is inside. `depth` is its nesting.
pub(in crate::proto) fn is_sound_undeclared(payload: &[u8], field: &RawField, depth: u16) -> bool {
    let content = || payload.get(field.value_start as usize..field.value_end as usize).unwrap_or_default();
    !field.overlong && (field.wire_type != WireType::Len || is_sound_content(content(), depth))
}

/// Whether the content of a field nested `depth` deep brings no problem.
pub(super) fn is_sound_content(content: &[u8], depth: u16) -> bool {
    if !may_be_too_deep(content.len(), depth) && !may_be_overlong(content) {
        return true;
    }
    if !untyped::may_hold_messages(depth) {
        return false;
    }
    let mut inside = Inside { is_sound: true };
    let is_message = untyped::message(&mut inside, Cursor::new(content), &mut (), depth + 1).is_ok();
    !is_message || inside.is_sound
}

/// What is known of the fields of a message.
struct Inside {
    is_sound: bool,
}

impl<'p> Visitor<'p> for Inside {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    const GROUPS_ARE_FLAT: bool = true;

    #[inline(always)]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        // To the end, though it is known: what breaks off is no message.
        self.is_sound =
            self.is_sound && !field.wire_type.is_group() && is_sound_undeclared(cursor.bytes(), field, depth);
        Ok(())
    }
}

/// Whether some byte may be the needless last one of a varint.
pub(super) fn may_be_overlong(content: &[u8]) -> bool {
    needless_byte(content, 0).is_some()
}

/// Where the first byte from `from` on stands that may be the needless last one of a varint: a zero behind a byte that
/// says that more follow.
pub(super) fn needless_byte(content: &[u8], from: usize) -> Option<usize> {
    let from = from.max(1);
    let says_more = |byte: Option<&u8>| byte.is_some_and(|byte| *byte >= 0x80);
    let mut zeros = memchr::memchr_iter(0, content.get(from..)?).map(|at| from + at);
    zeros.find(|at| says_more(content.get(at - 1)))
}
