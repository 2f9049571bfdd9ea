//! Fields read as what describes their bytes in the fewest bits.
//!
//! In: fields of a walk. Out: their nodes, what they cost, and, where somebody wants to know, what each costs under
//! every hypothesis. A message is read into nodes before it is known whether it is one; what another reading describes
//! better is taken back. Invariant: every value is judged once. Not responsible for prices (`cost.rs`) nor for how deep
//! messages go.

use super::cost::{self, Cost, NEVER};
use super::nodes::{Mark, problem, push_node};
use super::weights::{Choice, Weights};
use crate::proto::untyped::{self, Visitor, reads_on};
use crate::proto::wire::{Cursor, RawField, WireError};
use crate::proto::{ProblemKind, Reading, Sense, Shape, WireType};

/// Judges the fields of messages and groups.
pub(super) struct Judge<'r> {
    pub(super) reading: &'r mut Reading,
    /// Weights of each node, where somebody wants to know them.
    pub(super) weights: Option<&'r mut Vec<Weights>>,
}

/// Cost of the fields of a message so far.
pub(super) struct Sum {
    cost: Cost,
    /// Field number and wire type of the last field.
    previous: (u32, WireType),
}

impl Sum {
    pub(super) const EMPTY: Self = Self { cost: cost::MESSAGE, previous: (0, WireType::Varint) };

    pub(super) const fn cost(&self) -> Cost {
        self.cost
    }

    /// Adds a field of a message that ends at `end`, whose value has a cost of its own.
    #[inline(always)]
    pub(super) fn add(&mut self, field: &RawField, end: u32, value: Cost) {
        self.cost += cost::tag(self.previous, field, end) + value;
        self.previous = (field.number, field.wire_type);
    }
}

impl<'p> Visitor<'p> for Judge<'_> {
    type Form = RawField;
    type Level = Sum;
    type Stop = WireError;

    // A message past the cap is read, to know that something is lost.
    const LEVELS_PAST_CAP: u16 = 1;

    #[inline(always)]
    fn has_room(&self) -> bool {
        self.reading.has_room()
    }

    #[inline(always)]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, sum: &mut Sum, depth: u16) -> Result<(), WireError> {
        let value = self.value(cursor, field, depth)?;
        sum.add(field, cursor.end(), value);
        Ok(())
    }
}

/// Judges fields whose level has no price: those of the payload itself, or of a message that is read in another way.
pub(super) struct Alone<'r>(pub(super) Judge<'r>);

impl<'p> Visitor<'p> for Alone<'_> {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    #[inline(always)]
    fn has_room(&self) -> bool {
        self.0.reading.has_room()
    }

    #[inline]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        self.0.value(cursor, field, depth).map(|_| ())
    }
}

impl Judge<'_> {
    /// Appends one field; returns what its value costs.
    fn value<'p>(&mut self, cursor: &mut Cursor<'p>, field: &RawField, depth: u16) -> Result<Cost, WireError> {
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
            WireType::Len => Ok(self.content(cursor, field, depth)),
            WireType::StartGroup | WireType::EndGroup => {
                let index = self.push(field, depth, Choice::certain(Shape::Group));
                let mut sum = Sum::EMPTY;
                let end_tag = untyped::group(self, cursor, field, &mut sum, depth + 1)?;
                let end = cursor.position();
                self.reading.close_node(index, |node| (node.value_end, node.end) = (end_tag, end));
                Ok(sum.cost)
            }
        }
    }

    /// Appends a length-delimited field under its best reading.
    #[inline(always)]
    pub(super) fn content(&mut self, cursor: &Cursor<'_>, field: &RawField, depth: u16) -> Cost {
        let range = field.value_start as usize..field.value_end as usize;
        let content = cursor.bytes().get(range).unwrap_or_default();
        if content.is_empty() {
            self.push(field, depth, Choice { margin: 0, ..Choice::certain(Shape::Text) });
            return 0;
        }
        let index = self.push(field, depth, Choice::certain(Shape::Bytes));
        let inside = Mark::of(self.reading);
        let message = self.message(cursor.bytes(), (field.value_start, field.value_end), depth);
        let weights = Weights::of(content, message.unwrap_or(NEVER));
        let mut choice = weights.choice();
        let cap_hit = match message {
            Ok(_) if choice.shape == Shape::Message && !untyped::may_hold_messages(depth) => Some(ProblemKind::TooDeep),
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
        self.reading.close_node(index, |node| {
            (node.shape, node.element, node.margin) = (choice.shape, choice.element, choice.margin());
        });
        choice.cost
    }

    /// Appends the content of a field nested `depth` deep as fields; returns what it costs, or why it is not a message.
    pub(super) fn message(
        &mut self,
        payload: &[u8],
        (start, end): (u32, u32),
        depth: u16,
    ) -> Result<Cost, ProblemKind> {
        let cursor = Cursor::within(payload, start, end);
        reads_on(cursor)?;
        let mut sum = Sum::EMPTY;
        untyped::message(self, cursor, &mut sum, depth + 1).map_err(|error| error.kind)?;
        Ok(sum.cost)
    }

    #[inline(always)]
    fn push(&mut self, field: &RawField, depth: u16, choice: Choice) -> usize {
        push_node(self.reading, field, depth, (choice.shape, choice.element), Sense::Plain, choice.margin())
    }
}
