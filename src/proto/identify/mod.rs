//! Which type of a schema a payload has.
//!
//! In: a schema, a payload. Out: the type that describes the payload in the fewest bits, and how sure that
//! is. A type that the payload contradicts is out: a wire type that does not fit, a string that is not UTF-8, a
//! number out of range, bytes that do not read. Not responsible for evidence outside of the payload: ports, header
//! fields and rules come before this, and [`fits()`] tells if what they say can be.

mod fits;
mod score;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use fits::by_walking;
pub use fits::fits;
pub(super) use fits::reads_well;

use super::schema::{Schema, TypeId};
use super::schemaless::cost::Cost;
use super::top_level;
use score::Score;

/// Least confidence at which a type is believed; below it a type is a guess.
pub const THRESHOLD: f32 = 0.8;

/// Cost of a type that is otherwise only seen inside others, in tenths of a bit.
const NOT_A_ROOT: Cost = 30;

/// Cost beyond the best type from which on a type has a share of nothing, in tenths of a bit.
const HOPELESS: Cost = 640;

/// The type of a payload, as its bytes suggest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identified {
    /// The type that fits best.
    pub ty: TypeId,
    /// How sure the structure of the type is, from 0 to 1: its share among all structures of the schema and the chance
    /// that it is none of them. 0.999 may be shown as certain, below 0.8 it is a guess. Types of the same structure, as
    /// two versions of an interface have, cannot be told apart: of those the first is given.
    pub confidence: f32,
    /// The next best type and its share, if it has any; an equal share if it has the same structure.
    pub runner_up: Option<(TypeId, f32)>,
}

impl Identified {
    /// How sure the type itself is: half of [`Identified::confidence`] where another type has the same structure, since
    /// then only its structure is known.
    #[must_use]
    pub fn certainty(&self) -> f32 {
        let has_twin = self.runner_up.is_some_and(|(_, share)| share >= self.confidence);
        if has_twin { self.confidence / 2.0 } else { self.confidence }
    }
}

/// Finds the type of a payload. None if no type fits, bytes without structure are a better explanation, or the payload
/// is empty, which every type fits. Map entries, types without fields and protobuf's own types are not looked at.
#[must_use]
pub fn identify(schema: &Schema, payload: &[u8]) -> Option<Identified> {
    let unstructured = score::unstructured(payload.len());
    let mut limit = unstructured;
    let mut candidates: Vec<Candidate> = Vec::new();
    let tags = top_level::small_tags(payload);
    for ty in candidates_of(schema).filter(|_| !payload.is_empty()) {
        // Most types are ruled out by how the payload's own fields are encoded.
        let Some(message) = schema.message(ty).filter(|message| message.wrong_small_tags & tags == 0) else { continue };
        let prior = if message.is_root { 0 } else { NOT_A_ROOT };
        if let Some(cost) = Score::new(schema, limit).payload(payload, ty) {
            let cost = cost + prior;
            candidates.push(Candidate { cost, ty, structure: message.structure });
            limit = limit.min(cost + HOPELESS);
        }
    }
    // Of equal ones the first declared.
    candidates.sort_by_key(|candidate| candidate.cost);
    let best = candidates.first().filter(|best| best.cost <= unstructured)?;
    let share = |cost: Cost| (-tenths(cost.saturating_sub(best.cost))).exp2();
    let mut seen: Vec<u64> = Vec::new();
    let mut total = share(unstructured);
    for candidate in &candidates {
        if !seen.contains(&candidate.structure) {
            seen.push(candidate.structure);
            total += share(candidate.cost);
        }
    }
    let runner_up = candidates.get(1).map(|second| {
        let same = second.structure == best.structure;
        (second.ty, if same { 1.0 / total } else { share(second.cost) / total })
    });
    Some(Identified { ty: best.ty, confidence: 1.0 / total, runner_up: runner_up.filter(|(_, share)| *share > 0.0) })
}

/// What a payload costs as a type, whatever else it could be.
#[cfg(test)]
pub(super) fn price(schema: &Schema, ty: TypeId, payload: &[u8]) -> Option<Cost> {
    Score::new(schema, Cost::MAX).payload(payload, ty)
}

struct Candidate {
    cost: Cost,
    ty: TypeId,
    structure: u64,
}

fn candidates_of(schema: &Schema) -> impl Iterator<Item = TypeId> + '_ {
    schema
        .message_types()
        .filter(|ty| !schema.fields_of(*ty).is_empty() && !schema.type_name(*ty).starts_with("google.protobuf."))
}

/// Tenths of a bit as bits.
#[expect(clippy::cast_precision_loss, reason = "a difference beyond 2^24 tenths of a bit is a share of 0 either way")]
fn tenths(cost: Cost) -> f32 {
    cost as f32 / 10.0
}
