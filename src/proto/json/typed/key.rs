//! Keys of declared fields.

use crate::proto::json::{Style, text};
use crate::proto::schema::Field;

/// Appends the name of a field and a colon, with a comma before them if it is not the first one.
#[inline(always)]
pub(super) fn push_key(field: &Field, style: Style, is_first: bool, out: &mut Vec<u8>) {
    let name = if style.proto_names { &field.name } else { &field.json_name };
    text::push_key(out, name, field.has_plain_names, is_first);
}
