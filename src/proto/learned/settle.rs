//! From sums to verdicts.

use super::paths::{Evidence, Paths, Place, ROOT, State, Verdict, key};
use crate::limits;
use crate::proto::schemaless::bits;
use crate::proto::{Sense, Shape, WireType};

/// Number of values that a path takes before it is decided for good: one text that is long enough has any margin.
const FREEZE_VALUES: u32 = 8;

/// The margin with which a path is decided for good, in bits.
const FREEZE_MARGIN: f32 = 20.0;

impl Paths {
    /// Decides every path by the values so far.
    pub fn settle(&mut self) {
        for place in &mut self.places {
            place.settle();
        }
        for at in 0..self.places.len() {
            let at = u32::try_from(at).unwrap_or(ROOT);
            if self.is_timestamp(at)
                && let Some(place) = self.place_mut(at)
            {
                place.verdict.sense = Sense::Timestamp;
            }
        }
        let is_final = |place: &Place| matches!(place.verdict.state, State::Frozen | State::Given);
        let all_final = self.places.iter().skip(1).all(is_final);
        self.is_settled = self.payloads >= limits::LEARNED_PAYLOADS || (self.payloads >= FREEZE_VALUES && all_final);
    }

    /// A copy without the evidence of what is decided for good: to go on learning from.
    #[must_use]
    pub fn to_refine(&self) -> Self {
        let mut paths = self.clone();
        for place in paths.places.iter_mut().filter(|place| place.verdict.state == State::Frozen) {
            place.evidence = None;
        }
        paths
    }

    /// Whether a message looks like a timestamp: seconds near the time of the packet, nanoseconds
    /// below a second, and nothing else.
    fn is_timestamp(&self, at: u32) -> bool {
        let Some(place) = self.place(at).filter(|place| place.verdict.shape == Shape::Message) else { return false };
        let [(first, seconds), (second, nanos)] = place.inside[..] else { return false };
        let of = |at: u32| self.place(at);
        let is_nanos = |place: &Place| match place.evidence.as_deref() {
            Some(Evidence::Numbers(numbers)) => numbers.largest < 1_000_000_000,
            _ => false,
        };
        first == key(1, WireType::Varint)
            && second == key(2, WireType::Varint)
            && of(seconds).is_some_and(|place| place.verdict.sense == Sense::Seconds)
            && of(nanos).is_some_and(is_nanos)
    }
}

impl Place {
    fn settle(&mut self) {
        if matches!(self.verdict.state, State::Frozen | State::Given) {
            return;
        }
        match self.evidence.as_deref() {
            None => {}
            Some(Evidence::Contents(contents)) => {
                let Some(opinion) = contents.opinion() else { return };
                let margin = bits(opinion.margin);
                let state = match opinion.is_mixed {
                    true => State::Mixed,
                    false if margin >= FREEZE_MARGIN && contents.values >= FREEZE_VALUES => State::Frozen,
                    false => State::Decided,
                };
                let (shape, element, sense) = (opinion.shape, opinion.element, opinion.sense);
                self.decide(Verdict { state, shape, element, sense, margin });
            }
            Some(Evidence::Numbers(numbers)) => {
                let (shape, margin) = numbers.shape(self.key & 7);
                let sense = numbers.sense(shape);
                let margin = margin.map_or(f32::INFINITY, bits);
                let enough = numbers.values >= limits::LEARNED_PAYLOADS;
                let state = if enough { State::Frozen } else { State::Decided };
                self.decide(Verdict { state, shape, element: shape, sense, margin });
            }
        }
    }
}
