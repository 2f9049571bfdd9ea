//! Evidence of payloads, one after the other.
//!
//! In: payloads of one kind. Out: what is counted and summed at each path. Invariant: a payload that breaks off teaches
//! nothing. Not responsible for conclusions (`settle.rs`).

use super::contents::Contents;
use super::context::Context;
use super::numbers::Numbers;
use super::paths::{Evidence, Paths, Place, ROOT, State, key};
use super::taught::Taught;
use crate::proto::schemaless::Weights;
use crate::proto::{Node, Problem, ProblemKind, Reading, Shape, WireType};

/// Memory for [`Paths::learn`], used again for the next payload.
#[derive(Debug, Default)]
pub struct Scales {
    pub(super) reading: Reading,
    pub(super) weights: Vec<Weights>,
    /// The places from the payload down to the current node; none where there are too many.
    way: Vec<Option<u32>>,
}

impl Scales {
    /// Memory for a reading, whatever is in it.
    pub(crate) fn reading(&mut self) -> &mut Reading {
        &mut self.reading
    }
}

impl Paths {
    /// Adds one more payload to what is known; [`Paths::settle`] draws the conclusions. A payload that breaks off
    /// teaches nothing.
    pub fn learn(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
        let Scales { reading, weights, .. } = scales;
        let mut taught = Taught::by(self);
        reading.weigh(payload, weights, |payload, field| taught.passes_over(payload, field));
        self.observe(payload, context, scales);
    }

    /// Adds what was weighed of a payload.
    pub(super) fn observe(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
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

    /// Adds one more payload as [`Paths::learn`] does, with conclusions after the first payload, the second, the fourth
    /// and so on: for a reader that sees every payload once.
    pub fn refine(&mut self, payload: &[u8], context: Option<&Context>, scales: &mut Scales) {
        self.learn(payload, context, scales);
        if self.payloads.is_power_of_two() {
            self.settle();
        }
    }
}

/// Whether a payload does not read as fields to its end. One that has more of them than are read does, as far as is
/// known.
fn breaks_off(reading: &Reading) -> bool {
    let is_cut = |problem: &Problem| problem.kind == ProblemKind::TooManyFields && problem.path.is_empty();
    reading.nodes.iter().any(|node| node.shape == Shape::Unparsed) && !reading.problems.iter().any(is_cut)
}

impl Place {
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
