//! Readings as JSON.
//!
//! In: a payload that was read, [`Decoded`]. Out: JSON, appended to a buffer. Values are written while walking over the
//! nodes; nothing is allocated for them. [`write_message`] writes canonical JSON where a type is known.
//! [`write()`] needs no schema:
//!
//! | in the payload | JSON |
//! |---|---|
//! | message, group | object; keys are field numbers in the order of their first occurrence |
//! | a field number that occurs more than once in a message | array of its values in the order of the bytes |
//! | integers | number, exact up to 64 bits |
//! | floats | shortest number that reads back the same; `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | text | string |
//! | bytes | `{"hex": "0a0b"}` |
//! | packed numbers | `{"packed": [1, 2], "hex": "0102"}` |
//! | what does not read as fields | `"unparsed": {"hex": "07"}`, last in its message |

mod gives_bytes;
mod style;
mod text;
mod typed;
mod untyped;

pub(super) use gives_bytes::Encodings;
pub use gives_bytes::{Beside, GivesBytes, gives_bytes, push_order};
pub use style::Style;
pub use text::{push_escape, push_f32, push_f64, push_hex, push_i64, push_string, push_u64};

use super::{Decoded, Reading, Schema, TypeId};
pub(super) use text::push_plain;
pub(super) use untyped::{push_bytes, push_content, push_key, push_node, push_number};
pub use untyped::{push_value, write};

/// Appends the whole payload: canonical proto3 JSON if it was read as a type of its schema, else as [`write()`] does.
///
/// Canonical (protobuf, "ProtoJSON Format"): declared fields come by number under their JSON names; 64-bit integers are
/// strings, bytes base64, enum values names. Beside them, under their numbers and in the form of [`write()`], stand
/// fields that the type does not have and values that do not fit their declaration; extensions are among these under
/// `[full.name]`. A `Timestamp`, `Duration`, `FieldMask` or `Value` out of its range and an `Any` of an unknown type
/// are written as the fields that they have. What protobuf leaves open is in `style`.
pub fn write_message(decoded: &Decoded<'_>, style: Style, out: &mut Vec<u8>) {
    let Decoded { bytes, reading, schema } = *decoded;
    match (schema, reading.message_type) {
        (Some(schema), Some(id)) => typed::write(reading, bytes, schema, id, style, out),
        _ => write(decoded, out),
    }
}

/// Appends `payload` as canonical JSON of a type, read and written in one go: as [`write_message`] after
/// [`Reading::read_typed`]. Returns whether it did: a payload that may have a problem, or is not in the order in which
/// encoders write, must be read, and then nothing is appended. `reading` is used on the way.
pub fn print_typed(
    payload: &[u8],
    typed: (&Schema, TypeId),
    style: Style,
    reading: &mut Reading,
    out: &mut Vec<u8>,
) -> bool {
    typed::print(payload, typed, style, reading, out)
}

#[cfg(test)]
mod tests;
