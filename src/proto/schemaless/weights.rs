//! What a length-delimited value costs under each hypothesis, and the choice between them.
//!
//! In: a content that is not empty, and what it costs as a message. Out: [`Weights`], and the cheapest as [`Choice`].
//! Of one value the cheapest decides; of many on one field path the sums do.

use super::cost::{self, Cost, NEVER};
use crate::proto::Shape;

/// What a length-delimited value may be, as shape and shape of the elements; of equals the first is chosen. Packed
/// varints may also be [`Shape::Signed`].
pub(in crate::proto) const HYPOTHESES: [(Shape, Shape); 8] = [
    (Shape::Message, Shape::Message),
    (Shape::Text, Shape::Text),
    (Shape::Packed, Shape::Unsigned),
    (Shape::Packed, Shape::Fixed32),
    (Shape::Packed, Shape::Float),
    (Shape::Packed, Shape::Fixed64),
    (Shape::Packed, Shape::Double),
    (Shape::Bytes, Shape::Bytes),
];

/// Costs of a content in the order of [`HYPOTHESES`]; [`NEVER`] and more for what the bytes do not allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::proto) struct Weights {
    pub(in crate::proto) costs: [Cost; HYPOTHESES.len()],
    /// Whether the varints of a packed content have one of ten bytes.
    pub(in crate::proto) is_signed: bool,
}

impl Weights {
    /// Weighs a content that is not empty and costs `message` as a message.
    pub(super) fn of(content: &[u8], message: Cost) -> Self {
        let (text, (varints, varint_shape)) = cost::text_and_varints(content);
        let never = cost::Fixed { integers: NEVER, floats: NEVER };
        let four = cost::fixed32s(content).unwrap_or(never);
        let eight = cost::fixed64s(content).unwrap_or(never);
        Self {
            costs: [
                message,
                text,
                varints,
                four.integers,
                four.floats,
                eight.integers,
                eight.floats,
                cost::opaque(content.len()),
            ],
            is_signed: varint_shape == Shape::Signed,
        }
    }

    /// The cheapest hypothesis by its index, and how far the second is behind.
    pub(in crate::proto) fn best(&self) -> (usize, Cost) {
        let (mut best, mut least, mut second) = (0, Cost::MAX, Cost::MAX);
        for (index, &cost) in self.costs.iter().enumerate() {
            if cost < least {
                (best, second, least) = (index, least, cost);
            } else {
                second = second.min(cost);
            }
        }
        (best, second - least)
    }

    /// The cheapest hypothesis.
    pub(super) fn choice(&self) -> Choice {
        let (best, margin) = self.best();
        let (shape, mut element) = HYPOTHESES.get(best).copied().unwrap_or((Shape::Bytes, Shape::Bytes));
        if element == Shape::Unsigned && self.is_signed {
            element = Shape::Signed;
        }
        Choice { shape, element, cost: self.costs.get(best).copied().unwrap_or(NEVER), margin }
    }
}

/// The best reading so far, and how far the second is behind.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) shape: Shape,
    pub(super) element: Shape,
    pub(super) cost: Cost,
    pub(super) margin: Cost,
}

impl Choice {
    /// The choice of `shape` where nothing else comes into question.
    pub(super) fn certain(shape: Shape) -> Self {
        Self { shape, element: shape, cost: 0, margin: NEVER }
    }

    pub(super) fn of(shape: Shape, cost: Cost) -> Self {
        Self { shape, element: shape, cost, margin: NEVER }
    }

    /// Offers one more reading with its `cost`. The first of two that cost the same stays.
    pub(super) fn offer(&mut self, shape: Shape, element: Shape, cost: Cost) {
        if cost < self.cost {
            *self = Self { shape, element, cost, margin: self.cost - cost };
        } else {
            self.margin = self.margin.min(cost - self.cost);
        }
    }

    /// How far the second best reading is behind, in bits.
    pub(super) fn margin(&self) -> f32 {
        bits(self.margin)
    }
}

/// A margin in bits; infinite where nothing else comes into question.
pub(in crate::proto) fn bits(margin: Cost) -> f32 {
    if margin >= NEVER / 2 { f32::INFINITY } else { tenths(margin) }
}

#[allow(clippy::cast_precision_loss, reason = "24 bits tell any two costs apart that are near each other")]
pub(super) fn tenths(cost: Cost) -> f32 {
    cost as f32 / 10.0
}
