//! Payloads read without a schema.
//!
//! In: a payload, or one field of it that a schema does not know. Out: nodes, each with the reading that describes its
//! bytes in the fewest bits (its prices are in `cost.rs`) and the margin to the second best. Invariants: every byte
//! belongs to a node; a length-delimited value is a message only if its content reads as fields to its last byte; every value is
//! judged once, so that work is at most the payload's length times [`limits::DEPTH`]. Not responsible for deciding
//! over many payloads: one path may read differently in two of them; `learned` decides over the `Weights` of many.
//!
//! An empty value may be an empty text, message, list or bytes; it is read as text with margin 0.

mod alternatives;
mod compressed;
pub(super) mod cost;
mod weights;

pub use alternatives::{Alternative, alternatives};
pub(super) use weights::{HYPOTHESES, Weights, bits};

use super::wire::{Cursor, RawField, WireError};
use super::{Node, Problem, ProblemKind, Reading, Sense, Shape, WireType};
use crate::limits;
use cost::{Cost, NEVER};
use weights::Choice;

impl Reading {
    /// Reads `payload` without a schema. What was in the reading before is gone; its memory is used again.
    pub fn read_schemaless(&mut self, payload: &[u8]) {
        self.read_fields(payload, |reading, cursor, field| push_field(reading, cursor, field, 0));
    }

    /// Reads `payload` without a schema, and puts what each node costs under each hypothesis in its place in `weights`,
    /// in place of what was there; nodes that are not length-delimited have no weight. Fields of the payload itself that
    /// `passes_over` are left out.
    pub(super) fn weigh(
        &mut self,
        payload: &[u8],
        weights: &mut Vec<Weights>,
        mut passes_over: impl FnMut(&[u8], &RawField) -> bool,
    ) {
        weights.clear();
        self.read_fields(payload, |reading, cursor, field| {
            if passes_over(payload, field) {
                return Ok(());
            }
            let mark = Mark::of(reading);
            let mut walk = Walk { reading, payload: cursor.bytes(), weights: Some(weights) };
            walk.field(cursor, field, 0).map(|_| ()).inspect_err(|_| mark.cut(reading))
        });
        weights.resize(self.nodes.len(), Weights::default());
    }

    /// Reads the fields of the payload itself with `push`, up to the first that it does not take.
    #[inline]
    pub(super) fn read_fields<'p>(
        &mut self,
        payload: &'p [u8],
        mut push: impl FnMut(&mut Self, &mut Cursor<'p>, &RawField) -> Result<(), WireError>,
    ) {
        self.clear();
        let mut cursor = Cursor::new(payload);
        while let Some(field) = cursor.next_field() {
            let start = field.map_or(cursor.position(), |field| field.start);
            if let Err(error) = field.and_then(|field| push(self, &mut cursor, &field)) {
                self.push_unparsed(start, cursor.end(), 0);
                self.problems.push(problem(error.offset, error.kind));
                break;
            }
        }
        self.name_paths(0);
    }
}

/// Reads one field that `cursor` has just given, appends it with all that is inside, and moves `cursor` past its end
/// if it is a group. `depth` is the nesting of the field itself. Problems come without their path; see
/// [`Reading::name_paths`].
///
/// # Errors
///
/// The field is a group that does not end, an end tag without a group, or one field too many. Nothing is appended; what
/// follows in this message cannot be read.
pub(super) fn push_field(
    reading: &mut Reading,
    cursor: &mut Cursor<'_>,
    field: &RawField,
    depth: u16,
) -> Result<(), WireError> {
    let mark = Mark::of(reading);
    let result = Walk { reading, payload: cursor.bytes(), weights: None }.field(cursor, field, depth);
    result.map(|_| ()).inspect_err(|_| mark.cut(reading))
}

struct Walk<'r, 'p> {
    reading: &'r mut Reading,
    payload: &'p [u8],
    /// Of each node, where somebody wants to know.
    weights: Option<&'r mut Vec<Weights>>,
}

