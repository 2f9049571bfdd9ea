//! What a whole payload costs to describe, as fields, as text and as bytes, in tenths of a bit.

use super::cost::{self, Cost, NEVER};
use super::judge::{Judge, Sum};
use crate::proto::Reading;
use crate::proto::untyped;

/// Prices of one payload.
pub(crate) struct Prices {
    /// As fields; none if it does not read as such to its last byte.
    pub(crate) message: Option<Cost>,
    /// As text, which it may not be.
    pub(crate) text: Cost,
    /// As bytes that mean nothing.
    pub(crate) opaque: Cost,
}

/// The prices of a payload. What was in `reading` is gone, and what is in it then means nothing.
pub(crate) fn prices(payload: &[u8], reading: &mut Reading) -> Prices {
    reading.clear();
    let mut sum = Sum::EMPTY;
    let walked = untyped::payload(&mut Judge { reading, weights: None }, payload, &mut sum);
    let message = walked.is_ok().then(|| sum.cost()).filter(|cost| *cost < NEVER);
    Prices { message, text: cost::text(payload), opaque: cost::opaque(payload.len()) }
}

/// The price of a text by itself.
pub(crate) fn text_price(text: &[u8]) -> Cost {
    cost::text(text).min(cost::opaque(text.len()))
}
