//! What the payloads of one kind have in common: one type for each field path.
//!
//! In: payloads that are taken for one kind (one label, or one port and direction), and what the user says of their
//! fields. Out: [`Paths`], by which [`Reading::read_learned`] reads further payloads of the kind. For each path the prices
//! of every hypothesis are summed over its values; the cheapest sum decides, and values that are too few or too alike to
//! decide alone follow the others. A path that holds values of several types (two messages that share a number)
//! is told apart as mixed, and each of its values decides for itself. Invariant: what is learned from the same payloads in
//! the same order is the same. Not responsible for which payloads are of one kind.

mod contents;
mod context;
mod describe;
mod given;
mod numbers;
mod print;
mod read;
mod settle;
mod taught;
#[cfg(test)]
mod tests;

pub use context::Context;
pub use describe::Learned;
pub use given::{Given, UnknownType};
pub use print::Printer;

use super::path::FieldPath;
use super::schemaless::Weights;
use super::{Node, Problem, ProblemKind, Reading, Sense, Shape, WireType};
use crate::limits;
use contents::Contents;
use numbers::Numbers;
use taught::Taught;

/// The fields that one kind of payload has, by path, and what is known of each.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The first is the payload itself.
    places: Vec<Place>,
    payloads: u32,
    is_settled: bool,
}

/// Memory for [`Paths::learn`], used again for the next payload.
#[derive(Debug, Default)]
pub struct Scales {
    reading: Reading,
    weights: Vec<Weights>,
    /// The places from the payload down to the current node; none where there are too many.
    way: Vec<Option<u32>>,
}

/// One path.
#[derive(Clone, Debug)]
struct Place {
    /// See [`key`].
    key: u32,
    verdict: Verdict,
    /// The shape in which values are printed while they are read; [`Shape::Unparsed`] where each decides for itself.
    printed: Shape,
    /// The fields inside, as keys and indices of places, ordered by key.
    inside: Vec<(u32, u32)>,
    evidence: Option<Box<Evidence>>,
}

/// How the values of a path are read.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Verdict {
    state: State,
    shape: Shape,
    element: Shape,
    sense: Sense,
    /// Bits between the sums of the best and the second hypothesis.
    margin: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was decided yet: every value by itself.
    Open,
    /// The values so far say so.
    Decided,
    /// They say so with such a margin that no more are asked.
    Frozen,
    /// Values of several types: every value by itself.
    Mixed,
    /// The user says so.
    Given,
}

#[derive(Clone, Debug)]
enum Evidence {
    Numbers(Numbers),
    Contents(Contents),
}

/// The payload itself.
const ROOT: u32 = 0;

/// Field number and wire type, so that a number that is used in two ways is two paths. A group counts as the message
/// that it is.
fn key(number: u32, wire_type: WireType) -> u32 {
    let wire_type = match wire_type {
        WireType::Varint => 0,
        WireType::I64 => 1,
        WireType::Len | WireType::StartGroup | WireType::EndGroup => 2,
        WireType::I32 => 5,
    };
    number << 3 | wire_type
}

impl Default for Paths {
    fn default() -> Self {
        Self { places: vec![Place::new(0)], payloads: 0, is_settled: false }
    }
}

impl Paths {
    /// Lets all values at `path` be read as `given`, whatever they look like. What encloses them is read as messages.
    pub fn give(&mut self, path: &FieldPath, given: Given) {
        let Some((&last, enclosing)) = path.numbers().split_last() else { return };
        let mut at = ROOT;
        for &number in enclosing {
            let Some(next) = self.enter(at, key(number, WireType::Len)) else { return };
            at = next;
            if let Some(place) = self.place_mut(at) {
                place.decide(given::verdict((Shape::Message, Shape::Message, Sense::Plain)));
            }
        }
        for wire_type in [WireType::Varint, WireType::I64, WireType::Len, WireType::I32] {
            let place = self.enter(at, key(last, wire_type)).and_then(|at| self.place_mut(at));
            if let Some(place) = place {
                place.decide(given::verdict(given.under(wire_type)));
            }
        }
    }

