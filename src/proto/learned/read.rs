//! Reading a payload by what others of its kind have taught.
//!
//! In: a payload and [`Paths`]. Out: the nodes of a schema-less reading. Values of decided paths are read as they are
//! decided, without weighing anything; all others as their own bytes say. A value that does not read as its
//! path says is read by itself, and marked. Every message is looked through before it is read, so that no value is
//! read twice for a mistake at its end.

use super::{Paths, Place, ROOT, State, Verdict, key};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::schemaless::{Mark, index_u32, problem, push_field, push_node, reads_on};
use crate::proto::wire::{Cursor, RawField, WireError, is_text};
use crate::proto::{ProblemKind, Reading, Sense, Shape, WireType};

/// Levels down to which the inside of a value that decided for itself is read by its paths. Each costs one more
/// look at all that is inside.
const AGAIN: u16 = 8;

impl Reading {
    /// Reads `payload` without a schema, by what is known of its kind. What was in the reading before is gone.
    pub fn read_learned(&mut self, payload: &[u8], paths: &Paths) {
        let mut hint = 0;
        self.read_fields(payload, |reading, cursor, field| {
            let mark = Mark::of(reading);
            let mut walk = Walk { reading, paths, payload: cursor.bytes() };
            walk.field(cursor, field, ROOT, &mut hint, 0).inspect_err(|_| mark.cut(reading))
        });
    }
}

pub(super) struct Walk<'r, 'p> {
    pub(super) reading: &'r mut Reading,
    pub(super) paths: &'r Paths,
    pub(super) payload: &'p [u8],
}

