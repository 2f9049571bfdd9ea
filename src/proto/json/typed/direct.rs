//! A message printed while it is read.
//!
//! In: a payload and its type. Out: what [`write`](super::write) makes of [`Reading::read_typed`], without the nodes
//! between them, for messages as encoders write them and without a problem: every field declared and as declared, by
//! number, singular ones once; nearly all messages are. Fields whose form is not that of their parts, maps and well-
//! known types, are read, each run of them by itself. Invariant: what is printed is the same to the byte, or nothing
//! is printed.

use super::super::text::push_plain;
use super::super::{Style, typed as written};
use super::key::push_key;
use super::scalar;
use crate::limits;
use crate::proto::element::packed;
use crate::proto::guided::check;
use crate::proto::schema::{Cardinality, Field, FieldId, FieldKind, MessageType, Schema, TypeId};
use crate::proto::typed::{self, Form as _, Level, Refused, Visitor};
use crate::proto::untyped::Placed;
use crate::proto::wire::Cursor;
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
    let done = !style.defaults && typed::payload(&mut print, payload, id).is_ok();
    if !done {
        out.truncate(start);
    }
    done
}

/// Prints a message while it is read, and refuses what must be read into nodes.
struct Print<'o, 's> {
    schema: &'s Schema,
    style: Style,
    reading: &'o mut Reading,
    /// Number of fields that may still come.
    left: usize,
    out: &'o mut Vec<u8>,
}

/// An object whose end is not written.
struct Object<'s> {
    message: &'s MessageType,
    /// Where the first member of the object stands in the output.
    start: usize,
    /// Number of the last field of the object.
    last: u32,
    /// Oneofs that have a member, each as the bit of its index.
    oneofs: u64,
    /// Number of required fields that have come.
    required: u32,
    list: Option<List>,
}

/// A list whose end is not written: where its key stands, and where its bracket.
struct List {
    key: usize,
    start: usize,
}

type Row<'s> = (FieldId, &'s Field);

