//! MessagePack by its specification: a second encoder, of the forms that the specification gives, is the oracle.

use super::{is_msgpack, push};
use crate::limits;
use proptest::prelude::*;
use serde_json::Value as Json;

/// A value of MessagePack, and whether it is written in its shortest form.
#[derive(Clone, Debug)]
enum Value {
    Nil,
    Bool(bool),
    Int(i64, bool),
    Large(u64),
    Float(f32),
    Double(f64),
    Text(String, bool),
    Binary(Vec<u8>, bool),
    Extension(i8, Vec<u8>),
    Array(Vec<Value>, bool),
    Map(Vec<(Value, Value)>, bool),
}

fn length(out: &mut Vec<u8>, len: usize, (fixed, most): (u8, usize), wider: [u8; 3], shortest: bool) {
    match len {
        _ if len <= most && shortest => out.push(fixed | u8::try_from(len).unwrap()),
        _ if len < 256 && shortest && wider[0] != 0 => out.extend([wider[0], u8::try_from(len).unwrap()]),
        _ if len < 65_536 && shortest => {
            out.push(wider[1]);
            out.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        _ => {
            out.push(wider[2]);
            out.extend(u32::try_from(len).unwrap().to_be_bytes());
        }
    }
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.push(0xc0),
        Value::Bool(value) => out.push(0xc2 + u8::from(*value)),
        Value::Int(value, false) => {
            out.push(0xd3);
            out.extend(value.to_be_bytes());
        }
        Value::Int(value, true) => {
            let bytes = value.to_be_bytes();
            let (marker, len) = match *value {
                -32..=127 => return out.push(bytes[7]),
                128..=0xff => (0xcc, 1),
                0x100..=0xffff => (0xcd, 2),
                0x1_0000..=0xffff_ffff => (0xce, 4),
                0x1_0000_0000.. => (0xcf, 8),
                -0x80..=-33 => (0xd0, 1),
                -0x8000..=-0x81 => (0xd1, 2),
                -0x8000_0000..=-0x8001 => (0xd2, 4),
                _ => (0xd3, 8),
            };
            out.push(marker);
            out.extend(&bytes[8 - len..]);
        }
        Value::Large(value) => {
            out.push(0xcf);
            out.extend(value.to_be_bytes());
        }
        Value::Float(value) => {
            out.push(0xca);
            out.extend(value.to_be_bytes());
        }
        Value::Double(value) => {
            out.push(0xcb);
            out.extend(value.to_be_bytes());
        }
        Value::Text(text, shortest) => {
            length(out, text.len(), (0xa0, 31), [0xd9, 0xda, 0xdb], *shortest);
            out.extend(text.as_bytes());
        }
        Value::Binary(bytes, shortest) => {
            length(out, bytes.len(), (0xc4, 0), [0xc4, 0xc5, 0xc6], *shortest);
            // The form without a length byte is the one of texts.
            if bytes.is_empty() && *shortest {
                out.push(0);
            }
            out.extend(bytes);
        }
        Value::Extension(of_type, bytes) => {
            match bytes.len() {
                len @ (1 | 2 | 4 | 8 | 16) => out.push(0xd4 + u8::try_from(len.ilog2()).unwrap()),
                len => out.extend([0xc7, u8::try_from(len).unwrap()]),
            }
            out.extend(of_type.to_be_bytes());
            out.extend(bytes);
        }
        Value::Array(values, shortest) => {
            length(out, values.len(), (0x90, 15), [0, 0xdc, 0xdd], *shortest);
            values.iter().for_each(|value| encode(value, out));
        }
        Value::Map(pairs, shortest) => {
            length(out, pairs.len(), (0x80, 15), [0, 0xde, 0xdf], *shortest);
            for (key, value) in pairs {
                encode(key, out);
                encode(value, out);
            }
        }
    }
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out);
    out
}

/// The value that JSON means by the rules of `docs/output.md`.
fn meant(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) if number.is_f64() => Value::Double(number.as_f64().unwrap()),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Value::Int(value, true),
            None => Value::Large(number.as_u64().unwrap()),
        },
        Json::String(text) => Value::Text(text.clone(), true),
        Json::Array(values) => Value::Array(values.iter().map(meant).collect(), true),
        Json::Object(members) => {
            let hex_of = |value: &Json| hex::decode(value.as_str().unwrap()).unwrap();
            let first = members.iter().next().map(|(key, value)| (key.as_str(), value));
            match first {
                Some(("hex", bytes)) => Value::Binary(hex_of(bytes), true),
                Some(("ext", of_type)) => {
                    Value::Extension(i8::try_from(of_type.as_i64().unwrap()).unwrap(), hex_of(&members["hex"]))
                }
                Some(("map", pairs)) => {
                    let pair = |pair: &Json| (meant(&pair[0]), meant(&pair[1]));
                    Value::Map(pairs.as_array().unwrap().iter().map(pair).collect(), true)
                }
                _ => {
                    let pair = |(key, value): (&String, &Json)| (Value::Text(key.clone(), true), meant(value));
                    Value::Map(members.iter().map(pair).collect(), true)
                }
            }
        }
    }
}

/// The bytes that JSON means: of one value, or of several behind each other.
fn bytes_meant(json: &Json) -> Vec<u8> {
    let first = json.as_object().and_then(|members| members.iter().next());
    match first {
        Some((key, values)) if key == "values" => {
            values.as_array().unwrap().iter().flat_map(|value| encoded(&meant(value))).collect()
        }
        _ => encoded(&meant(json)),
    }
}

