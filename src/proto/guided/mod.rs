//! Reading a payload as a message type.
//!
//! In: a payload, a schema, a type. Out: the same nodes as without a schema, but with their declared field and shape,
//! and a [`Problem`] for everything that a conforming encoder would not have written. Invariant: nothing is dropped.
//! Fields that the type does not have, and those whose encoding does not fit their declaration, are read without
//! schema; a message that breaks off keeps the fields before the break. The content of a `google.protobuf.Any` is read
//! as the type that it names. Nothing is allocated but nodes and problems, and the way to what is deep. Not
//! responsible for where messages and groups end: that is the walk's ([`typed`]).

pub(super) mod check;
#[cfg(test)]
mod tests;
mod way;

use super::WireType;
use super::reading::{Node, Problem, ProblemKind, Reading, Shape};
use super::schema::{Cardinality, Field, FieldId, FieldKind, Schema, TypeId, WellKnown};
use super::schemaless;
use super::sense::Sense;
use super::typed::{self, Declaration as _, Form as _, Inside, Level, Visitor};
use super::wire::{Cursor, RawField, WireError, is_text};
use crate::limits;
use way::{Open, Way};

impl Reading {
    /// Reads a payload as a message type, or without schema, in place of what was read before.
    pub fn read(&mut self, payload: &[u8], typed: Option<(&Schema, TypeId)>) {
        match typed {
            Some((schema, id)) => self.read_typed(payload, schema, id),
            None => self.read_schemaless(payload),
        }
    }

    /// Reads a payload as a message type, in place of what was read before.
    pub fn read_typed(&mut self, payload: &[u8], schema: &Schema, id: TypeId) {
        self.clear();
        self.message_type = Some(id);
        // What a payload has wrong is taken upon itself by the reading, which therefore does not stop.
        let _ = typed::payload(&mut Nodes { reading: self, schema, way: Way::new(id) }, payload, id);
    }
}

/// Number of the field `value` of `google.protobuf.Any`.
const ANY_VALUE: u32 = 2;

/// A walk over a payload: what is read into, and by which types.
struct Nodes<'r, 's> {
    reading: &'r mut Reading,
    schema: &'s Schema,
    way: Way,
}

/// What is known of a message while its fields come.
struct Begun {
    /// 0-based index of the message's first node.
    first: usize,
    /// Where the content of the message starts.
    start: u32,
    /// The type that an `Any` names; none for other messages.
    any: Option<TypeId>,
}

type Row<'s> = (FieldId, &'s Field);