impl<'p, 's> Visitor<'p> for Print<'_, 's> {
    type Form = Placed<'p>;
    type Row = Row<'s>;
    type State = Object<'s>;
    type Stop = Refused;

    #[inline(always)]
    fn begin(&mut self, id: TypeId, _: &Cursor<'p>) -> Result<Object<'s>, Refused> {
        let message = self.schema.message(id).filter(|message| message.well_known.is_none()).ok_or(Refused)?;
        self.out.push(b'{');
        Ok(Object { message, start: self.out.len(), last: 0, oneofs: 0, required: 0, list: None })
    }

    #[inline(always)]
    fn takes_one_more(&mut self) -> bool {
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    #[inline(always)]
    fn row(&self, level: &Level<Object<'s>>, number: u32) -> Option<Row<'s>> {
        self.schema.field_by_number(level.id, number).filter(|(_, field)| !field.is_extension)
    }

    #[inline(always)]
    fn declared(&mut self, _: &Placed<'p>, (_, field): Row<'s>, level: &mut Level<Object<'s>>) -> Result<(), Refused> {
        let object = &mut level.state;
        let is_again = field.number == object.last;
        if field.number < object.last || (is_again && !field.is_repeated()) {
            return Err(Refused);
        }
        if !is_again {
            self.close(object.list.take());
        }
        object.last = field.number;
        if let Some(oneof) = field.oneof {
            let bit = 1_u64.checked_shl(oneof).filter(|bit| object.oneofs & bit == 0).ok_or(Refused)?;
            object.oneofs |= bit;
        }
        object.required += u32::from(field.cardinality == Cardinality::Required);
        Ok(())
    }

    /// Takes over fields whose values have a form that is not that of their parts.
    #[inline(always)]
    fn takes_over(
        &mut self,
        cursor: &mut Cursor<'p>,
        Placed { before, .. }: &Placed<'p>,
        (_, field): Row<'s>,
        level: &mut Level<Object<'s>>,
    ) -> Result<bool, Refused> {
        let is_well_known = |id: TypeId| self.schema.well_known(id).is_some();
        if field.cardinality != Cardinality::Map && !field.message_type.is_some_and(is_well_known) {
            return Ok(false);
        }
        while cursor.next_number() == Some(field.number) {
            cursor.next_token().filter(|_| self.takes_one_more()).ok_or(Refused)?;
        }
        let run = before.up_to(cursor).ok_or(Refused)?;
        self.apart(run, level).map(|()| true)
    }

    #[inline(always)]
    fn value(
        &mut self,
        cursor: &Cursor<'p>,
        field: &Placed<'p>,
        (_, row): Row<'s>,
        level: &mut Level<Object<'s>>,
    ) -> Result<(), Refused> {
        let value = field.token.value;
        if row.kind.wire_type() == WireType::Varint {
            require(check::value(self.schema, row, value).is_none())?;
        }
        if row.is_repeated() || row.presence || !scalar::is_default(self.schema, row, value) {
            self.begin_value(row, &mut level.state);
            match row.kind {
                FieldKind::String => require(push_plain(self.out, field.content(cursor)))?,
                FieldKind::Bytes => scalar::base64(field.content(cursor), self.out),
                _ => scalar::push(self.schema, row, value, self.out),
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn packed(
        &mut self,
        cursor: &Cursor<'p>,
        field: &Placed<'p>,
        (_, row): Row<'s>,
        level: &mut Level<Object<'s>>,
    ) -> Result<(), Refused> {
        let content = field.content(cursor);
        let problems = check::elements(self.schema, row, content).map_err(|_| Refused)?;
        require(problems.kinds().next().is_none())?;
        let start = self.list(row, &mut level.state);
        for value in packed(content, row.kind.shape()) {
            self.separate(start);
            scalar::push(self.schema, row, value, self.out);
        }
        Ok(())
    }

    #[inline(always)]
    fn enter(
        &mut self,
        _: &Placed<'p>,
        (_, row): Row<'s>,
        _: TypeId,
        level: &mut Level<Object<'s>>,
    ) -> Result<(), Refused> {
        self.begin_value(row, &mut level.state);
        Ok(())
    }

    #[inline(always)]
    fn undeclared(&mut self, _: &mut Cursor<'p>, _: &Placed<'p>, _: &mut Level<Object<'s>>) -> Result<(), Refused> {
        Err(Refused)
    }

    #[inline(always)]
    fn end(&mut self, level: &mut Level<Object<'s>>) -> Result<(), Refused> {
        let object = &mut level.state;
        self.close(object.list.take());
        self.out.push(b'}');
        require(object.required == object.message.required_count)
    }
}

impl<'s> Print<'_, 's> {
    /// Appends what stands before a value: its key, or the separator in its list.
    #[inline(always)]
    fn begin_value(&mut self, field: &Field, object: &mut Object<'s>) {
        if field.is_repeated() {
            let start = self.list(field, object);
            self.separate(start);
        } else {
            push_key(field, self.style, self.out.len() == object.start, self.out);
        }
    }

    /// Where the open list of a field starts in the output; begins one if there is none.
    #[inline(always)]
    fn list(&mut self, field: &Field, object: &mut Object<'s>) -> usize {
        if let Some(list) = &object.list {
            return list.start;
        }
        let key = self.out.len();
        push_key(field, self.style, key == object.start, self.out);
        let start = self.out.len();
        object.list = Some(List { key, start });
        start
    }

    /// Ends a list; one without elements is not written.
    fn close(&mut self, list: Option<List>) {
        match list {
            Some(list) if self.out.len() == list.start => self.out.truncate(list.key),
            Some(_) => self.out.push(b']'),
            None => {}
        }
    }

    /// Appends what stands before an element of the list that starts at `start`.
    fn separate(&mut self, start: usize) {
        self.out.push(if self.out.len() == start { b'[' } else { b',' });
    }

    /// Appends the fields of `run` as members of the message that they are in.
    fn apart(&mut self, run: &[u8], level: &Level<Object<'s>>) -> Result<(), Refused> {
        // Levels that the run may have are not told from those around it.
        require(typed::is_shallow(run.len(), level.depth) && level.state.message.required_count == 0)?;
        self.reading.read_typed(run, self.schema, level.id);
        self.left = self.left.checked_sub(self.reading.nodes.len()).ok_or(Refused)?;
        // What an entry of a map does not declare is written behind all other fields.
        let is_declared = self.reading.nodes.iter().all(|node| node.field.is_some());
        require(is_declared && self.reading.problems.is_empty())?;
        let mark = self.out.len();
        written::write(self.reading, run, self.schema, level.id, self.style, self.out);
        // Without its braces: a comma takes the place of the first.
        self.out.pop();
        match self.out.get_mut(mark) {
            Some(brace) if mark > level.state.start => *brace = b',',
            _ => {
                self.out.remove(mark);
            }
        }
        if self.out.len() == mark + 1 {
            self.out.truncate(mark);
        }
        Ok(())
    }
}

#[inline(always)]
fn require(is_printed: bool) -> Result<(), Refused> {
    if is_printed { Ok(()) } else { Err(Refused) }
}
