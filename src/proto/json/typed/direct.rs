//! A message printed while it is read.
//!
//! In: a payload and its type. Out: what [`write`](super::write) makes of [`Reading::read_typed`], without the nodes between
//! them, for messages as encoders write them and without a problem: every field declared and as declared, by number,
//! singular ones once; nearly all messages are. Fields whose form is not that of their parts, maps and well-known types, are
//! read, each run of them by itself. Invariant: what is printed is the same to the byte, or nothing is printed.

use super::super::text::push_plain;
use super::super::{Style, typed};
use super::{push_key, scalar};
use crate::limits;
use crate::proto::element::packed;
use crate::proto::guided::check;
use crate::proto::schema::{Cardinality, Field, FieldKind, Schema, TypeId};
use crate::proto::wire::{Cursor, Token};
use crate::proto::{Reading, WireType};

/// Appends `payload` as a message of type `id`. Returns whether it did: a message that may have a problem, or is not in
/// order, must be read, and then nothing is appended. `reading` is used on the way.
pub(in crate::proto::json) fn print(
    payload: &[u8],
    (schema, id): (&Schema, TypeId),
    style: Style,
    reading: &mut Reading,
    out: &mut Vec<u8>,
) -> bool {
    let start = out.len();
    let mut print = Print { schema, style, reading, left: limits::FIELDS, out };
    let done = !style.defaults && print.message(Cursor::new(payload), id, 0).is_some();
    if !done {
        out.truncate(start);
    }
    done
}

struct Print<'a> {
    schema: &'a Schema,
    style: Style,
    reading: &'a mut Reading,
    /// Fields that may still come.
    left: usize,
    out: &'a mut Vec<u8>,
}

/// A list whose end is not written: where its key stands, and where its bracket.
struct List {
    key: usize,
    start: usize,
}

/// All of them return none where the payload must be read.
impl<'a> Print<'a> {
    fn message(&mut self, mut cursor: Cursor<'a>, id: TypeId, depth: u16) -> Option<()> {
        let schema = self.schema;
        let message = schema.message(id).filter(|message| message.well_known.is_none() && depth <= limits::DEPTH)?;
        let (mut last, mut oneofs, mut required) = (0, 0_u64, 0);
        let mut list: Option<List> = None;
        self.out.push(b'{');
        let start = self.out.len();
        while !cursor.rest().is_empty() {
            let before = cursor;
            let Token { key, value } = cursor.next_token()?;
            self.left = self.left.checked_sub(1)?;
            let (_, field) = schema.field_by_number(id, key >> 3).filter(|(_, field)| !field.is_extension)?;
            let is_again = field.number == last;
            if field.number < last || (is_again && !field.is_repeated()) {
                return None;
            }
            if !is_again {
                self.close(list.take().as_ref());
            }
            last = field.number;
            if let Some(oneof) = field.oneof {
                let bit = 1_u64.checked_shl(oneof).filter(|bit| oneofs & bit == 0)?;
                oneofs |= bit;
            }
            required += u32::from(field.cardinality == Cardinality::Required);
            let mark = self.out.len();
            if self.is_apart(field) {
                while cursor.next_number() == Some(field.number) {
                    cursor.next_token()?;
                    self.left = self.left.checked_sub(1)?;
                }
                self.apart(before.up_to(&cursor)?, id, depth, mark == start)?;
                continue;
            }
            let is_packed = field.is_packable() && key & 7 == WireType::Len as u32;
            if !is_packed && key & 7 != field.kind.wire_type() as u32 {
                return None;
            }
            if !field.is_repeated() {
                if field.presence || !scalar::is_default(schema, field, value) {
                    push_key(field, self.style, mark == start, self.out);
                    self.value(&cursor, field, value, depth)?;
                } else if field.kind.wire_type() == WireType::Varint {
                    check::value(schema, field, value).is_none().then_some(())?;
                }
                continue;
            }
            if list.is_none() {
                push_key(field, self.style, mark == start, self.out);
                list = Some(List { key: mark, start: self.out.len() });
            }
            let start = list.as_ref().map_or(0, |list| list.start);
            if is_packed {
                self.elements(cursor.last(value)?.rest(), field, start)?;
            } else {
                self.separate(start);
                self.value(&cursor, field, value, depth)?;
            }
        }
        self.close(list.as_ref());
        self.out.push(b'}');
        (required == message.required_count).then_some(())
    }

    /// Ends a list; one without elements is not written.
    fn close(&mut self, list: Option<&List>) {
        match list {
            Some(list) if self.out.len() == list.start => self.out.truncate(list.key),
            Some(_) => self.out.push(b']'),
            None => {}
        }
    }

    /// What stands before an element of the list that starts at `start`.
    fn separate(&mut self, start: usize) {
        self.out.push(if self.out.len() == start { b'[' } else { b',' });
    }

    /// The value of the field that `cursor` has just stepped over.
    fn value(&mut self, cursor: &Cursor<'a>, field: &Field, value: u64, depth: u16) -> Option<()> {
        match field.kind {
            FieldKind::String => return push_plain(self.out, cursor.last(value)?.rest()).then_some(()),
            FieldKind::Bytes => scalar::base64(cursor.last(value)?.rest(), self.out),
            FieldKind::Message => return self.message(cursor.last(value)?, field.message_type?, depth + 1),
            FieldKind::Group => return None,
            _ => {
                let is_varint = field.kind.wire_type() == WireType::Varint;
                if is_varint && check::value(self.schema, field, value).is_some() {
                    return None;
                }
                scalar::push(self.schema, field, value, self.out);
            }
        }
        Some(())
    }

    /// Packed elements, behind those of the list that starts at `start`.
    fn elements(&mut self, content: &[u8], field: &Field, start: usize) -> Option<()> {
        let problems = check::elements(self.schema, field, content).ok()?;
        problems.kinds().next().is_none().then_some(())?;
        for value in packed(content, field.kind.shape()) {
            self.separate(start);
            scalar::push(self.schema, field, value, self.out);
        }
        Some(())
    }

    /// Whether values of a field have a form that is not that of their parts.
    fn is_apart(&self, field: &Field) -> bool {
        let is_well_known = |id: TypeId| self.schema.well_known(id).is_some();
        field.cardinality == Cardinality::Map || field.message_type.is_some_and(is_well_known)
    }

    /// The fields of `run` as members of the message of type `id` that they are in.
    fn apart(&mut self, run: &[u8], id: TypeId, depth: u16, is_first: bool) -> Option<()> {
        // Levels that the run may have, at two bytes each at the least, are not told from those around it.
        let is_shallow = run.len() / 2 + usize::from(depth) < usize::from(limits::DEPTH);
        if !is_shallow || self.schema.message(id)?.required_count > 0 {
            return None;
        }
        self.reading.read_typed(run, self.schema, id);
        self.left = self.left.checked_sub(self.reading.nodes.len())?;
        // What an entry of a map does not declare is written behind all other fields.
        if !self.reading.problems.is_empty() || self.reading.nodes.iter().any(|node| node.field.is_none()) {
            return None;
        }
        let mark = self.out.len();
        typed::write(self.reading, run, self.schema, id, self.style, self.out);
        // Without its braces: a comma takes the place of the first.
        self.out.pop();
        match self.out.get_mut(mark) {
            Some(brace) if !is_first => *brace = b',',
            _ => {
                self.out.remove(mark);
            }
        }
        if self.out.len() == mark + 1 {
            self.out.truncate(mark);
        }
        Some(())
    }
}
