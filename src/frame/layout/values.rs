//! The values of a frame's fields, with their places.
//!
//! In: the bytes of a frame. Out: name, place and value of each field in frame order, without allocation. A frame that
//! is cut short gives the fields that are there.

use super::field::{Field, FieldKind, Step};
use super::{Layout, Recognition};
use std::ops::Range;

/// Names of header fields that say how the frame is laid out, and nothing about the message.
const LAYOUT_FIELDS: [&str; 6] = ["len", "inner", "magic", "tail", "crc32", "crc32c"];

/// A field of one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldAt<'a> {
    /// `len`, `magic`, `inner`, `tail`, `crc32`, `crc32c`, or the name that the layout gives.
    pub name: &'a str,
    /// Its bytes in the frame.
    pub range: Range<usize>,
    /// What it says.
    pub value: FieldValue<'a>,
}

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// As it stands in the frame: a length is neither masked nor multiplied.
    Number(u64),
    /// Magic, and fields that the layout declares as bytes.
    Bytes(&'a [u8]),
}

impl Layout {
    /// The fields of `frame` in order, payload left out: header, tail, trailer.
    pub fn fields<'a>(&'a self, frame: &'a [u8]) -> impl Iterator<Item = FieldAt<'a>> {
        // Where nothing stands behind the payload, it does not matter where that ends.
        let ends_early = self.tail || !self.trailer.is_empty();
        let header = match ends_early.then(|| self.recognise(frame)) {
            Some(Recognition::Yes(header)) if header.frame_len <= frame.len() => Some(header),
            _ => None,
        };
        let trailer_at = header.map_or(frame.len(), |header| header.frame_len - self.trailer_len);
        let tail = header.filter(|_| self.tail).and_then(|header| {
            let range = header.payload_end..trailer_at;
            let value = FieldValue::Bytes(frame.get(range.clone())?);
            Some(FieldAt { name: "tail", range, value })
        });
        let walk = |fields: &'a [Field], at| Walk { fields: fields.iter(), frame, at };
        walk(&self.header, 0).chain(tail).chain(walk(&self.trailer, trailer_at))
    }

    /// Names and values of the same fields.
    pub fn header_fields<'a>(&'a self, frame: &'a [u8]) -> impl Iterator<Item = (&'a str, FieldValue<'a>)> {
        self.fields(frame).map(|field| (field.name, field.value))
    }

    /// The same without those that say how the frame is laid out, and nothing about the message.
    pub fn message_fields<'a>(&'a self, frame: &'a [u8]) -> impl Iterator<Item = (&'a str, FieldValue<'a>)> {
        self.header_fields(frame).filter(|(name, _)| !LAYOUT_FIELDS.contains(name))
    }

    /// Whether a field of that name is declared.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        let declared = self.header.iter().chain(&self.trailer).any(|field| field.name == name);
        declared || (self.tail && name == "tail")
    }

    /// The value of the first field of that name.
    #[must_use]
    pub fn field<'a>(&'a self, frame: &'a [u8], name: &str) -> Option<FieldValue<'a>> {
        self.fields(frame).find(|field| field.name == name).map(|field| field.value)
    }
}

/// Fields that follow each other from `at` on.
struct Walk<'a> {
    fields: std::slice::Iter<'a, Field>,
    frame: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Walk<'a> {
    type Item = FieldAt<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let field = self.fields.next()?;
        let rest = self.frame.get(self.at..)?;
        let Step::Value { number, width } = field.kind.decode(rest) else { return None };
        let value = match field.kind {
            FieldKind::Uint { .. } | FieldKind::Varint => FieldValue::Number(number),
            FieldKind::Bytes(_) | FieldKind::Magic(_) => FieldValue::Bytes(rest.get(..width)?),
        };
        let range = self.at..self.at + width;
        self.at = range.end;
        Some(FieldAt { name: &field.name, range, value })
    }
}
