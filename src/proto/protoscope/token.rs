//! Tokens of the language: numbers, strings, hexadecimal bytes.
//!
//! In: one value. Out: the token, or the tokens, that emit its bytes.

use crate::proto::element::Number;
use crate::proto::wire::varint_len;
use crate::proto::{Shape, WireType, is_harmful};
use std::fmt::Write as _;

/// Most bytes of a hexadecimal literal, so that it fits on a line.
const HEX_BYTES: usize = 32;

/// Token of a varint of `len` bytes; what makes it longer than needed stands before it.
pub(super) fn varint(shape: Shape, value: u64, len: usize) -> String {
    match (shape, Number::of(shape, value)) {
        // Words have one form only.
        (Shape::Bool, _) if value <= 1 && len == 1 => (value == 1).to_string(),
        (Shape::ZigZag, Some(Number::Signed(value))) => format!("{value}z"),
        (Shape::Unsigned, _) => value.to_string(),
        // Of an enum too the wire has 64 bits.
        _ => value.cast_signed().to_string(),
    }
}

/// Token of a field of four or eight bytes.
pub(super) fn fixed(wire_type: WireType, shape: Shape, value: u64) -> String {
    let width = if wire_type == WireType::I32 { 32 } else { 64 };
    match (wire_type, Number::of(shape, value)) {
        (WireType::I32, Some(Number::Float(float))) => float32(float),
        (WireType::I64, Some(Number::Double(double))) => float64(double),
        (_, Some(Number::Signed(value))) => format!("{value}i{width}"),
        _ => format!("{value}i{width}"),
    }
}

/// Token of an element of a packed field, with its long form before it if it has one.
pub(super) fn element(shape: Shape, value: u64, len: usize) -> String {
    match shape {
        Shape::Fixed32 | Shape::SFixed32 | Shape::Float => fixed(WireType::I32, shape, value),
        Shape::Fixed64 | Shape::SFixed64 | Shape::Double => fixed(WireType::I64, shape, value),
        _ => match len - varint_len(value) {
            0 => varint(shape, value, len),
            extra => format!("long-form:{extra} {}", varint(shape, value, len)),
        },
    }
}

/// A decimal that gives the same bits back, read as 32 bits or first as 64; NaNs, of which there are many, as integers.
fn float32(value: f32) -> String {
    let decimal = decimal(&format!("{value:?}"));
    let by_way_of_64 = decimal.parse().map(narrowed);
    match by_way_of_64 {
        _ if value.is_infinite() => (if value > 0.0 { "inf32" } else { "-inf32" }).to_owned(),
        Ok(back) if f32::to_bits(back) == value.to_bits() => format!("{decimal}i32"),
        _ => format!("{:#010x}i32", value.to_bits()),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
fn narrowed(value: f64) -> f32 {
    value as f32
}

fn float64(value: f64) -> String {
    if value.is_infinite() {
        (if value > 0.0 { "inf64" } else { "-inf64" }).to_owned()
    } else if value.is_nan() {
        format!("{:#018x}i64", value.to_bits())
    } else {
        decimal(&format!("{value:?}"))
    }
}

/// Puts digits on both sides of a point, as the language wants: `1e16` is `1.0e16`.
fn decimal(shortest: &str) -> String {
    match shortest.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => shortest.to_owned(),
    }
}

/// Bytes as quoted strings, a line of text each, if they are text or `is_text`; else in hexadecimal digits.
pub(super) fn literals(bytes: &[u8], is_text: bool) -> Vec<String> {
    let is_plain = !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, 0x20..=0x7e));
    match std::str::from_utf8(bytes) {
        Ok("") if is_text => vec!["\"\"".to_owned()],
        Ok(text) if is_text || is_plain => text.split_inclusive('\n').map(quoted).collect(),
        _ => bytes.chunks(HEX_BYTES).map(|chunk| format!("`{}`", hex::encode(chunk))).collect(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            _ if is_harmful(char) => {
                for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(out, "\\x{byte:02x}");
                }
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// A name without line ends, for comments, which end with the line.
pub(super) fn harmless(name: &str) -> String {
    name.chars().map(|char| if is_harmful(char) { '\u{fffd}' } else { char }).collect()
}
