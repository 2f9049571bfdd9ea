//! The header fields of a frame.
//!
//! In: the bytes of a frame. Out: name, place and value of each field in frame order, without allocation. A frame that
//! is cut short gives the fields that are there.

use super::field::{Field, FieldKind, Step};
use super::{Layout, Recognition};
use crate::header::{HeaderField, HeaderValue};

impl Layout {
    /// The fields of `frame` in order, payload left out: header, tail, trailer.
    pub fn fields<'a>(&'a self, frame: &'a [u8]) -> impl Iterator<Item = HeaderField<'a>> {
        // Where nothing stands behind the payload, it does not matter where that ends.
        let ends_early = self.tail || !self.trailer.is_empty();
        let header = match ends_early.then(|| self.recognise(frame)) {
            Some(Recognition::Yes(header)) if header.frame_len <= frame.len() => Some(header),
            _ => None,
        };
        let trailer_at = header.map_or(frame.len(), |header| header.frame_len - self.trailer_len);
        let tail = header.filter(|_| self.tail).and_then(|header| {
            let place = header.payload_end..trailer_at;
            let value = HeaderValue::Bytes(frame.get(place.clone())?);
            Some(HeaderField { name: "tail", value, place, is_framing: true })
        });
        let walk = |fields: &'a [Field], at| Walk { fields: fields.iter(), frame, at };
        walk(&self.header, 0).chain(tail).chain(walk(&self.trailer, trailer_at))
    }

    /// Whether a field called `name` is declared.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        let declared = self.header.iter().chain(&self.trailer).any(|field| field.name == name);
        declared || (self.tail && name == "tail")
    }
}

/// Fields that follow each other from `at` on.
struct Walk<'a> {
    fields: std::slice::Iter<'a, Field>,
    frame: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Walk<'a> {
    type Item = HeaderField<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let field = self.fields.next()?;
        let rest = self.frame.get(self.at..)?;
        let Step::Value { number, width } = field.kind.decode(rest) else { return None };
        let value = match field.kind {
            FieldKind::Uint { .. } | FieldKind::Varint => HeaderValue::Number(number),
            FieldKind::Bytes(_) | FieldKind::Magic(_) => HeaderValue::Bytes(rest.get(..width)?),
        };
        let place = self.at..self.at + width;
        self.at = place.end;
        Some(HeaderField { name: &field.name, value, place, is_framing: field.is_framing() })
    }
}
