//! The pieces of JSON: strings, numbers, hex.
//!
//! In: one value. Out: its JSON, appended. Invariants: what is appended is ASCII where
//! the value is harmful to a terminal ([`is_harmful`]) and always valid JSON. Allocates nothing beyond the output.

use crate::proto::harmful::{first_bytes, is_harmful};

/// Appends `text` as a JSON string.
///
/// Escaped are quote, backslash and control characters, as JSON demands, and whatever else [`is_harmful`] names.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    push_utf8(out, text.as_bytes());
}

/// Appends `text` as [`push_string`] does. It is known to be UTF-8, and not looked at again.
pub(super) fn push_utf8(out: &mut Vec<u8>, text: &[u8]) {
    if is_plain(text) {
        return push_as_is(out, text);
    }
    out.push(b'"');
    let mut written = 0;
    let mut at = 0;
    while let Some(found) = next_to_look_at(text, at) {
        at = found + 1;
        let Some(char) = first_char(text.get(found..).unwrap_or_default()) else { continue };
        if matches!(char, '"' | '\\') || is_harmful(char) {
            out.extend_from_slice(text.get(written..found).unwrap_or_default());
            push_escape(out, char);
            written = found + char.len_utf8();
            at = written;
        }
    }
    out.extend_from_slice(text.get(written..).unwrap_or_default());
    out.push(b'"');
}

/// Appends text as a JSON string, if it is text: what is plain ASCII is seen and copied without another look. Returns
/// whether it is.
#[inline]
pub(in crate::proto) fn push_plain(out: &mut Vec<u8>, text: &[u8]) -> bool {
    if is_plain(text) {
        push_as_is(out, text);
        return true;
    }
    let is_text = std::str::from_utf8(text).is_ok();
    if is_text {
        push_utf8(out, text);
    }
    is_text
}

/// Appends a string of which nothing has to be escaped.
#[inline]
fn push_as_is(out: &mut Vec<u8>, text: &[u8]) {
    const QUOTE: u128 = b'"' as u128;
    // Names and words mostly fit into one word with their quotes.
    if let Some(word) = word_of(text).filter(|_| text.len() <= 14) {
        return push_word(out, QUOTE | word << 8 | QUOTE << (8 * (text.len() + 1)), text.len() + 2);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

/// Appends `name` as a key with its colon, and a comma before it if it is not the first one. `is_plain`: nothing in it
/// has to be escaped.
pub(super) fn push_key(out: &mut Vec<u8>, name: &str, is_plain: bool, is_first: bool) {
    if !is_first {
        out.push(b',');
    }
    if is_plain {
        out.push(b'"');
        push_short(out, name.as_bytes());
        out.extend_from_slice(b"\":");
    } else {
        push_string(out, name);
        out.push(b':');
    }
}

/// Text of 4 to 16 bytes as a word, the first byte lowest: from its first and last 8 or 4 bytes, which may overlap.
#[inline(always)]
fn word_of(text: &[u8]) -> Option<u128> {
    let len = text.len();
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let first = u128::from(u64::from_le_bytes(*first));
        return (len <= 16).then(|| first | u128::from(u64::from_le_bytes(*last)) << (8 * (len - 8)));
    }
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    Some(u128::from(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4))))
}

/// Where from `at` on a character starts that may have to be escaped. Eight bytes are looked at together.
fn next_to_look_at(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        if !is_plain_ascii(*chunk) {
            break;
        }
        at += 8;
    }
    // The rest once more with bytes that were looked at already.
    if text.len() - at < 8 && text.last_chunk::<8>().is_some_and(|chunk| is_plain_ascii(*chunk)) {
        return None;
    }
    let harmful = first_bytes();
    let needs_a_look =
        |byte: &u8| matches!(byte, b'"' | b'\\') || harmful.get(usize::from(*byte)).copied().unwrap_or_default();
    text.get(at..)?.iter().position(needs_a_look).map(|found| at + found)
}

/// Whether text is printable ASCII without quote and backslash. Doubts are no.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let (chunks, rest) = text.as_chunks::<8>();
    let rest_is_plain = match (text.last_chunk::<8>(), text.first_chunk::<4>(), text.last_chunk::<4>()) {
        // The rest with bytes that are looked at anyway.
        (Some(last), ..) => is_plain_ascii(*last),
        (None, Some(first), Some(last)) => is_plain_ascii(u64_of(*first, *last).to_ne_bytes()),
        _ => rest.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')),
    };
    rest_is_plain && chunks.iter().all(|chunk| is_plain_ascii(*chunk))
}

