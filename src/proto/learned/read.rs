//! Reading a payload by what others of its kind have taught.
//!
//! In: a payload and [`Paths`]. Out: the nodes of a schema-less reading. Values of decided paths are read as they are
//! decided, without weighing anything; all others as their own bytes say. A value that does not read as its
//! path says is read by itself, and marked. Every message is looked through before it is read, so that no value is
//! read twice for a mistake at its end.

use super::paths::{Paths, ROOT, State, Verdict, key};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::schemaless::{Mark, problem, push_field, push_node};
use crate::proto::untyped::{self, Visitor, reads_on};
use crate::proto::wire::{Cursor, RawField, WireError, is_text};
use crate::proto::{ProblemKind, Reading, Sense, Shape, WireType};

impl Reading {
    /// Reads `payload` without a schema, by what is known of its kind. What was in the reading before is gone.
    pub fn read_learned(&mut self, payload: &[u8], paths: &Paths) {
        self.clear();
        let walked = untyped::payload(&mut Reader { reading: self, paths }, payload, &mut Inside::of(ROOT));
        self.close(walked, Cursor::new(payload).end());
    }
}

/// Appends the nodes of fields.
pub(super) struct Reader<'r> {
    pub(super) reading: &'r mut Reading,
    pub(super) paths: &'r Paths,
}

/// A message or group that is open.
pub(super) struct Inside {
    /// 0-based index of the message's place.
    pub(super) at: u32,
    /// Where among the fields inside the last one was found.
    pub(super) hint: usize,
}

impl Inside {
    pub(super) fn of(at: u32) -> Self {
        Self { at, hint: 0 }
    }
}

impl<'p> Visitor<'p> for Reader<'_> {
    type Form = RawField;
    type Level = Inside;
    type Stop = WireError;

    #[inline(always)]
    fn has_room(&self) -> bool {
        self.reading.has_room()
    }

    #[inline(always)]
    fn field(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        inside: &mut Inside,
        depth: u16,
    ) -> Result<(), WireError> {
        let paths = self.paths;
        let found = paths.find(inside.at, key(field.number, field.wire_type), &mut inside.hint);
        let Some((at, verdict)) = found else { return push_field(self.reading, cursor, field, depth) };
        let is_number = matches!(field.wire_type, WireType::Varint | WireType::I32 | WireType::I64);
        // Most fields are numbers whose path is decided, and need no more than this.
        if is_number && verdict.state != State::Open && !matches!(verdict.shape, Shape::Unparsed | Shape::Bool) {
            self.push(field, verdict, depth);
            return Ok(());
        }
        self.known(cursor, field, (at, verdict), depth)
    }
}

