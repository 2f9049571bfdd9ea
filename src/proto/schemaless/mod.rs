//! Payloads read without a schema.
//!
//! In: a payload, or one field of it that a schema does not know. Out: nodes, each with the reading that describes its
//! bytes in the fewest bits (its prices are in `cost.rs`) and the margin to the second best. Invariants: every byte
//! belongs to a node; a length-delimited value is a message only if its content reads as fields to its last byte; every
//! value is judged once, so that work is at most the payload's length times the depth of the walk. Not responsible for
//! deciding over many payloads: one path may read differently in two of them; `learned` decides over the `Weights` of
//! many.
//!
//! An empty value may be an empty text, message, list or bytes; it is read as text with margin 0.

mod alternatives;
mod compressed;
pub(super) mod cost;
mod judge;
mod nodes;
mod prices;
mod weights;

pub use alternatives::{Alternative, alternatives};
pub(super) use nodes::{Mark, problem, push_node};
pub(crate) use prices::{message_price, opaque_price, text_price, value_price};
pub(super) use weights::{HYPOTHESES, Weights, bits};

use super::Reading;
use super::untyped::{self, Visitor};
use super::wire::{Cursor, RawField, WireError};
use judge::{Alone, Judge};

impl Reading {
    /// Reads `payload` without a schema. What was in the reading before is gone; its memory is used again.
    pub fn read_schemaless(&mut self, payload: &[u8]) {
        self.clear();
        let walked = untyped::payload(&mut Alone(Judge { reading: self, weights: None }), payload, &mut ());
        self.close(walked, Cursor::new(payload).end());
    }

    /// Reads `payload` without a schema, and puts what each node costs under each hypothesis in its place in `weights`,
    /// in place of what was there; nodes that are not length-delimited have no weight. Fields of the payload itself
    /// that `passes_over` are left out.
    pub(super) fn weigh(
        &mut self,
        payload: &[u8],
        weights: &mut Vec<Weights>,
        passes_over: impl FnMut(&[u8], &RawField) -> bool,
    ) {
        weights.clear();
        self.clear();
        let judge = Alone(Judge { reading: self, weights: Some(weights) });
        let walked = untyped::payload(&mut Unless { passes_over, judge }, payload, &mut ());
        self.close(walked, Cursor::new(payload).end());
        weights.resize(self.nodes.len(), Weights::default());
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
    let result = untyped::field(&mut Alone(Judge { reading, weights: None }), cursor, field, &mut (), depth);
    result.inspect_err(|_| mark.cut(reading))
}

/// Judges the fields of the payload itself, but for those that are passed over, which do not count as read.
struct Unless<'r, F> {
    passes_over: F,
    judge: Alone<'r>,
}

impl<'p, F: FnMut(&[u8], &RawField) -> bool> Visitor<'p> for Unless<'_, F> {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        if (self.passes_over)(cursor.bytes(), field) {
            return Ok(());
        }
        untyped::field(&mut self.judge, cursor, field, &mut (), depth)
    }
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
pub(super) mod tests;