/// A word of two halves, the first lowest.
#[inline(always)]
const fn u64_of(first: [u8; 4], last: [u8; 4]) -> u64 {
    u32::from_le_bytes(first) as u64 | (u32::from_le_bytes(last) as u64) << 32
}

/// Whether all bytes are printable ASCII but quote and backslash. Doubts are no.
#[inline]
fn is_plain_ascii(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_ne_bytes(bytes);
    // The high bit of each byte that is zero (and perhaps of a byte above such a one).
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let is = |byte: u8| has_zero(word ^ (ONES * u64::from(byte)));
    let is_control = word.wrapping_sub(ONES * 0x20);
    let is_delete = word.wrapping_add(ONES);
    ((word | is_control | is_delete) & (ONES << 7)) | is(b'"') | is(b'\\') == 0
}

/// The character at the start of UTF-8. None in the middle of one.
fn first_char(text: &[u8]) -> Option<char> {
    let bytes = text.get(..4).unwrap_or(text);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().next(),
        // The next characters may be cut off.
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?.chars().next(),
    }
}

/// Appends the escape of a character; those above U+FFFF take two, a surrogate pair (RFC 8259 section 7).
pub fn push_escape(out: &mut Vec<u8>, char: char) {
    let short = match char {
        '"' | '\\' => char,
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0c' => 'f',
        '\r' => 'r',
        _ => {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(b"\\u");
                push_hex_digits(out, &unit.to_be_bytes());
            }
            return;
        }
    };
    out.push(b'\\');
    short.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push(byte));
}