    /// Whether nothing is known, so that every payload is read by its bytes alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.len() == 1
    }

    /// Payloads that were learned from.
    #[must_use]
    pub fn payloads(&self) -> u32 {
        self.payloads
    }

    /// Paths that are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len() - 1
    }

    /// Whether more payloads would teach little: every path is decided for good, or enough were seen.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Adds one more payload to what is known; [`Paths::settle`] draws the conclusions. A payload that breaks off teaches
    /// nothing.
    pub fn learn(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
        let Scales { reading, weights, .. } = scales;
        let mut taught = Taught::by(self);
        reading.weigh(payload, weights, |payload, field| taught.passes_over(payload, field));
        self.observe(payload, context, scales);
    }

    /// Adds what was weighed of a payload.
    fn observe(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
        let Scales { reading, weights, way } = scales;
        if breaks_off(reading) {
            return;
        }
        self.payloads = self.payloads.saturating_add(1);
        way.clear();
        way.push(Some(ROOT));
        for (node, weights) in reading.nodes.iter().zip(weights.iter()) {
            way.truncate(usize::from(node.depth) + 1);
            let up = way.last().copied().flatten();
            let at = up.and_then(|up| self.enter(up, key(node.number, node.wire_type)));
            way.push(at);
            if let Some(place) = at.and_then(|at| self.place_mut(at)) {
                place.observe(node, weights, payload, context);
            }
        }
    }

    /// [`Paths::learn`], with conclusions after the first payload, the second, the fourth and so on: for a reader that
    /// sees every payload once.
    pub fn refine(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
        self.learn(payload, context, scales);
        if self.payloads.is_power_of_two() {
            self.settle();
        }
    }

    fn place(&self, at: u32) -> Option<&Place> {
        self.places.get(at as usize)
    }

    fn place_mut(&mut self, at: u32) -> Option<&mut Place> {
        self.places.get_mut(at as usize)
    }

    /// The place of a field inside `at`, which is made if there is none; none past [`limits::LEARNED_PATHS`].
    fn enter(&mut self, at: u32, key: u32) -> Option<u32> {
        let next = u32::try_from(self.places.len()).ok()?;
        let place = self.place_mut(at)?;
        let position = match place.inside.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(found) => return place.inside.get(found).map(|(_, index)| *index),
            Err(position) => position,
        };
        if next as usize > limits::LEARNED_PATHS {
            return None;
        }
        place.inside.insert(position, (key, next));
        self.places.push(Place::new(key));
        Some(next)
    }
}

/// Whether a payload does not read as fields to its end. One that has more of them than are read does, as far as is known.
fn breaks_off(reading: &Reading) -> bool {
    let is_cut = |problem: &Problem| problem.kind == ProblemKind::TooManyFields && problem.path.is_empty();
    reading.nodes.iter().any(|node| node.shape == Shape::Unparsed) && !reading.problems.iter().any(is_cut)
}

impl Place {
    fn new(key: u32) -> Self {
        Self { key, verdict: Verdict::OPEN, printed: Shape::Unparsed, inside: Vec::new(), evidence: None }
    }

    fn decide(&mut self, verdict: Verdict) {
        let is_decided = !matches!(verdict.state, State::Open | State::Mixed);
        // An address that the user sees has its own lengths.
        let is_plain = verdict.sense != Sense::Address || verdict.state != State::Given;
        self.printed = if is_decided && is_plain { verdict.shape } else { Shape::Unparsed };
        self.verdict = verdict;
    }

    /// Adds one more value to the evidence.
    fn observe(&mut self, node: &Node, weights: &Weights, payload: &[u8], context: Option<&Context>) {
        // What is decided for good and keeps its evidence keeps it for people to see.
        if matches!(self.verdict.state, State::Frozen | State::Given) {
            return;
        }
        match node.wire_type {
            WireType::Len => {
                let evidence = self.evidence.get_or_insert_with(|| Box::new(Evidence::Contents(Contents::default())));
                if let Evidence::Contents(contents) = &mut **evidence {
                    let content = payload.get(node.value_start as usize..node.value_end as usize);
                    contents.add(content.unwrap_or_default(), weights, context);
                }
            }
            WireType::Varint | WireType::I32 | WireType::I64 => {
                let evidence = self.evidence.get_or_insert_with(|| Box::new(Evidence::Numbers(Numbers::default())));
                if let Evidence::Numbers(numbers) = &mut **evidence {
                    numbers.add(node, context);
                }
            }
            WireType::StartGroup | WireType::EndGroup => {}
        }
    }
}

impl Verdict {
    const OPEN: Self =
        Self { state: State::Open, shape: Shape::Bytes, element: Shape::Bytes, sense: Sense::Plain, margin: 0.0 };
}
