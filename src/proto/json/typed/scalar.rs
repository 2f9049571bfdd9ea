//! Numbers, booleans, enums and bytes in their JSON form, from their raw values on the wire.

use super::text;
use crate::proto::element::Number;
use crate::proto::guided::check::low32;
use crate::proto::schema::{Field, FieldKind, Schema};
use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use std::io::Write as _;

/// The number that a raw value stands for; one too large for 32 bits is cut, as decoders do.
pub(super) fn number(kind: FieldKind, value: u64) -> Option<Number> {
    let cut = match kind {
        FieldKind::Int32 => i64::from(low32(value)).cast_unsigned(),
        FieldKind::Uint32 | FieldKind::Sint32 => u64::from(low32(value).cast_unsigned()),
        _ => value,
    };
    Number::of(kind.shape(), cut)
}

/// Whether a value is the default of its field: a raw value, or the length of a string or bytes. Messages have none.
pub(super) fn is_default(schema: &Schema, field: &Field, value: u64) -> bool {
    match field.kind {
        FieldKind::String | FieldKind::Bytes => value == 0,
        FieldKind::Enum => low32(value) == enum_default(schema, field),
        kind => is_zero(kind, value),
    }
}

/// The first value of the enum of a field.
pub(super) fn enum_default(schema: &Schema, field: &Field) -> i32 {
    field.enum_type.and_then(|id| schema.enum_type(id)).map_or(0, |enumeration| enumeration.default)
}

/// Appends the value of a field that is a number, a boolean or an enum.
pub(super) fn push(schema: &Schema, field: &Field, value: u64, out: &mut Vec<u8>) {
    match field.kind {
        FieldKind::Enum => push_enum(schema, field, low32(value), out),
        kind => write(kind, value, out),
    }
}

/// Appends the name of a number of an enum; a number without a name as it is.
pub(super) fn push_enum(schema: &Schema, field: &Field, number: i32, out: &mut Vec<u8>) {
    let enumeration = field.enum_type.and_then(|id| schema.enum_type(id));
    match enumeration.map(|enumeration| (enumeration.is_null, enumeration.value_name(number))) {
        Some((true, _)) => out.extend_from_slice(b"null"),
        Some((false, Some(name))) => text::push_string(out, name),
        _ => text::push_i64(out, number.into()),
    }
}

/// Whether a raw value is the default of its kind. Minus zero is not: encoders write it, and it is not to be lost.
fn is_zero(kind: FieldKind, value: u64) -> bool {
    match number(kind, value) {
        Some(Number::Float(value)) => value.to_bits() == 0,
        Some(Number::Double(value)) => value.to_bits() == 0,
        Some(Number::Unsigned(value)) => value == 0,
        Some(Number::Signed(value)) => value == 0,
        Some(Number::Bool(value)) => !value,
        None => false,
    }
}

/// Appends a number or boolean. 64-bit integers are strings, since JSON readers may have no more than doubles.
pub(super) fn write(kind: FieldKind, value: u64, out: &mut Vec<u8>) {
    let is_64_bits = matches!(
        kind,
        FieldKind::Int64 | FieldKind::Uint64 | FieldKind::Sint64 | FieldKind::Fixed64 | FieldKind::Sfixed64
    );
    match number(kind, value) {
        Some(number) if is_64_bits => quoted(number, out),
        Some(number) => plain(number, out),
        None => {}
    }
}

/// Appends a number or boolean as a string, as 64-bit integers and the keys of maps are.
pub(super) fn quoted(number: Number, out: &mut Vec<u8>) {
    out.push(b'"');
    plain(number, out);
    out.push(b'"');
}

fn plain(number: Number, out: &mut Vec<u8>) {
    match number {
        Number::Unsigned(value) => text::push_u64(out, value),
        Number::Signed(value) => text::push_i64(out, value),
        Number::Float(value) => text::push_f32(out, value),
        Number::Double(value) => text::push_f64(out, value),
        Number::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
    }
}

/// Appends bytes as a string in base64, padded.
pub(super) fn base64(content: &[u8], out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = write!(out, "\"{}\"", Base64Display::new(content, &BASE64_STANDARD));
}