/// Appends `value` as a JSON number.
#[inline]
pub fn push_u64(out: &mut Vec<u8>, value: u64) {
    match u8::try_from(value) {
        Ok(digit @ 0..10) => out.push(b'0' + digit),
        _ => push_short(out, itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// Appends `value` as a JSON number.
pub fn push_i64(out: &mut Vec<u8>, value: i64) {
    push_short(out, itoa::Buffer::new().format(value).as_bytes());
}

/// Appends the shortest number that reads back as `value`; `"NaN"`, `"Infinity"` and `"-Infinity"` as in proto3 JSON.
pub fn push_f64(out: &mut Vec<u8>, value: f64) {
    push_float(out, value, value);
}

/// Appends a number as [`push_f64`] does, shortest for 32 bits.
pub fn push_f32(out: &mut Vec<u8>, value: f32) {
    push_float(out, value.into(), value);
}

fn push_float(out: &mut Vec<u8>, value: f64, exact: impl zmij::Float) {
    if value.is_finite() {
        push_short(out, zmij::Buffer::new().format_finite(exact).as_bytes());
    } else if value.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else {
        out.extend_from_slice(if value > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
    }
}

/// Appends a few bytes. Numbers are so short that the call of a copy costs more than the copy.
#[inline(always)]
fn push_short(out: &mut Vec<u8>, bytes: &[u8]) {
    match word_of(bytes) {
        Some(word) => push_word(out, word, bytes.len()),
        None => out.extend_from_slice(bytes),
    }
}

/// Appends the first `len` bytes of a word, lowest first. More are written, and taken back.
#[inline(always)]
pub(super) fn push_word(out: &mut Vec<u8>, word: u128, len: usize) {
    let end = out.len() + len;
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(end);
}

/// Appends `bytes` as a JSON string of lower-case hex digits, two a byte.
pub fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    push_hex_digits(out, bytes);
    out.push(b'"');
}

fn push_hex_digits(out: &mut Vec<u8>, bytes: &[u8]) {
    const FEW: usize = 16;
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
    // Identifiers are mostly that long.
    if let Ok(bytes) = <&[u8; 16]>::try_from(bytes) {
        return out.extend_from_slice(bytes.map(|byte| [digit(byte >> 4), digit(byte & 15)]).as_flattened());
    }
    let start = out.len();
    out.resize(start + 2 * bytes.len(), 0);
    if bytes.len() > FEW {
        // Of many bytes the compiler makes vectors.
        let (pairs, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut();
        for (pair, byte) in pairs.iter_mut().zip(bytes) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        return;
    }
    let (digits, last) = out.get_mut(start..).unwrap_or_default().as_chunks_mut();
    let (chunks, rest) = bytes.as_chunks();
    digits.iter_mut().zip(chunks).for_each(|(digits, chunk)| *digits = hex_digits(*chunk).to_le_bytes());
    let (pairs, _) = last.as_chunks_mut();
    for (pair, byte) in pairs.iter_mut().zip(rest) {
        let [high, low, ..] = hex_digits([*byte, 0, 0, 0]).to_le_bytes();
        *pair = [high, low];
    }
}

/// The digits of four bytes as a word, the first lowest: all eight are worked out together.
#[inline(always)]
const fn hex_digits(bytes: [u8; 4]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    // Every byte into two: first into halves of 16 bits, then a nibble into each byte.
    let word = u32::from_le_bytes(bytes) as u64;
    let word = (word | word << 16) & 0x0000_ffff_0000_ffff;
    let word = (word | word << 8) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (word >> 4 | word << 8) & (ONES * 0x0f);
    let is_letter = (nibbles + ONES * 6) >> 4 & ONES;
    nibbles + ONES * b'0' as u64 + is_letter * (b'a' - 10 - b'0') as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> String {
        let mut out = Vec::new();
        push_string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_character_reads_back_and_no_harmful_one_is_printed() {
        for char in (0..=0x10_ffff).filter_map(char::from_u32) {
            let json = string(&format!("a{char}z"));
            assert!(!json.chars().any(is_harmful), "{json:?}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), format!("a{char}z"));
            assert_eq!(json.contains('\\'), is_harmful(char) || matches!(char, '"' | '\\'), "{json}");
        }
    }

    #[test]
    fn every_character_is_found_at_every_place() {
        for (char, at) in
            ['"', '\\', '\n', '\x7f', '\u{9b}', '\u{202e}', '\u{e0001}'].iter().zip(0..).cycle().take(7 * 40)
        {
            let text = format!("{}{char}{}", "a".repeat(at % 40), "é~ ".repeat(9));
            assert_eq!(serde_json::from_str::<String>(&string(&text)).unwrap(), text);
            assert!(string(&text).contains('\\'), "{text:?}");
        }
    }

    #[test]
    fn escapes_are_the_short_ones_where_json_has_them() {
        assert_eq!(string("\"\\\x08\t\n\x0c\r\x1b\x7f\u{9b}\u{202e}"), r#""\"\\\b\t\n\f\r\u001b\u007f\u009b\u202e""#);
    }

    proptest! {
        #[test]
        fn strings_read_back(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&string(&text)).unwrap(), text);
        }

        #[test]
        fn numbers_read_back_exactly(value in any::<u64>()) {
            let mut out = Vec::new();
            push_u64(&mut out, value);
            out.push(b' ');
            push_i64(&mut out, value.cast_signed());
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{value} {}", value.cast_signed()));
        }

        #[test]
        fn floats_are_those_of_serde_json_or_their_names(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let mut out = Vec::new();
            push_f64(&mut out, value);
            let text = String::from_utf8(out).unwrap();
            let expected = if value.is_finite() { serde_json::to_string(&value).unwrap() } else { format!("\"{}\"", name(value)) };
            prop_assert_eq!(text, expected);
        }
    }

    fn name(value: f64) -> &'static str {
        if value.is_nan() {
            "NaN"
        } else if value < 0.0 {
            "-Infinity"
        } else {
            "Infinity"
        }
    }

    #[test]
    fn a_float_is_as_short_as_32_bits_allow() {
        let mut out = Vec::new();
        push_f32(&mut out, 0.1);
        out.push(b' ');
        push_f32(&mut out, f32::NEG_INFINITY);
        assert_eq!(out, b"0.1 \"-Infinity\"");
    }

    #[test]
    fn hex_has_two_digits_a_byte() {
        let mut out = Vec::new();
        push_hex(&mut out, &[0, 0x0a, 0xff]);
        assert_eq!(out, b"\"000aff\"");
        let bytes: Vec<u8> = (0..=255).rev().collect();
        for len in 0..=bytes.len() {
            out.clear();
            push_hex(&mut out, &bytes[..len]);
            assert_eq!(String::from_utf8_lossy(&out), format!("\"{}\"", hex::encode(&bytes[..len])));
        }
    }
}
