//! The values of a JSON object with their keys.
//!
//! In: a payload that begins as an object. Out: each value that is a number or a text. What stands before a break is
//! told. Not responsible for arrays: nothing in them has a path.

use super::scalar::{Scalar, Told};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

pub(super) fn walk<'a>(payload: &'a [u8], levels: usize, told: &mut Told<'_, 'a>) {
    let mut reader = serde_json::Deserializer::from_slice(payload);
    // Whoever wants no more, or what breaks off, ends it.
    let _ = Walk { path: &mut Vec::new(), levels, told }.deserialize(&mut reader);
}

/// Walks over one value, which stands at a path.
struct Walk<'w, 't, 'a> {
    path: &'w mut Vec<Cow<'a, str>>,
    levels: usize,
    told: &'w mut Told<'t, 'a>,
}

/// A key, borrowed where it has no escapes.
struct Key;

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'a> Walk<'_, '_, 'a> {
    fn tell<E: Error>(self, value: Scalar<'a>) -> Result<(), E> {
        if (self.told)(self.path, value) { Ok(()) } else { Err(E::custom("no more is wanted")) }
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        if self.path.len() >= self.levels {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while let Some(key) = map.next_key_seed(Key)? {
            self.path.push(key);
            map.next_value_seed(Walk { path: &mut *self.path, levels: self.levels, told: &mut *self.told })?;
            self.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.tell(Scalar::Bytes(Cow::Borrowed(text.as_bytes())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.tell(Scalar::Bytes(Cow::Owned(text.as_bytes().to_vec())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.tell(Scalar::Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.tell(Scalar::Bytes(Cow::Owned(number.to_string().into_bytes())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.tell(Scalar::Bytes(Cow::Owned(number.to_string().into_bytes())))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<Cow<'a, str>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