fn pushed(payload: &[u8]) -> (String, bool) {
    let mut out = Vec::new();
    let says_all = push(payload, &mut out);
    (String::from_utf8(out).unwrap(), says_all)
}

fn any_value() -> impl Strategy<Value = Value> {
    let key = prop_oneof!["[a-c]{0,2}", Just("hex".to_owned()), Just("map".to_owned()), Just("values".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        (any::<i64>(), 0..64_u32, any::<bool>()).prop_map(|(value, shift, form)| Value::Int(value >> shift, form)),
        (1_u64 << 63..).prop_map(Value::Large),
        any::<f32>().prop_map(Value::Float),
        any::<f64>().prop_map(Value::Double),
        (any::<String>(), any::<bool>()).prop_map(|(text, form)| Value::Text(text, form)),
        (prop::collection::vec(any::<u8>(), 0..300), any::<bool>())
            .prop_map(|(bytes, form)| Value::Binary(bytes, form)),
        (any::<i8>(), prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(kind, bytes)| Value::Extension(kind, bytes)),
    ];
    leaf.prop_recursive(4, 60, 20, move |inner| {
        let text_key = key.clone().prop_map(|text| Value::Text(text, true));
        let pair = prop_oneof![9 => (text_key, inner.clone()), 1 => (inner.clone(), inner.clone())];
        prop_oneof![
            (prop::collection::vec(inner, 0..20), any::<bool>()).prop_map(|(values, form)| Value::Array(values, form)),
            (prop::collection::vec(pair, 0..6), any::<bool>()).prop_map(|(pairs, form)| Value::Map(pairs, form)),
        ]
    })
}

proptest! {
    #[test]
    fn json_that_says_everything_gives_the_bytes_back(values in prop::collection::vec(any_value(), 1..3)) {
        let payload: Vec<u8> = values.iter().flat_map(encoded).collect();
        let is_container = |value: &Value| matches!(value, Value::Array(..) | Value::Map(..));
        prop_assert_eq!(is_msgpack(&payload), values.iter().all(is_container));
        if is_msgpack(&payload) {
            let (json, says_all) = pushed(&payload);
            let json: Json = serde_json::from_str(&json).unwrap();
            if says_all {
                prop_assert_eq!(bytes_meant(&json), payload, "{}", json);
            }
        }
    }

    #[test]
    fn whatever_is_msgpack_is_written_as_json(payload in prop::collection::vec(any::<u8>(), 0..40), first in 0x80_u8..0xa0) {
        let payload = [vec![first], payload].concat();
        for end in 0..payload.len() {
            let part = &payload[..end];
            if is_msgpack(part) {
                prop_assert!(serde_json::from_str::<Json>(&pushed(part).0).is_ok(), "{part:02x?}");
            }
        }
    }
}

#[test]
fn the_shortest_forms_say_everything_and_others_do_not() {
    for (payload, json, says_all) in [
        (&b"\x82\xa7compact\xc3\xa6schema\x00"[..], r#"{"compact":true,"schema":0}"#, true),
        (b"\x93\xd1\xff\x00\xff\xcc\x80", "[-256,-1,128]", true),
        (b"\x91\xcd\x00\x05", "[5]", false),
        (b"\x92\xcb\x3f\xf8\0\0\0\0\0\0\xca\x3f\xc0\0\0", "[1.5,1.5]", false),
        (b"\x91\xcb\x40\x14\0\0\0\0\0\0", "[5.0]", true),
        (b"\x81\x07\x92\xc4\x01\xff\xd4\x05\x0a", r#"{"map":[[7,[{"hex":"ff"},{"ext":5,"hex":"0a"}]]]}"#, true),
        (b"\x82\xa1a\x01\xa1a\x02", r#"{"map":[["a",1],["a",2]]}"#, true),
        (b"\x81\xa3hex\xa2ff", r#"{"hex":"ff"}"#, false),
        (b"\x91\xa1\xff", r#"[{"hex":"ff"}]"#, false),
        (b"\x80\x90", r#"{"values":[{},[]]}"#, true),
    ] {
        assert!(is_msgpack(payload), "{payload:02x?}");
        assert_eq!(pushed(payload), (json.to_owned(), says_all));
    }
}

#[test]
fn what_is_cut_off_scalar_or_reserved_is_no_msgpack() {
    for payload in [&b""[..], b"\x07", b"\xa1a", b"\x91", b"\x81\xa1a", b"\x91\xc1", b"\x90\x07", b"\x92\x01"] {
        assert!(!is_msgpack(payload), "{payload:02x?}");
    }
}

#[test]
fn a_count_that_is_claimed_costs_nothing_and_no_depth_ends_the_stack() {
    assert!(!is_msgpack(b"\xdd\xff\xff\xff\xff\x01"));
    assert!(!is_msgpack(b"\xdf\x7f\xff\xff\xff\x01\x02"));
    assert!(!is_msgpack(b"\xc6\xff\xff\xff\xff\x01"));
    let nested = |depth: usize| [vec![0x91; depth], vec![0xc0]].concat();
    let most = usize::from(limits::DEPTH);
    assert!(is_msgpack(&nested(most)) && !is_msgpack(&nested(most + 1)) && !is_msgpack(&nested(1 << 20)));
    assert_eq!(pushed(&nested(most)).0.len(), 2 * most + 4);
}
