//! Payloads that are JSON (RFC 8259).
//!
//! In: bytes. Out: whether they are one JSON object or array, and that in a form in which it stands in a record: as it
//! was sent where it fits on a line, else without the white space between its tokens. Invariant: numbers, keys, their
//! order and escapes are those that were sent; only characters that are harmful to a terminal become escapes. What most
//! readers would refuse is not taken for JSON: nesting past [`limits::DEPTH`], half of a surrogate pair, a number that
//! no `double` holds.

use crate::limits;
use crate::proto::is_harmful;
use crate::proto::json::push_escape;
use serde_json::value::RawValue;

/// Whether a payload is one JSON object or array. A number or a string by itself is text.
#[must_use]
pub fn is_json(payload: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(payload) else { return false };
    text.trim_ascii_start().starts_with(['{', '[']) && serde_json::from_str::<&RawValue>(text).is_ok() && is_read(text)
}

/// Whether valid JSON can stand in a record as it is: on one line, with nothing that is harmful to a terminal, and
/// without white space around it, which is no part of a value.
#[must_use]
pub fn is_verbatim(payload: &[u8]) -> bool {
    std::str::from_utf8(payload).is_ok_and(|text| text.trim_ascii() == text && !text.contains(is_harmful))
}

/// Appends valid JSON as one line: as it is where [that can be](is_verbatim), else without the white space between
/// tokens.
pub fn push(payload: &[u8], out: &mut Vec<u8>) {
    let text = std::str::from_utf8(payload).unwrap_or_default().trim_ascii();
    if !text.contains(is_harmful) {
        return out.extend_from_slice(text.as_bytes());
    }
    let (mut in_string, mut is_escaped) = (false, false);
    for char in text.chars() {
        if !in_string && matches!(char, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        if is_harmful(char) {
            push_escape(out, char);
        } else {
            out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        }
        in_string ^= char == '"' && !is_escaped;
        is_escaped = in_string && char == '\\' && !is_escaped;
    }
}

/// Whether readers of JSON take `text`, which is valid JSON.
fn is_read(text: &str) -> bool {
    let (mut depth, mut rest) = (0, text.as_bytes());
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => match string(behind) {
                Some(after) => rest = after,
                None => return false,
            },
            b'-' | b'0'..=b'9' => {
                let is_of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
                let len = behind.iter().take_while(|byte| is_of_number(byte)).count();
                let number = text.len() - behind.len() - 1..text.len() - behind.len() + len;
                let value: Option<f64> = text.get(number).and_then(|number| number.parse().ok());
                if !value.is_some_and(f64::is_finite) {
                    return false;
                }
                rest = behind.get(len..).unwrap_or_default();
            }
            _ => {}
        }
        if depth > usize::from(limits::DEPTH) {
            return false;
        }
    }
    true
}

/// What is behind a string of valid JSON, of which `rest` begins behind the opening quote; none if it has half of a
/// surrogate pair.
fn string(mut rest: &[u8]) -> Option<&[u8]> {
    let unit = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|text| u16::from_str_radix(text, 16).ok());
    loop {
        rest = match rest {
            [b'"', after @ ..] => return Some(after),
            [b'\\', b'u', a, b, c, d, after @ ..] => match (unit(&[*a, *b, *c, *d])?, after) {
                (0xd800..=0xdbff, [b'\\', b'u', a, b, c, d, after @ ..])
                    if matches!(unit(&[*a, *b, *c, *d]), Some(0xdc00..=0xdfff)) =>
                {
                    after
                }
                (0xd800..=0xdfff, _) => return None,
                _ => after,
            },
            [b'\\', _, after @ ..] | [_, after @ ..] => after,
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn pushed(json: &str) -> String {
        let mut out = Vec::new();
        push(json.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn objects_and_arrays_are_json_and_a_number_alone_is_text() {
        for json in ["{}", " [1, 2.50e3] ", r#"{"a \" b": "\ud83d\ude00"}"#, "[\n]"] {
            assert!(is_json(json.as_bytes()), "{json}");
        }
        for other in [
            "",
            "17",
            "\"a\"",
            "true",
            "{",
            "{} {}",
            "{a:1}",
            "[1e999]",
            r#"["\ud83d"]"#,
            r#"["\ude00\ud83d"]"#,
            "[01]",
        ] {
            assert!(!is_json(other.as_bytes()), "{other}");
        }
        assert!(!is_json(b"[\"\xff\"]"));
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(is_json(nested(100).as_bytes()) && !is_json(nested(101).as_bytes()));
        assert!(!is_json(nested(1_000_000).as_bytes()));
    }

    #[test]
    fn json_of_one_line_stands_as_it_was_sent_and_other_json_without_the_space_between_tokens() {
        let sent = r#"{ "a": [1, 2.50, 1E+2, 123456789012345678901234567890], "a": "é \u0041 \\" }"#;
        assert_eq!(pushed(sent), sent);
        assert_eq!(pushed("{ \"a \\\" b\" :\n [1, \"x y\\\\\" , 2.50] }"), r#"{"a \" b":[1,"x y\\",2.50]}"#);
        assert_eq!(pushed("[\"\u{202e}\u{9b}\"]"), r#"["\u202e\u009b"]"#);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_pushed_is_one_harmless_line_that_says_the_same(value in any_json()) {
            for sent in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let line = pushed(&sent);
                prop_assert!(!line.contains(is_harmful), "{line:?}");
                prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value.clone());
                prop_assert_eq!(is_json(sent.as_bytes()), value.is_object() || value.is_array());
            }
        }

        #[test]
        fn any_bytes_are_json_only_if_readers_take_them(bytes in "[\\[\\]{}\",:0-9eu\\\\d\\-. a]{0,12}") {
            if is_json(bytes.as_bytes()) {
                prop_assert!(serde_json::from_str::<Value>(&bytes).is_ok(), "{bytes}");
            }
        }
    }
}
