//! What the length-delimited values of one path have in common.

use super::context::Context;
use crate::proto::schemaless::cost::Cost;
use crate::proto::schemaless::{HYPOTHESES, Weights};
use crate::proto::{Sense, Shape};

/// Cost of a value that a hypothesis does not allow, beyond its bytes, in tenths of a bit. One such value in a few must
/// not win, one in a hundred must not forbid what all others say.
const EXCEPTION: Cost = 1000;

/// Margin from which on a single value is right in 99 of 100 cases, in tenths of a bit.
const CLEAR: Cost = 80;

/// Margin from which on a single value is right but for one in ten thousand, in tenths of a bit: it needs no
/// second one that says the same.
const SURE: Cost = 320;

/// The share of clear values that may say otherwise before a path is taken for mixed, as a divisor.
const DISSENT: u32 = 8;

/// Tenths of a bit that speak for an address where a value is one of the connection.
const ADDRESS: Cost = 310;

/// Sums over the values of one path.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// Number of values that are not empty.
    pub(super) values: u32,
    pub(super) empty: u32,
    /// Sum of the costs of all values under each hypothesis, in the order of [`HYPOTHESES`].
    sums: [Cost; HYPOTHESES.len()],
    /// Number of values that clearly are of each hypothesis.
    clear: [u32; HYPOTHESES.len()],
    /// Number of values that surely are of each hypothesis.
    sure: [u32; HYPOTHESES.len()],
    is_signed: bool,
    addresses: u32,
}

/// What the values of a path say of its type.
pub(super) struct Opinion {
    pub(super) shape: Shape,
    pub(super) element: Shape,
    pub(super) sense: Sense,
    pub(super) margin: Cost,
    /// Whether the values are of several types.
    pub(super) is_mixed: bool,
    /// The second best hypothesis.
    pub(super) second: (Shape, Shape),
}

impl Contents {
    pub(super) fn add(&mut self, content: &[u8], weights: &Weights, context: Option<&Context>) {
        if content.is_empty() {
            self.empty = self.empty.saturating_add(1);
            return;
        }
        self.values = self.values.saturating_add(1);
        let [.., opaque] = weights.costs;
        for (sum, cost) in self.sums.iter_mut().zip(weights.costs) {
            *sum = sum.saturating_add(cost.min(opaque + EXCEPTION));
        }
        let (best, margin) = weights.best();
        if margin >= CLEAR {
            self.clear.get_mut(best).into_iter().for_each(|count| *count += 1);
        }
        if margin >= SURE {
            self.sure.get_mut(best).into_iter().for_each(|count| *count += 1);
        }
        self.is_signed |= weights.is_signed;
        self.addresses += u32::from(context.is_some_and(|context| context.is_address_bytes(content)));
    }

    /// What the values say so far; none if there was no value.
    pub(super) fn opinion(&self) -> Option<Opinion> {
        if self.values == 0 {
            return None;
        }
        let (best, margin) = Weights { costs: self.sums, is_signed: false }.best();
        let second = (0..self.sums.len()).filter(|index| *index != best).min_by_key(|index| self.sums.get(*index));
        let (shape, mut element) = HYPOTHESES.get(best).copied()?;
        if element == Shape::Unsigned && self.is_signed {
            element = Shape::Signed;
        }
        let clear: u32 = self.clear.iter().sum();
        // Numbers and opaque bytes look like each other by chance, and neither hurts the other.
        let is_binary = |shape| matches!(shape, Shape::Packed | Shape::Bytes);
        let agrees = |other| other == shape || (is_binary(other) && is_binary(shape));
        // Opaque bytes may happen to be text: one such value is no type of its own.
        let may_be = |other| agrees(other) || (shape == Shape::Bytes && other == Shape::Text);
        let votes = |votes: &[u32], is_against: &dyn Fn(Shape) -> bool| -> u32 {
            votes.iter().zip(HYPOTHESES).filter(|(_, (other, _))| is_against(*other)).map(|(votes, _)| votes).sum()
        };
        let dissent = votes(&self.clear, &|other| !agrees(other));
        let sure_dissent = votes(&self.sure, &|other| !may_be(other));
        let second = second.and_then(|index| HYPOTHESES.get(index).copied())?;
        if self.addresses == self.values {
            // Four bytes that are an address of this very connection by chance are one in two thousand millions.
            let (shape, sense) = (Shape::Bytes, Sense::Address);
            return Some(Opinion { shape, element: shape, sense, margin: ADDRESS, is_mixed: false, second });
        }
        let is_mixed = (dissent >= 2 || sure_dissent >= 1) && dissent * DISSENT > clear;
        Some(Opinion { shape, element, sense: Sense::Plain, margin, is_mixed, second })
    }
}