impl Walk<'_, '_> {
    /// The fields up to the end of `cursor`, or to the end tag of `group`: what they cost as a message, and that tag.
    fn fields(
        &mut self,
        cursor: &mut Cursor<'_>,
        group: Option<&RawField>,
        depth: u16,
    ) -> Result<(Cost, Option<RawField>), WireError> {
        let mut sum = cost::MESSAGE;
        let mut previous = (0, WireType::Varint);
        while let Some(field) = cursor.next_field() {
            let field = field?;
            if field.wire_type == WireType::EndGroup && group.is_some_and(|group| group.number == field.number) {
                return Ok((sum, Some(field)));
            }
            sum += cost::tag(previous, &field, cursor.end()) + self.field(cursor, &field, depth)?;
            previous = (field.number, field.wire_type);
        }
        match group {
            Some(group) => Err(WireError { offset: group.start, kind: ProblemKind::BadGroup }),
            None => Ok((sum, None)),
        }
    }

    /// Appends one field; returns what its value costs.
    fn field(&mut self, cursor: &mut Cursor<'_>, field: &RawField, depth: u16) -> Result<Cost, WireError> {
        let error = |kind| WireError { offset: field.start, kind };
        if self.reading.nodes.len() >= limits::FIELDS {
            return Err(error(ProblemKind::TooManyFields));
        }
        if field.overlong {
            self.reading.problems.push(problem(field.start, ProblemKind::OverlongVarint));
        }
        match field.wire_type {
            WireType::Varint => {
                let len = field.value_end - field.value_start;
                let shape = if len == 10 { Shape::Signed } else { Shape::Unsigned };
                self.push(field, depth, Choice::certain(shape));
                Ok(cost::varint(field.value, len as usize))
            }
            WireType::I32 => {
                let mut choice = Choice::of(Shape::Fixed32, cost::fixed32(field.value));
                choice.offer(Shape::Float, Shape::Float, cost::float(field.value));
                self.push(field, depth, choice);
                Ok(choice.cost)
            }
            WireType::I64 => {
                let mut choice = Choice::of(Shape::Fixed64, cost::fixed64(field.value));
                choice.offer(Shape::Double, Shape::Double, cost::double(field.value));
                self.push(field, depth, choice);
                Ok(choice.cost)
            }
            WireType::Len => Ok(self.len(field, depth)),
            WireType::StartGroup if depth >= limits::DEPTH => Err(error(ProblemKind::TooDeep)),
            WireType::StartGroup => {
                let index = self.push(field, depth, Choice::certain(Shape::Group));
                let (cost, end_tag) = self.fields(cursor, Some(field), depth + 1)?;
                let next = index_u32(self.reading.nodes.len());
                if let (Some(node), Some(end_tag)) = (self.reading.nodes.get_mut(index), end_tag) {
                    (node.value_end, node.end, node.next) = (end_tag.start, end_tag.value_end, next);
                }
                Ok(cost)
            }
            WireType::EndGroup => Err(error(ProblemKind::BadGroup)),
        }
    }

    /// Appends a length-delimited field under its best reading.
    fn len(&mut self, field: &RawField, depth: u16) -> Cost {
        let range = field.value_start as usize..field.value_end as usize;
        let content = self.payload.get(range).unwrap_or_default();
        if content.is_empty() {
            self.push(field, depth, Choice { margin: 0, ..Choice::certain(Shape::Text) });
            return 0;
        }
        let index = self.push(field, depth, Choice::certain(Shape::Bytes));
        let inside = Mark::of(self.reading);
        let message = self.message(field, depth);
        let weights = Weights::of(content, message.unwrap_or(NEVER));
        let mut choice = weights.choice();
        let cap_hit = match message {
            // Read one level too deep, to know that something is lost.
            Ok(_) if choice.shape == Shape::Message && depth >= limits::DEPTH => Some(ProblemKind::TooDeep),
            Err(ProblemKind::TooDeep) if choice.shape == Shape::Bytes => Some(ProblemKind::TooDeep),
            // So many fields in a row are no accident; a list of numbers would mislead.
            Err(ProblemKind::TooManyFields) if choice.shape != Shape::Text => Some(ProblemKind::TooManyFields),
            _ => None,
        };
        if cap_hit.is_some() {
            (choice.shape, choice.element) = (Shape::Bytes, Shape::Bytes);
        }
        if choice.shape != Shape::Message {
            inside.cut(self.reading);
        }
        self.reading.problems.extend(cap_hit.map(|kind| problem(field.value_start, kind)));
        if let Some(all) = &mut self.weights {
            all.resize(self.reading.nodes.len(), Weights::default());
            all.get_mut(index).into_iter().for_each(|place| *place = weights);
        }
        let next = index_u32(self.reading.nodes.len());
        if let Some(node) = self.reading.nodes.get_mut(index) {
            (node.shape, node.element, node.margin, node.next) = (choice.shape, choice.element, choice.margin(), next);
        }
        choice.cost
    }

