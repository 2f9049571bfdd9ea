//! What a whole payload costs to describe, as fields, as text and as bytes, in tenths of a bit.
//!
//! In: payloads. Out: their prices. Invariant: a price as fields is exact, or it is between the exact one and what was
//! asked for. Not responsible for what prices say.

use super::cost::{self, Cost, NEVER};
use super::judge::{Judge, Sum};
use crate::limits;
use crate::proto::untyped::{self, Visitor};
use crate::proto::wire::{Cursor, RawField, WireError};
use crate::proto::{ProblemKind, Reading, WireType};

/// The price of a payload as fields; none if it does not read as such to its last byte. Where the price is `enough` or
/// less, one that is higher may be told if it is not above that either: then most contents need not be weighed. What
/// was in `reading` is gone, and what is in it then means nothing.
pub(crate) fn message_price(payload: &[u8], enough: Cost, reading: &mut Reading) -> Option<Cost> {
    reading.clear();
    // In a payload that may have more fields than are read it matters which of them are.
    let mut most = Most { sum: Sum::EMPTY, is_known: payload.len() <= limits::FIELDS };
    if most.is_known {
        let walked = untyped::payload(&mut most, payload, &mut ());
        if most.is_known {
            walked.ok()?;
            let mut nearer = Nearer { judge: Judge { reading, weights: None }, price: most.sum.cost(), enough };
            if nearer.price > enough {
                // Stops where the price is low enough, and nowhere else: the payload was just walked.
                let _ = untyped::payload(&mut nearer, payload, &mut ());
            }
            return Some(nearer.price).filter(|price| *price < NEVER);
        }
    }
    let mut sum = Sum::EMPTY;
    let walked = untyped::payload(&mut Judge { reading, weights: None }, payload, &mut sum);
    walked.is_ok().then(|| sum.cost()).filter(|cost| *cost < NEVER)
}

/// The price of bytes that mean nothing.
pub(crate) fn opaque_price(payload: &[u8]) -> Cost {
    cost::opaque(payload.len())
}

/// What the fields of a payload cost at most: every content as bytes that mean nothing.
struct Most {
    sum: Sum,
    /// Whether that can be said; not of groups.
    is_known: bool,
}

impl<'p> Visitor<'p> for Most {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    #[inline]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), _: u16) -> Result<(), WireError> {
        let value = match field.wire_type {
            WireType::Varint => cost::varint(field.value, (field.value_end - field.value_start) as usize),
            WireType::I32 => cost::fixed32(field.value).min(cost::float(field.value)),
            WireType::I64 => cost::fixed64(field.value).min(cost::double(field.value)),
            WireType::Len => content_at_most(field),
            WireType::StartGroup | WireType::EndGroup => {
                self.is_known = false;
                return Err(WireError { offset: field.start, kind: ProblemKind::BadGroup });
            }
        };
        self.sum.add(field, cursor.end(), value);
        Ok(())
    }
}

/// Weighs one content after the other, until the price is low enough.
struct Nearer<'r> {
    judge: Judge<'r>,
    price: Cost,
    enough: Cost,
}

impl<'p> Visitor<'p> for Nearer<'_> {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    #[inline]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        if field.wire_type == WireType::Len {
            self.price = self.price - content_at_most(field) + self.judge.content(cursor, field, depth);
        }
        // Any error ends the walk.
        let end = WireError { offset: field.start, kind: ProblemKind::TooManyFields };
        if self.price <= self.enough { Err(end) } else { Ok(()) }
    }
}

/// What a content costs at most.
fn content_at_most(field: &RawField) -> Cost {
    let len = field.value_end - field.value_start;
    if len == 0 { 0 } else { cost::opaque(len as usize) }
}

/// The price of a text that is a whole payload.
pub(crate) fn text_price(text: &[u8]) -> Cost {
    cost::text(text)
}

/// The price of a text among other values.
pub(crate) fn value_price(text: &[u8]) -> Cost {
    cost::text(text).min(cost::opaque(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::schemaless::samples::wire_like;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_price_is_exact_or_between_the_exact_one_and_what_is_enough(
            payload in wire_like(), enough in 0_u64..5000,
        ) {
            let mut reading = Reading::default();
            let mut sum = Sum::EMPTY;
            let walked = untyped::payload(&mut Judge { reading: &mut reading, weights: None }, &payload, &mut sum);
            let exact = walked.is_ok().then(|| sum.cost()).filter(|cost| *cost < NEVER);
            let told = message_price(&payload, enough, &mut reading);
            if exact.is_some_and(|exact| exact <= enough) {
                prop_assert!(told.is_some() && exact <= told && told <= Some(enough), "{exact:?} {told:?} {enough}");
            } else {
                prop_assert_eq!(told, exact);
            }
        }
    }
}
