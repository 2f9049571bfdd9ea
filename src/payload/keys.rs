//! Values in JSON objects and MessagePack maps by their keys.
//!
//! In: a payload, and a path of keys. Out: the value there, if it is a number, a text or bytes. Invariant: of several
//! values with one key the first counts, objects in arrays have no path, and nothing nested past `LEVELS` is looked
//! into. Not responsible for whether a payload is JSON or MessagePack to its last byte.

mod in_json;
mod in_msgpack;
mod scalar;

use super::{json, msgpack};
pub use scalar::Scalar;
use scalar::Told;
use std::borrow::Cow;
use std::fmt;

/// Objects inside each other that are looked into.
const LEVELS: usize = 8;

/// Keys from the payload down, at least one: `meta.id` is `id` in the object at `meta`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPath(Box<[Box<str>]>);

impl KeyPath {
    /// Parses keys with dots between them; none if one is empty or there are too many.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Box<[Box<str>]> = text.split('.').map(Box::from).collect();
        (keys.len() <= LEVELS && keys.iter().all(|key| !key.is_empty())).then_some(Self(keys))
    }

    /// The path of these keys; none if it could not be written.
    pub(crate) fn of(keys: &[Cow<'_, str>]) -> Option<Self> {
        let is_plain = |key: &Cow<'_, str>| !key.is_empty() && !key.contains('.');
        keys.iter().all(is_plain).then(|| Self(keys.iter().map(|key| Box::from(&**key)).collect()))
    }

    /// Whether these are the keys of the path.
    pub(crate) fn is(&self, keys: &[Cow<'_, str>]) -> bool {
        keys.len() == self.0.len() && keys.iter().zip(&self.0).all(|(at, key)| **at == **key)
    }

    /// The value at the path of a payload that is a JSON object or a MessagePack map.
    #[must_use]
    pub fn find<'a>(&self, payload: &'a [u8]) -> Option<Scalar<'a>> {
        let mut found = None;
        walk(payload, self.0.len(), &mut |path, value| {
            if found.is_none() && self.is(path) {
                found = Some(value);
            }
            found.is_none()
        });
        found
    }
}

/// Calls `told` for each value of a payload that is a JSON object or a MessagePack map to its last byte, nested at most
/// `levels` deep, with the keys from the payload down to it. Whether the payload is one.
pub fn values<'a>(payload: &'a [u8], levels: usize, mut told: impl FnMut(&[Cow<'a, str>], Scalar<'a>)) -> bool {
    let is_read = if is_object(payload) { json::is_json(payload) } else { msgpack::is_msgpack(payload) };
    if is_read {
        walk(payload, levels, &mut |path, value| {
            told(path, value);
            true
        });
    }
    is_read
}

fn walk<'a>(payload: &'a [u8], levels: usize, told: &mut Told<'_, 'a>) {
    let levels = levels.min(LEVELS);
    if is_object(payload) {
        in_json::walk(payload, levels, told);
    } else {
        in_msgpack::walk(payload, levels, told);
    }
}

/// Whether a payload begins as a JSON object does.
fn is_object(payload: &[u8]) -> bool {
    payload.trim_ascii_start().starts_with(b"{")
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &str, payload: &[u8]) -> Option<String> {
        KeyPath::parse(path)?.find(payload).map(|value| match value {
            Scalar::Number(number) => number.to_string(),
            Scalar::Bytes(bytes) => format!("{:?}", String::from_utf8_lossy(&bytes)),
        })
    }

    #[test]
    fn values_of_json_are_found_by_their_keys() {
        let json =
            br#" {"a\u0062": -1, "list": [{"id": 1}], "meta": {"id": "x\n", "n": 2.50}, "id": 7, "id": 8, "no": null}"#;
        for (path, value) in [
            ("id", Some("7")),
            ("meta.id", Some("\"x\\n\"")),
            ("meta.n", Some("\"2.5\"")),
            ("ab", Some("\"-1\"")),
            ("list.id", None),
            ("list", None),
            ("meta", None),
            ("no", None),
            ("id.id", None),
        ] {
            assert_eq!(find(path, json).as_deref(), value, "{path}");
        }
        assert_eq!(find("id", br#"{"id": 7, "cut"#).as_deref(), Some("7"), "what stands before a break counts");
    }

    #[test]
    fn values_of_messagepack_are_found_by_their_keys() {
        // {"m": {"id": 300}, "l": [1, {"id": 2}], "id": "x", 5: 6}
        let payload = b"\x84\xa1m\x81\xa2id\xcd\x01\x2c\xa1l\x92\x01\x81\xa2id\x02\xa2id\xa1x\x05\x06";
        for (path, value) in [("m.id", Some("300")), ("id", Some("\"x\"")), ("l.id", None), ("l", None), ("m", None)] {
            assert_eq!(find(path, payload).as_deref(), value, "{path}");
        }
        assert_eq!(find("id", b"\x93\x01\x02\x03"), None, "an array has no keys");
    }

    #[test]
    fn all_values_are_told_with_their_paths() {
        for payload in [
            &br#"{"id":1,"in":{"x":2,"deep":{"y":3}},"t":"u"}"#[..],
            b"\x83\xa2id\x01\xa2in\x82\xa1x\x02\xa4deep\x81\xa1y\x03\xa1t\xa1u",
        ] {
            let mut told = Vec::new();
            assert!(values(payload, 2, |path, value| told.push((path.join("."), value))));
            let text = Scalar::Bytes(Cow::Borrowed(b"u"));
            let expected = [("id", Scalar::Number(1)), ("in.x", Scalar::Number(2)), ("t", text)];
            assert_eq!(told, expected.map(|(path, value)| (path.to_owned(), value)));
        }
        for other in [&b"\x08\x01"[..], b"", b"{}}", b"text", b"{\"a\":"] {
            assert!(!values(other, 2, |_, _| panic!("{other:?}")));
        }
    }

    #[test]
    fn no_key_of_a_path_is_empty() {
        for text in ["", ".", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i"] {
            assert_eq!(KeyPath::parse(text), None, "{text}");
        }
        assert_eq!(KeyPath::parse("meta.id").unwrap().to_string(), "meta.id");
    }
}
