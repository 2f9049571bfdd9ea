//! Reading a payload as a message type.
//!
//! In: a payload, a schema, a type. Out: the same nodes as without a schema, but with their declared field and shape, and
//! a [`Problem`] for everything that a conforming encoder would not have written. Invariant: nothing is
//! dropped. Fields that the type does not have, and those whose encoding does not fit their declaration, are read
//! without schema; a message that breaks off keeps the fields before the break. The content of a
//! `google.protobuf.Any` is read as the type that it names. Nothing is allocated but nodes and problems.

pub(super) mod check;
mod level;
#[cfg(test)]
mod tests;

use super::reading::{Node, Problem, ProblemKind, Reading, Shape, WireType};
use super::schema::{Cardinality, Field, FieldId, Schema, TypeId, WellKnown};
use super::schemaless;
use super::sense::Sense;
use super::wire::{Cursor, RawField, WireError, is_text};
use crate::limits;
use level::{End, Level};

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
        let mut cursor = Cursor::new(payload);
        Walk { reading: self, schema }.message(&mut cursor, &mut Level::payload(id));
    }
}

/// The field `value` of `google.protobuf.Any`.
const ANY_VALUE: u32 = 2;

/// What is read into, and by what.
struct Walk<'a> {
    reading: &'a mut Reading,
    schema: &'a Schema,
}