impl<'p, 's> Visitor<'p> for Nodes<'_, 's> {
    type Form = RawField;
    type Row = Row<'s>;
    type State = Begun;
    type Stop = WireError;

    #[inline(always)]
    fn begin(&mut self, id: TypeId, content: &Cursor<'p>) -> Result<Begun, WireError> {
        let is_any = self.schema.well_known(id) == Some(WellKnown::Any);
        let any = if is_any { named_type(*content, self.schema) } else { None };
        Ok(Begun { first: self.reading.nodes.len(), start: content.position(), any })
    }

    #[inline(always)]
    fn row(&self, level: &Level<Begun>, number: u32) -> Option<Row<'s>> {
        self.schema.field_by_number(level.id, number)
    }

    #[inline(always)]
    fn takes_one_more(&mut self) -> bool {
        self.reading.nodes.len() < limits::FIELDS
    }

    #[inline(always)]
    fn declared(&mut self, field: &RawField, _: Row<'s>, _: &mut Level<Begun>) -> Result<(), WireError> {
        if field.overlong {
            self.problem(field.number, field.start, ProblemKind::OverlongVarint);
        }
        Ok(())
    }

    #[inline(always)]
    fn inside(&self, field: &RawField, row: Row<'s>, level: &Level<Begun>) -> Inside {
        let is_any_value = level.state.any.is_some() && field.number == ANY_VALUE && row.1.kind == FieldKind::Bytes;
        if is_any_value { Inside::Message(level.state.any) } else { row.inside() }
    }

    #[inline(always)]
    fn value(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        row: Row<'s>,
        level: &mut Level<Begun>,
    ) -> Result<(), WireError> {
        let mut shape = row.1.kind.shape();
        if shape == Shape::Text && !is_text(field.content(cursor)) {
            self.problem(field.number, field.value_start, ProblemKind::BadUtf8);
            shape = Shape::Bytes;
        }
        if field.wire_type == WireType::Varint
            && let Some(kind) = check::value(self.schema, row.1, field.value)
        {
            self.problem(field.number, field.value_start, kind);
        }
        self.push(field, level.depth, row.0, shape);
        Ok(())
    }

    #[inline]
    fn packed(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        (id, row): Row<'s>,
        level: &mut Level<Begun>,
    ) -> Result<(), WireError> {
        let shape = match check::elements(self.schema, row, field.content(cursor)) {
            Ok(problems) => {
                for kind in problems.kinds() {
                    self.problem(field.number, field.value_start, kind);
                }
                Shape::Packed
            }
            Err(kind) => {
                self.problem(field.number, field.value_start, kind);
                Shape::Bytes
            }
        };
        let index = self.push(field, level.depth, id, shape);
        if let Some(node) = self.reading.nodes.get_mut(index).filter(|_| shape == Shape::Packed) {
            node.element = row.kind.shape();
        }
        Ok(())
    }

    #[inline(always)]
    fn enter(&mut self, field: &RawField, row: Row<'s>, id: TypeId, level: &mut Level<Begun>) -> Result<(), WireError> {
        let shape = if field.wire_type == WireType::Len { Shape::Message } else { Shape::Group };
        let index = self.push(field, level.depth, row.0, shape);
        self.way.enter(Open { index, number: field.number, id });
        Ok(())
    }

    #[inline(always)]
    fn leave(&mut self, content_end: u32, end: u32) {
        let next = position(self.reading.nodes.len());
        let Some(Open { index, id, .. }) = self.way.leave() else { return };
        if let Some(node) = self.reading.nodes.get_mut(index) {
            (node.next, node.message_type) = (next, Some(id));
            (node.value_end, node.end) = (content_end, end);
        }
    }

    #[inline(never)]
    fn not_followed(
        &mut self,
        _: &Cursor<'p>,
        field: &RawField,
        row: Row<'s>,
        level: &mut Level<Begun>,
    ) -> Result<(), WireError> {
        self.problem(field.number, field.start, ProblemKind::TooDeep);
        self.push(field, level.depth, row.0, Shape::Bytes);
        Ok(())
    }

    #[inline(never)]
    fn mismatched(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        _: Row<'s>,
        level: &mut Level<Begun>,
    ) -> Result<(), WireError> {
        self.problem(field.number, field.start, ProblemKind::WrongWireType);
        self.undeclared(cursor, field, level)
    }

    #[inline]
    fn undeclared(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        level: &mut Level<Begun>,
    ) -> Result<(), WireError> {
        let first = self.reading.problems.len();
        schemaless::push_field(self.reading, cursor, field, level.depth)?;
        for problem in self.reading.problems.iter_mut().skip(first) {
            problem.path = self.way.path(field.number);
            problem.names = self.way.names(field.number, self.schema);
        }
        Ok(())
    }

    #[inline(never)]
    fn broken(&mut self, at: u32, end: u32, level: &mut Level<Begun>, stop: WireError) -> Result<(), WireError> {
        self.problem(0, stop.offset, stop.kind);
        self.reading.push_unparsed(at, end, level.depth);
        Ok(())
    }

    /// Notes the required fields that are missing at the end of a message.
    #[inline(always)]
    fn end(&mut self, level: &mut Level<Begun>) -> Result<(), WireError> {
        if self.schema.message(level.id).is_some_and(|message| message.required_count > 0) {
            self.check_required(level);
        }
        Ok(())
    }
}

impl Nodes<'_, '_> {
    #[inline(never)]
    fn check_required(&mut self, level: &Level<Begun>) {
        let schema = self.schema;
        let required = schema.fields_of(level.id).iter().filter(|field| field.cardinality == Cardinality::Required);
        for field in required {
            let is_here = self.reading.level(level.state.first).any(|(_, node)| node.number == field.number);
            if !is_here {
                self.problem(field.number, level.state.start, ProblemKind::MissingRequired);
            }
        }
    }

    #[inline(never)]
    fn problem(&mut self, number: u32, offset: u32, kind: ProblemKind) {
        let (path, names) = (self.way.path(number), self.way.names(number, self.schema));
        self.reading.problems.push(Problem { offset: offset as usize, path, names, kind });
    }

    #[inline(always)]
    fn push(&mut self, field: &RawField, depth: u16, id: FieldId, shape: Shape) -> usize {
        let index = self.reading.nodes.len();
        self.reading.nodes.push(Node {
            number: field.number,
            wire_type: field.wire_type,
            shape,
            element: shape,
            sense: Sense::Plain,
            depth,
            field: Some(id),
            message_type: None,
            start: field.start,
            value_start: field.value_start,
            value_end: field.value_end,
            end: field.value_end,
            value: field.value,
            next: position(index + 1),
            margin: f32::INFINITY,
        });
        index
    }
}

/// The type that the content of an `Any` names: what stands behind the last `/` of the last `type_url`.
fn named_type(mut content: Cursor<'_>, schema: &Schema) -> Option<TypeId> {
    let mut url = None;
    while let Some(Ok(field)) = content.next_field() {
        if field.number == 1 && field.wire_type == WireType::Len {
            url = Some(field.content(&content));
        }
    }
    let (_, name) = std::str::from_utf8(url?).ok()?.rsplit_once('/')?;
    schema.find_full_name(name)
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
