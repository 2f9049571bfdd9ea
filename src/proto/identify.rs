//! Which message type do these bytes have?

use super::{Reading, Schema, TypeId};

/// Least confidence at which a type is believed.
pub const THRESHOLD: f32 = 0.8;

/// The type that fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identified {
    /// The type.
    pub message_type: TypeId,
    /// From 0 to 1.
    pub confidence: f32,
}

/// The type of `schema` that fits `payload` best, where only one fits.
#[must_use]
pub fn identify(schema: &Schema, payload: &[u8]) -> Option<Identified> {
    let mut fitting = schema.message_types().filter(|id| fits(schema, *id, payload));
    let first = fitting.next().filter(|_| !payload.is_empty())?;
    fitting.next().is_none().then_some(Identified { message_type: first, confidence: 1.0 })
}

/// Whether `payload` reads as `id` without a problem and without unknown fields.
#[must_use]
pub fn fits(schema: &Schema, id: TypeId, payload: &[u8]) -> bool {
    let mut reading = Reading::default();
    reading.read_typed(payload, schema, id);
    reading.problems.is_empty() && reading.nodes.iter().all(|node| node.field.is_some())
}
