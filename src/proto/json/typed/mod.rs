//! Canonical JSON of a message whose type is known (protobuf, "ProtoJSON Format").
//!
//! In: a reading, its payload, the schema. Out: one JSON object: declared fields in the order of their numbers, then
//! extensions, unknown fields and what does not fit its declaration, by number, in the form that they have without a
//! schema. Invariant: what a conforming decoder would see is what is written: the last value of a singular field
//! counts, messages that come twice are merged, the last member of a oneof and the last entry of a map
//! key win, numbers too large for their type are cut. Entries of maps are sorted by key. Nothing fails: a value that
//! has no canonical form ([`well_known`]) is written as the fields that it has.

mod defaults;
mod direct;
mod key;
mod map;
mod members;
mod scalar;
#[cfg(test)]
mod tests;
mod time;
mod well_known;
mod writer;

use super::untyped::push_members;
use super::{Style, text};
use crate::proto::element::packed;
use crate::proto::schema::{Cardinality, Field, FieldKind, Schema, TypeId};
use crate::proto::{Node, Reading, Shape};
use defaults::Defaults;
pub(super) use direct::print;
use key::push_key;
use smallvec::SmallVec;
use std::ops::Range;
use writer::{Content, Member, Source, Writer};

/// Appends the message of type `id` that was read into `reading` with `schema`.
pub(super) fn write(reading: &Reading, payload: &[u8], schema: &Schema, id: TypeId, style: Style, out: &mut Vec<u8>) {
    let source = Source { reading, payload, schema };
    Writer { source, style, order: SmallVec::new(), out }.message(id, &Content::Payload);
}

impl<'a> Writer<'a, '_> {
    fn message(&mut self, id: TypeId, content: &Content) {
        let members = self.arrange(id, content);
        let mark = members.start;
        if !self.well_known(id, &members) {
            self.out.push(b'{');
            let start = self.out.len();
            self.fields(id, members, start);
            self.out.push(b'}');
        }
        self.order.truncate(mark);
    }

    /// Writes the fields at these positions of the order. A comma goes before each that is not written at `start`.
    fn fields(&mut self, id: TypeId, members: Range<usize>, start: usize) {
        let mut defaults = Defaults::of(self.source.schema, id, self.style);
        let mut at = members.start;
        while at < members.end {
            let run = self.run(at, members.end);
            at = run.end;
            let field = self.at(run.start).and_then(|member| member.field).filter(|field| !field.is_extension);
            self.defaults(&mut defaults, field.map_or(u32::MAX, |field| field.number), start);
            let mark = self.out.len();
            if mark > start {
                self.out.push(b',');
            }
            let is_written = self.member(run);
            if !is_written {
                self.out.truncate(mark);
                self.defaults(&mut defaults, field.map_or(0, |field| field.number + 1), start);
            } else if let Some(field) = field {
                defaults.skip(field.number);
            }
        }
        self.defaults(&mut defaults, u32::MAX, start);
    }

    /// Writes key and value of one field, whose nodes stand at `run`. False if it has no value to show: it is an empty
    /// list, or a default that is not told from absence.
    fn member(&mut self, run: Range<usize>) -> bool {
        let Some(first) = self.at(run.start) else { return false };
        let Some(field) = first.field else {
            let members = self.order.get(run).unwrap_or_default().iter();
            let nodes = members.map(|member| (member.index as usize, member.node));
            push_members(self.source.reading, self.source.payload, nodes, self.out);
            return true;
        };
        self.key(field, true);
        match field.cardinality {
            Cardinality::Map => self.map(field, run),
            Cardinality::Repeated => return self.list(field, run),
            Cardinality::Singular | Cardinality::Required => return self.singular(field, run),
        }
        true
    }

    fn singular(&mut self, field: &Field, run: Range<usize>) -> bool {
        let Some(last) = self.at(run.end - 1) else { return false };
        match field.message_type {
            Some(id) if run.len() > 1 => self.message(id, &Content::Merged(run)),
            _ if !field.presence && self.source.is_default(field, last.node) => return false,
            _ => self.value(field, last),
        }
        true
    }

    fn list(&mut self, field: &Field, run: Range<usize>) -> bool {
        let start = self.out.len();
        for position in run {
            let Some(member) = self.at(position) else { continue };
            if member.node.shape == Shape::Packed {
                for value in packed(self.source.content(member.node), field.kind.shape()) {
                    self.separator(start, b'[');
                    self.scalar(field, value);
                }
            } else {
                self.separator(start, b'[');
                self.value(field, member);
            }
        }
        if self.out.len() == start {
            return false;
        }
        self.out.push(b']');
        true
    }

    /// Writes what stands before an element of a list or an object whose bracket belongs at `start`.
    fn separator(&mut self, start: usize, open: u8) {
        self.out.push(if self.out.len() == start { open } else { b',' });
    }

    fn value(&mut self, field: &Field, Member { node, index, .. }: Member<'_>) {
        match (node.shape, field.message_type) {
            (Shape::Message | Shape::Group, Some(id)) => self.message(id, &Content::Inside(index)),
            (Shape::Text, _) => self.string(self.source.content(node)),
            (Shape::Bytes | Shape::Message | Shape::Group, _) => scalar::base64(self.source.content(node), self.out),
            _ => self.scalar(field, node.value),
        }
    }

    fn scalar(&mut self, field: &Field, value: u64) {
        scalar::push(self.source.schema, field, value, self.out);
    }

    fn key(&mut self, field: &Field, is_first: bool) {
        push_key(field, self.style, is_first, self.out);
    }

    /// Writes the value of a field that is not there.
    fn default_value(&mut self, field: &Field) {
        match (field.kind, field.message_type) {
            (FieldKind::String | FieldKind::Bytes, _) => self.out.extend_from_slice(b"\"\""),
            (FieldKind::Enum, _) => {
                let default = scalar::enum_default(self.source.schema, field);
                scalar::push_enum(self.source.schema, field, default, self.out);
            }
            (_, Some(id)) => self.message(id, &Content::Empty),
            (kind, None) => scalar::write(kind, 0, self.out),
        }
    }

    fn string(&mut self, content: &[u8]) {
        text::push_utf8(self.out, content);
    }

    fn at(&self, position: usize) -> Option<Member<'a>> {
        self.order.get(position).copied()
    }
}

impl<'a> Source<'a> {
    fn content(self, node: &Node) -> &'a [u8] {
        self.payload.get(node.value_start as usize..node.value_end as usize).unwrap_or_default()
    }

    /// The last field with this number inside a node.
    fn last_inside(self, index: u32, number: u32) -> Option<Member<'a>> {
        self.inside(index).filter(|member| member.node.number == number).last()
    }

    fn is_default(self, field: &Field, node: &Node) -> bool {
        let is_content = matches!(field.kind, FieldKind::String | FieldKind::Bytes);
        let value = if is_content { (node.value_end - node.value_start).into() } else { node.value };
        scalar::is_default(self.schema, field, value)
    }
}