impl Walk<'_> {
    /// Reads fields to the end of the cursor or of the group.
    fn message(&mut self, cursor: &mut Cursor<'_>, level: &mut Level<'_>) -> End {
        let (first, start) = (self.reading.nodes.len(), cursor.position());
        if self.schema.well_known(level.id) == Some(WellKnown::Any) {
            level.any = named_type(*cursor, self.schema);
        }
        let end = loop {
            let at = cursor.position();
            match self.next_field(cursor, level) {
                Ok(None) => {}
                Ok(Some(End::Content)) if level.group.is_some() => {
                    self.problem(level, 0, start, ProblemKind::BadGroup);
                    break End::Broken;
                }
                Ok(Some(end)) => break end,
                Err(WireError { offset, kind }) => {
                    self.problem(level, 0, offset, kind);
                    self.reading.push_unparsed(at, cursor.end(), level.depth);
                    *cursor = Cursor::within(cursor.bytes(), cursor.end(), cursor.end());
                    break End::Broken;
                }
            }
        };
        self.check_required(level, first, start);
        end
    }

    /// Reads one field; says if it was the last one.
    ///
    /// # Errors
    ///
    /// Nothing in this message can be read from where the field starts.
    fn next_field(&mut self, cursor: &mut Cursor<'_>, level: &Level<'_>) -> Result<Option<End>, WireError> {
        let Some(raw) = cursor.next_field() else { return Ok(Some(End::Content)) };
        let raw = raw?;
        if raw.wire_type == WireType::EndGroup {
            let is_ours = level.group == Some(raw.number);
            let wrong = WireError { offset: raw.start, kind: ProblemKind::BadGroup };
            return if is_ours { Ok(Some(End::Tag(raw.start))) } else { Err(wrong) };
        }
        if self.reading.nodes.len() >= limits::FIELDS {
            return Err(WireError { offset: raw.start, kind: ProblemKind::TooManyFields });
        }
        let schema = self.schema;
        let Some((id, field)) = schema.field_by_number(level.id, raw.number) else {
            return self.undeclared(cursor, &raw, level);
        };
        if raw.wire_type == WireType::Len && field.is_packable() {
            self.packed(cursor, &raw, level, id, field);
        } else if raw.wire_type == field.kind.wire_type() {
            return self.declared(cursor, &raw, level, id, field);
        } else {
            self.problem(level, raw.number, raw.start, ProblemKind::WrongWireType);
            return self.undeclared(cursor, &raw, level);
        }
        Ok(None)
    }

    fn declared(
        &mut self,
        cursor: &mut Cursor<'_>,
        raw: &RawField,
        level: &Level<'_>,
        id: FieldId,
        field: &Field,
    ) -> Result<Option<End>, WireError> {
        self.check_tag(raw, level);
        match field.kind.shape() {
            Shape::Text => self.text(cursor, raw, level, id),
            Shape::Message => self.nested(cursor, raw, level, id, field.message_type),
            Shape::Bytes if level.any.is_some() && raw.number == ANY_VALUE => {
                self.nested(cursor, raw, level, id, level.any);
            }
            Shape::Group => return self.group(cursor, raw, level, id, field.message_type),
            shape => {
                if raw.wire_type == WireType::Varint
                    && let Some(kind) = check::value(self.schema, field, raw.value)
                {
                    self.problem(level, raw.number, raw.value_start, kind);
                }
                self.push(raw, level, id, shape);
            }
        }
        Ok(None)
    }

    fn text(&mut self, cursor: &Cursor<'_>, raw: &RawField, level: &Level<'_>, id: FieldId) {
        let is_text = content(cursor, raw).is_some_and(is_text);
        if !is_text {
            self.problem(level, raw.number, raw.value_start, ProblemKind::BadUtf8);
        }
        self.push(raw, level, id, if is_text { Shape::Text } else { Shape::Bytes });
    }

    fn nested(
        &mut self,
        cursor: &Cursor<'_>,
        raw: &RawField,
        level: &Level<'_>,
        id: FieldId,
        message_type: Option<TypeId>,
    ) {
        let Some(mut inner) = level.inside(raw.number, message_type) else {
            self.problem(level, raw.number, raw.start, ProblemKind::TooDeep);
            self.push(raw, level, id, Shape::Bytes);
            return;
        };
        let index = self.push(raw, level, id, Shape::Message);
        let mut content = Cursor::within(cursor.bytes(), raw.value_start, raw.value_end);
        self.message(&mut content, &mut inner);
        self.close(index, |node| node.message_type = message_type);
    }

    fn group(
        &mut self,
        cursor: &mut Cursor<'_>,
        raw: &RawField,
        level: &Level<'_>,
        id: FieldId,
        message_type: Option<TypeId>,
    ) -> Result<Option<End>, WireError> {
        // Where a group ends is only known by reading it: one that is too deep takes the rest of its message along.
        let too_deep = WireError { offset: raw.start, kind: ProblemKind::TooDeep };
        let mut inner = level.inside(raw.number, message_type).ok_or(too_deep)?;
        let index = self.push(raw, level, id, Shape::Group);
        inner.group = Some(raw.number);
        let end = self.message(cursor, &mut inner);
        let behind = cursor.position();
        self.close(index, |node| {
            node.message_type = message_type;
            node.value_end = if let End::Tag(start) = end { start } else { behind };
            node.end = behind;
        });
        Ok(matches!(end, End::Broken).then_some(End::Broken))
    }

    fn packed(&mut self, cursor: &Cursor<'_>, raw: &RawField, level: &Level<'_>, id: FieldId, field: &Field) {
        self.check_tag(raw, level);
        let content = content(cursor, raw).unwrap_or_default();
        match check::elements(self.schema, field, content) {
            Ok(problems) => {
                for kind in problems.kinds() {
                    self.problem(level, raw.number, raw.value_start, kind);
                }
                let index = self.push(raw, level, id, Shape::Packed);
                self.close(index, |node| node.element = field.kind.shape());
            }
            Err(kind) => {
                self.problem(level, raw.number, raw.value_start, kind);
                self.push(raw, level, id, Shape::Bytes);
            }
        }
    }

    fn check_tag(&mut self, raw: &RawField, level: &Level<'_>) {
        if raw.overlong {
            self.problem(level, raw.number, raw.start, ProblemKind::OverlongVarint);
        }
    }

    fn check_required(&mut self, level: &Level<'_>, first: usize, start: u32) {
        if self.schema.message(level.id).is_none_or(|message| message.required_count == 0) {
            return;
        }
        let schema = self.schema;
        let required = schema.fields_of(level.id).iter().filter(|field| field.cardinality == Cardinality::Required);
        for field in required {
            let is_here = self.reading.level(first).any(|(_, node)| node.number == field.number);
            if !is_here {
                self.problem(level, field.number, start, ProblemKind::MissingRequired);
            }
        }
    }

    fn undeclared(
        &mut self,
        cursor: &mut Cursor<'_>,
        raw: &RawField,
        level: &Level<'_>,
    ) -> Result<Option<End>, WireError> {
        let first = self.reading.problems.len();
        schemaless::push_field(self.reading, cursor, raw, level.depth)?;
        for problem in self.reading.problems.iter_mut().skip(first) {
            problem.path = level.path(raw.number);
            problem.names = level.names(raw.number, self.schema);
        }
        Ok(None)
    }

    fn problem(&mut self, level: &Level<'_>, number: u32, offset: u32, kind: ProblemKind) {
        let (path, names) = (level.path(number), level.names(number, self.schema));
        self.reading.problems.push(Problem { offset: offset as usize, path, names, kind });
    }

    fn push(&mut self, raw: &RawField, level: &Level<'_>, field: FieldId, shape: Shape) -> usize {
        let index = self.reading.nodes.len();
        self.reading.nodes.push(Node {
            number: raw.number,
            wire_type: raw.wire_type,
            shape,
            element: shape,
            sense: Sense::Plain,
            depth: level.depth,
            field: Some(field),
            message_type: None,
            start: raw.start,
            value_start: raw.value_start,
            value_end: raw.value_end,
            end: raw.value_end,
            value: raw.value,
            next: position(index + 1),
            margin: f32::INFINITY,
        });
        index
    }

    /// Sets what is known of a node only after its content was read.
    fn close(&mut self, index: usize, set: impl FnOnce(&mut Node)) {
        let next = position(self.reading.nodes.len());
        if let Some(node) = self.reading.nodes.get_mut(index) {
            node.next = next;
            set(node);
        }
    }
}

fn content<'a>(cursor: &Cursor<'a>, raw: &RawField) -> Option<&'a [u8]> {
    cursor.bytes().get(raw.value_start as usize..raw.value_end as usize)
}

/// The type that the content of an `Any` names: what stands behind the last `/` of the last `type_url`.
fn named_type(mut cursor: Cursor<'_>, schema: &Schema) -> Option<TypeId> {
    let mut url = None;
    while let Some(Ok(raw)) = cursor.next_field() {
        if raw.number == 1 && raw.wire_type == WireType::Len {
            url = content(&cursor, &raw);
        }
    }
    let (_, name) = std::str::from_utf8(url?).ok()?.rsplit_once('/')?;
    schema.find_full_name(name)
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
