//! Types that canonical JSON writes in a form of their own.
//!
//! A value that its form has no room for is written as the message that it is: times out of range, an `Any` of an
//! unknown type, a number in a `Value` that is not finite, a `FieldMask` path that does not survive the change to camel
//! case, and everything with fields that its type does not have.

use super::writer::{Content, Member, Source, Writer};
use super::{text, time};
use crate::proto::Shape;
use crate::proto::guided::check::low32;
use crate::proto::schema::{Field, FieldKind, TypeId, WellKnown};
use std::ops::Range;

impl<'a> Writer<'a, '_> {
    /// Writes a message of a well-known type, whose fields stand at `members` of the order, in its own form. False, and
    /// nothing is written, if the type has none or the value does not fit it.
    pub(super) fn well_known(&mut self, id: TypeId, members: &Range<usize>) -> bool {
        let Some(kind) = self.source.schema.well_known(id) else { return false };
        let mark = self.out.len();
        let is_plain = members.clone().all(|position| self.at(position).is_some_and(|member| member.field.is_some()));
        let written = if is_plain { self.own_form(kind, id, members) } else { None };
        if written.is_none() {
            self.out.truncate(mark);
        }
        written.is_some()
    }

    fn own_form(&mut self, kind: WellKnown, id: TypeId, members: &Range<usize>) -> Option<()> {
        match kind {
            WellKnown::Any => self.any(members),
            WellKnown::Timestamp => {
                let (seconds, nanos) = self.seconds_and_nanos(members);
                time::write_timestamp(seconds, nanos, self.out)
            }
            WellKnown::Duration => {
                let (seconds, nanos) = self.seconds_and_nanos(members);
                time::write_duration(seconds, nanos, self.out)
            }
            WellKnown::Struct => {
                let field = self.source.field(id, 1)?;
                self.map(field, members.clone());
                Some(())
            }
            WellKnown::ListValue => {
                let field = self.source.field(id, 1)?;
                if !self.list(field, members.clone()) {
                    self.out.extend_from_slice(b"[]");
                }
                Some(())
            }
            WellKnown::Value => self.json_value(members),
            WellKnown::FieldMask => self.field_mask(members),
            WellKnown::Empty => {
                self.out.extend_from_slice(b"{}");
                Some(())
            }
            WellKnown::Wrapper => {
                let field = self.source.field(id, 1)?;
                match self.last(members, 1) {
                    Some(member) => self.value(field, member),
                    None => self.default_value(field),
                }
                Some(())
            }
        }
    }

    fn any(&mut self, members: &Range<usize>) -> Option<()> {
        if members.is_empty() {
            // It names no type; that it has no content is not worth defaults.
            self.out.extend_from_slice(b"{}");
            return Some(());
        }
        let url = self.last(members, 1)?.node;
        let url = std::str::from_utf8(self.source.content(url)).ok()?;
        let id = self.source.schema.find_full_name(url.rsplit_once('/')?.1)?;
        let content = match self.last(members, 2) {
            Some(value) if value.node.shape == Shape::Message && value.node.message_type == Some(id) => {
                Content::Inside(value.index)
            }
            Some(_) => return None,
            None => Content::Empty,
        };
        self.out.extend_from_slice(b"{\"@type\":");
        text::push_string(self.out, url);
        if self.source.schema.well_known(id).is_some() {
            self.out.extend_from_slice(b",\"value\":");
            self.message(id, &content);
        } else {
            let inner = self.arrange(id, &content);
            let end = inner.start;
            self.fields(id, inner, 0);
            self.order.truncate(end);
        }
        self.out.push(b'}');
        Some(())
    }

    fn json_value(&mut self, members: &Range<usize>) -> Option<()> {
        let Some(last) = self.order.get(members.clone()).and_then(<[Member<'_>]>::last).copied() else {
            self.out.extend_from_slice(b"null");
            return Some(());
        };
        let field = last.field?;
        if field.kind == FieldKind::Double && !f64::from_bits(last.node.value).is_finite() {
            return None;
        }
        match field.message_type {
            Some(id) if members.len() > 1 => self.message(id, &Content::Merged(members.clone())),
            _ => self.value(field, last),
        }
        Some(())
    }

    fn field_mask(&mut self, members: &Range<usize>) -> Option<()> {
        let mut joined = String::new();
        for position in members.clone() {
            let node = self.at(position)?.node;
            let path = std::str::from_utf8(self.source.content(node)).ok()?;
            if !joined.is_empty() {
                joined.push(',');
            }
            push_camel_case(path, &mut joined)?;
        }
        text::push_string(self.out, &joined);
        Some(())
    }

    fn seconds_and_nanos(&self, members: &Range<usize>) -> (i64, i32) {
        let value = |number| self.last(members, number).map_or(0, |member| member.node.value);
        (value(1).cast_signed(), low32(value(2)))
    }

    /// The last of the members that has this number.
    fn last(&self, members: &Range<usize>, number: u32) -> Option<Member<'a>> {
        members.clone().rev().find_map(|position| self.at(position).filter(|member| member.node.number == number))
    }
}

impl<'a> Source<'a> {
    fn field(self, id: TypeId, number: u32) -> Option<&'a Field> {
        self.schema.field_by_number(id, number).map(|(_, field)| field)
    }
}

/// Appends a path in lower camel case, `a_b.c` as `aB.c`. None if the way back would give another path.
fn push_camel_case(path: &str, out: &mut String) -> Option<()> {
    let mut is_start_of_word = false;
    for c in path.chars() {
        match c {
            'A'..='Z' => return None,
            'a'..='z' if is_start_of_word => out.push(c.to_ascii_uppercase()),
            _ if is_start_of_word => return None,
            '_' => {}
            _ => out.push(c),
        }
        is_start_of_word = c == '_';
    }
    Some(())
}