    /// Appends the content of `field` as fields; returns what it costs, or why it is not a message.
    fn message(&mut self, field: &RawField, depth: u16) -> Result<Cost, ProblemKind> {
        // One level past the cap is tried, and nothing inside that.
        if depth > limits::DEPTH {
            return Err(ProblemKind::BadTag);
        }
        let mut cursor = Cursor::within(self.payload, field.value_start, field.value_end);
        // Most texts break off soon; finding that out is far cheaper than nodes that are thrown away.
        reads_on(cursor)?;
        self.fields(&mut cursor, None, depth + 1).map(|(cost, _)| cost).map_err(|error| error.kind)
    }

    #[inline(always)]
    fn push(&mut self, field: &RawField, depth: u16, choice: Choice) -> usize {
        push_node(self.reading, field, depth, (choice.shape, choice.element), Sense::Plain, choice.margin())
    }
}

/// Appends the node of a field without what is inside it; `shapes` are its own and that of its elements.
#[inline(always)]
pub(super) fn push_node(
    reading: &mut Reading,
    field: &RawField,
    depth: u16,
    (shape, element): (Shape, Shape),
    sense: Sense,
    margin: f32,
) -> usize {
    let index = reading.nodes.len();
    reading.nodes.push(Node {
        number: field.number,
        wire_type: field.wire_type,
        shape,
        element,
        sense,
        depth,
        field: None,
        message_type: None,
        start: field.start,
        value_start: field.value_start,
        value_end: field.value_end,
        end: field.value_end,
        value: field.value,
        next: index_u32(index + 1),
        margin,
    });
    index
}

/// Whether the content of `cursor` reads as fields to its last byte, values left unread.
///
/// # Errors
///
/// Why it does not.
#[inline]
pub(super) fn reads_on(mut cursor: Cursor<'_>) -> Result<(), ProblemKind> {
    let mut open_groups = 0_u32;
    cursor.skip_short();
    while let Some(field) = cursor.next_field() {
        match field.map_err(|error| error.kind)?.wire_type {
            WireType::StartGroup => open_groups += 1,
            WireType::EndGroup => open_groups = open_groups.checked_sub(1).ok_or(ProblemKind::BadGroup)?,
            _ => {}
        }
        cursor.skip_short();
    }
    if open_groups > 0 { Err(ProblemKind::BadGroup) } else { Ok(()) }
}

/// How much of a reading there was before an attempt.
pub(super) struct Mark {
    nodes: usize,
    problems: usize,
}

impl Mark {
    pub(super) fn of(reading: &Reading) -> Self {
        Self { nodes: reading.nodes.len(), problems: reading.problems.len() }
    }

    pub(super) fn cut(&self, reading: &mut Reading) {
        reading.nodes.truncate(self.nodes);
        reading.problems.truncate(self.problems);
    }
}

pub(super) fn problem(offset: u32, kind: ProblemKind) -> Problem {
    Problem { offset: offset as usize, path: String::new(), names: String::new(), kind }
}

/// [`limits::FIELDS`] is far below 2^32.
pub(super) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
pub(super) mod tests;