impl<'p> Walk<'_, 'p> {
    /// Appends one field of the place `up`; `hint` is where its last field was found.
    pub(super) fn field(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        up: u32,
        hint: &mut usize,
        depth: u16,
    ) -> Result<(), WireError> {
        let paths = self.paths;
        let found = paths.find(up, key(field.number, field.wire_type), hint);
        let Some((at, verdict)) = found else { return push_field(self.reading, cursor, field, depth) };
        if verdict.shape == Shape::Unparsed {
            return self.exception(cursor, field, verdict, depth);
        }
        if self.reading.nodes.len() >= limits::FIELDS {
            return Err(WireError { offset: field.start, kind: ProblemKind::TooManyFields });
        }
        match field.wire_type {
            WireType::StartGroup => {
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

    /// Appends a field that its path says is a number. Most are, and need no more than this.
    #[inline(always)]
    fn number(&mut self, field: &RawField, up: u32, hint: &mut usize, depth: u16) -> bool {
        let is_number = matches!(field.wire_type, WireType::Varint | WireType::I32 | WireType::I64);
        let paths = self.paths;
        let Some((_, verdict)) = is_number.then(|| paths.find(up, key(field.number, field.wire_type), hint)).flatten()
        else {
            return false;
        };
        let is_plain = verdict.state != State::Open && !matches!(verdict.shape, Shape::Unparsed | Shape::Bool);
        if is_plain && self.reading.nodes.len() < limits::FIELDS {
            self.push(field, verdict, depth);
            return true;
        }
        false
    }

    fn group(&mut self, cursor: &mut Cursor<'p>, group: &RawField, at: u32, depth: u16) -> Result<(), WireError> {
        if depth >= limits::DEPTH {
            return Err(WireError { offset: group.start, kind: ProblemKind::TooDeep });
        }
        self.overlong(group);
        let index = push_node(self.reading, group, depth, (Shape::Group, Shape::Group), Sense::Plain, f32::INFINITY);
        let mut hint = 0;
        while let Some(field) = cursor.next_field() {
            let field = field?;
            if field.wire_type == WireType::EndGroup && field.number == group.number {
                let next = index_u32(self.reading.nodes.len());
                if let Some(node) = self.reading.nodes.get_mut(index) {
                    (node.value_end, node.end, node.next) = (field.start, field.value_end, next);
                }
                return Ok(());
            }
            self.field(cursor, &field, at, &mut hint, depth + 1)?;
        }
        Err(WireError { offset: group.start, kind: ProblemKind::BadGroup })
    }

    fn content(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        at: u32,
        verdict: &Verdict,
        depth: u16,
    ) -> Result<(), WireError> {
        let range = field.value_start as usize..field.value_end as usize;
        let content = self.payload.get(range).unwrap_or_default();
        let fits = match verdict.shape {
            _ if matches!(verdict.state, State::Open | State::Mixed) => return self.alone(cursor, field, at, depth),
            Shape::Message => reads_on(Cursor::within(self.payload, field.value_start, field.value_end)).is_ok(),
            Shape::Text => is_text(content),
            Shape::Packed => packed_len(content, verdict.element) == content.len(),
            _ if verdict.sense == Sense::Address && verdict.state == State::Given => matches!(content.len(), 4 | 16),
            _ => true,
        };
        if !fits {
            return self.exception(cursor, field, verdict, depth);
        }
        if verdict.shape != Shape::Message {
            self.push(field, verdict, depth);
        } else if depth < limits::DEPTH {
            let index = self.push(field, verdict, depth);
            self.inside(index, field, at, depth);
        } else {
            self.push(field, &Verdict { shape: Shape::Bytes, element: Shape::Bytes, ..*verdict }, depth);
            self.reading.problems.push(problem(field.value_start, ProblemKind::TooDeep));
        }
        Ok(())
    }

    /// A value that decides for itself; what is inside it follows its paths all the same.
    fn alone(&mut self, cursor: &mut Cursor<'p>, field: &RawField, at: u32, depth: u16) -> Result<(), WireError> {
        let index = self.reading.nodes.len();
        let own_problems = self.reading.problems.len() + usize::from(field.overlong);
        push_field(self.reading, cursor, field, depth)?;
        let is_known = self.paths.place(at).is_some_and(|place| !place.inside.is_empty());
        let is_message = self.reading.nodes.get(index).is_some_and(|node| node.shape == Shape::Message);
        if is_message && is_known && depth < AGAIN {
            self.reading.nodes.truncate(index + 1);
            self.reading.problems.truncate(own_problems);
            self.inside(index, field, at, depth);
        }
        Ok(())
    }

    /// The fields of the message in `field`, which read to its end.
    fn inside(&mut self, index: usize, field: &RawField, at: u32, depth: u16) {
        let mark = Mark::of(self.reading);
        let mut cursor = Cursor::within(self.payload, field.value_start, field.value_end);
        let mut hint = 0;
        while let Some(Ok(inner)) = cursor.next_field() {
            if self.number(&inner, at, &mut hint, depth + 1) {
                continue;
            }
            if let Err(error) = self.field(&mut cursor, &inner, at, &mut hint, depth + 1) {
                // A cap: what is too much is bytes, as it is where nothing was learned.
                mark.cut(self.reading);
                self.reading.problems.push(problem(field.value_start, error.kind));
                if let Some(node) = self.reading.nodes.get_mut(index) {
                    (node.shape, node.element, node.sense) = (Shape::Bytes, Shape::Bytes, Sense::Plain);
                }
                break;
            }
        }
        let next = index_u32(self.reading.nodes.len());
        if let Some(node) = self.reading.nodes.get_mut(index) {
            node.next = next;
        }
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

    /// A value that is not what its path says. Where the user said it, that is a problem; where others taught it, a mark.
    #[cold]
    fn exception(
        &mut self,
        cursor: &mut Cursor<'p>,
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

impl Paths {
    /// The field `key` of the place `up`.
    #[inline]
    pub(super) fn find(&self, up: u32, key: u32, hint: &mut usize) -> Option<(u32, &Verdict)> {
        self.find_in(&self.place(up)?.inside, key, hint)
    }

    /// The field `key` among the fields inside a place. Fields mostly come in the order of their numbers, so the place of
    /// the last one and the one after it are looked at first.
    #[inline(always)]
    fn find_in(&self, inside: &[(u32, u32)], key: u32, hint: &mut usize) -> Option<(u32, &Verdict)> {
        if let Some((_, at)) = inside.get(*hint).filter(|(known, _)| *known == key) {
            return Some((*at, &self.place(*at)?.verdict));
        }
        let mut next = *hint + 1;
        let (at, place) = self.find_from(inside, key, &mut next)?;
        *hint = next - 1;
        Some((at, &place.verdict))
    }

    /// The field `key` among the fields inside a place, most likely the one at `next`; then `next` is the one behind it.
    #[inline(always)]
    pub(super) fn find_from(&self, inside: &[(u32, u32)], key: u32, next: &mut usize) -> Option<(u32, &Place)> {
        let at = match inside.get(*next) {
            Some((known, at)) if *known == key => *at,
            _ => {
                *next = inside.binary_search_by_key(&key, |(known, _)| *known).ok()?;
                inside.get(*next)?.1
            }
        };
        *next += 1;
        Some((at, self.place(at)?))
    }
}