impl Reader<'_> {
    /// Appends a field of the place `at`.
    fn known<'p>(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        (at, verdict): (u32, &Verdict),
        depth: u16,
    ) -> Result<(), WireError> {
        if verdict.shape == Shape::Unparsed {
            return self.exception(cursor, field, verdict, depth);
        }
        match field.wire_type {
            WireType::StartGroup | WireType::EndGroup => {
                if verdict.state == State::Given && verdict.shape != Shape::Message {
                    self.reading.problems.push(problem(field.start, ProblemKind::NotAsGiven));
                }
                self.group(cursor, field, at, depth)
            }
            WireType::Len => self.content(cursor, field, at, verdict, depth),
            _ if verdict.state == State::Open => push_field(self.reading, cursor, field, depth),
            WireType::Varint if verdict.shape == Shape::Bool && field.value > 1 => {
                self.exception(cursor, field, verdict, depth)
            }
            _ => {
                self.push(field, verdict, depth);
                Ok(())
            }
        }
    }

    fn group(&mut self, cursor: &mut Cursor<'_>, group: &RawField, at: u32, depth: u16) -> Result<(), WireError> {
        self.overlong(group);
        let index = push_node(self.reading, group, depth, (Shape::Group, Shape::Group), Sense::Plain, f32::INFINITY);
        let end_tag = untyped::group(self, cursor, group, &mut Inside::of(at), depth + 1)?;
        let end = cursor.position();
        self.reading.close_node(index, |node| (node.value_end, node.end) = (end_tag, end));
        Ok(())
    }

    fn content(
        &mut self,
        cursor: &mut Cursor<'_>,
        field: &RawField,
        at: u32,
        verdict: &Verdict,
        depth: u16,
    ) -> Result<(), WireError> {
        let range = field.value_start as usize..field.value_end as usize;
        let content = cursor.bytes().get(range).unwrap_or_default();
        let fits = match verdict.shape {
            _ if matches!(verdict.state, State::Open | State::Mixed) => return self.alone(cursor, field, at, depth),
            Shape::Message => reads_on(inside(cursor, field)).is_ok(),
            Shape::Text => is_text(content),
            Shape::Packed => packed_len(content, verdict.element) == content.len(),
            _ if verdict.sense == Sense::Address && verdict.state == State::Given => matches!(content.len(), 4 | 16),
            _ => true,
        };
        if !fits {
            return self.exception(cursor, field, verdict, depth);
        }
        let index = self.push(field, verdict, depth);
        if verdict.shape == Shape::Message {
            self.message(index, inside(cursor, field), at, depth);
        }
        Ok(())
    }

    /// Appends a value that decides for itself; what is inside it follows its paths all the same.
    fn alone(&mut self, cursor: &mut Cursor<'_>, field: &RawField, at: u32, depth: u16) -> Result<(), WireError> {
        let index = self.reading.nodes.len();
        let own_problems = self.reading.problems.len() + usize::from(field.overlong);
        push_field(self.reading, cursor, field, depth)?;
        let is_known = self.paths.place(at).is_some_and(|place| !place.inside.is_empty());
        let is_message = self.reading.nodes.get(index).is_some_and(|node| node.shape == Shape::Message);
        if is_message && is_known && depth < limits::READ_AGAIN_DEPTH {
            self.reading.nodes.truncate(index + 1);
            self.reading.problems.truncate(own_problems);
            self.message(index, inside(cursor, field), at, depth);
        }
        Ok(())
    }

    /// Appends the fields of the message that the node at `index` is, nested `depth` deep, which read to its end.
    fn message(&mut self, index: usize, content: Cursor<'_>, at: u32, depth: u16) {
        let mark = Mark::of(self.reading);
        let walked = untyped::message(self, content, &mut Inside::of(at), depth + 1);
        if let Err(error) = walked {
            // A cap: what is too much is bytes, as it is where nothing was learned.
            mark.cut(self.reading);
            self.reading.problems.push(problem(content.position(), error.kind));
        }
        self.reading.close_node(index, |node| {
            if walked.is_err() {
                (node.shape, node.element, node.sense) = (Shape::Bytes, Shape::Bytes, Sense::Plain);
            }
        });
    }

    #[inline]
    fn push(&mut self, field: &RawField, verdict: &Verdict, depth: u16) -> usize {
        self.overlong(field);
        let shapes = (verdict.shape, verdict.element);
        push_node(self.reading, field, depth, shapes, verdict.sense, verdict.margin)
    }

    #[inline]
    fn overlong(&mut self, field: &RawField) {
        if field.overlong {
            self.reading.problems.push(problem(field.start, ProblemKind::OverlongVarint));
        }
    }

    /// Appends a value that is not what its path says. Where the user said it, that is a problem;
    /// where others taught it, a mark.
    #[cold]
    fn exception(
        &mut self,
        cursor: &mut Cursor<'_>,
        field: &RawField,
        verdict: &Verdict,
        depth: u16,
    ) -> Result<(), WireError> {
        let index = self.reading.nodes.len();
        if verdict.state == State::Given {
            self.reading.problems.push(problem(field.start, ProblemKind::NotAsGiven));
        }
        push_field(self.reading, cursor, field, depth)?;
        if let Some(node) = self.reading.nodes.get_mut(index) {
            node.sense = Sense::Exception;
        }
        Ok(())
    }
}

/// The content of a length-delimited field of the range of `cursor`.
fn inside<'p>(cursor: &Cursor<'p>, field: &RawField) -> Cursor<'p> {
    Cursor::within(cursor.bytes(), field.value_start, field.value_end)
}
