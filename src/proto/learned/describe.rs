//! What was learned, for people.
//!
//! In: [`Paths`]. Out: a line for each path of which something is known, in the order of the paths.

use super::paths::{Evidence, Paths, Place, ROOT, State};
use crate::proto::schemaless::HYPOTHESES;
use crate::proto::{Sense, Shape};

/// What is known of the values at one field path.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// Field path, such as `2.3.1`.
    pub path: String,
    /// How the values are read.
    pub shape: Shape,
    /// Shape of the elements of [`Shape::Packed`]; else equal to `shape`.
    pub element: Shape,
    /// What the values seem to be.
    pub sense: Sense,
    /// Number of values that were learned from, empty ones included.
    pub values: u64,
    /// Bits between the best and the second reading of all values together; infinite if nothing else comes into
    /// question.
    pub margin_bits: f32,
    /// Whether the values are of several types, and each is read by itself.
    pub is_mixed: bool,
    /// Why the values are read so.
    pub reason: String,
}

impl Paths {
    /// What is known of every path, in the order of the paths.
    #[must_use]
    pub fn describe(&self) -> Vec<Learned> {
        let mut out = Vec::new();
        self.describe_inside(ROOT, "", &mut out);
        out
    }

    /// Places are inside each other no deeper than fields are read.
    fn describe_inside(&self, at: u32, prefix: &str, out: &mut Vec<Learned>) {
        let inside = self.place(at).map(|place| &*place.inside).unwrap_or_default();
        for &(key, index) in inside {
            let Some(place) = self.place(index) else { continue };
            let path = format!("{prefix}{}", key >> 3);
            let is_message = place.verdict.shape == Shape::Message || place.evidence.is_none();
            out.extend(place.describe(path.clone()));
            if is_message || place.verdict.state == State::Mixed {
                self.describe_inside(index, &format!("{path}."), out);
            }
        }
    }
}

impl Place {
    fn describe(&self, path: String) -> Option<Learned> {
        let verdict = self.verdict;
        let (values, reason) = match self.evidence.as_deref() {
            _ if verdict.state == State::Given => {
                return None;
            }
            None => return None,
            Some(Evidence::Numbers(numbers)) => (numbers.values.into(), numbers.reason(verdict.shape, verdict.sense)),
            Some(Evidence::Contents(contents)) => {
                let values = u64::from(contents.values) + u64::from(contents.empty);
                let reason = match contents.opinion() {
                    None => "only empty values".to_owned(),
                    Some(opinion) if opinion.is_mixed => "values of several types".to_owned(),
                    Some(opinion) => format!("next best: {}", hypothesis(opinion.second)),
                };
                (values, reason)
            }
        };
        Some(Learned {
            path,
            shape: verdict.shape,
            element: verdict.element,
            sense: verdict.sense,
            values,
            margin_bits: verdict.margin,
            is_mixed: verdict.state == State::Mixed,
            reason,
        })
    }
}

fn hypothesis(found: (Shape, Shape)) -> &'static str {
    const NAMES: [&str; HYPOTHESES.len()] = [
        "message",
        "string",
        "packed varints",
        "packed fixed32",
        "packed float",
        "packed fixed64",
        "packed double",
        "bytes",
    ];
    let index = HYPOTHESES.iter().position(|known| *known == found);
    index.and_then(|index| NAMES.get(index)).copied().unwrap_or("bytes")
}
