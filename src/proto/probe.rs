//! Whether bytes look like protobuf at all: evidence for those who search where a payload starts.

use super::wire::Cursor;

/// Whether the bytes are fields from end to end, and at least one.
#[must_use]
pub fn looks_like_fields(payload: &[u8]) -> bool {
    let mut cursor = Cursor::new(payload);
    let mut fields = 0_usize;
    while let Some(field) = cursor.next_field() {
        if field.is_err() {
            return false;
        }
        fields += 1;
    }
    fields > 0
}
