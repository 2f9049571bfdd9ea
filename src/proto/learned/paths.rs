//! What is known of the fields of one kind of payload, by path.
//!
//! In: field numbers and wire types on the way down. Out: places, and what was decided for their values. Invariant: a
//! place has one key inside the place that it is in. Not responsible for how it is decided, nor for reading.

use super::contents::Contents;
use super::numbers::Numbers;
use crate::limits;
use crate::proto::{Sense, Shape, WireType};

/// The fields that one kind of payload has, by path, and what is known of each.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Places of all paths; the first is the payload itself.
    pub(super) places: Vec<Place>,
    pub(super) payloads: u32,
    pub(super) is_settled: bool,
}

/// One field path, and what its values have taught.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Field number and wire type, as [`key`] joins them.
    pub(super) key: u32,
    pub(super) verdict: Verdict,
    /// The shape in which values are printed while they are read; [`Shape::Unparsed`] where each decides for itself.
    pub(super) printed: Shape,
    /// The fields inside this one, as keys and 0-based indices of places, ordered by key.
    pub(super) inside: Vec<(u32, u32)>,
    pub(super) evidence: Option<Box<Evidence>>,
}

/// How the values of a path are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) shape: Shape,
    pub(super) element: Shape,
    pub(super) sense: Sense,
    /// Bits between the sums of the best and the second hypothesis.
    pub(super) margin: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing was decided yet: every value is read by itself.
    Open,
    /// The values so far decided how they are read.
    Decided,
    /// The values decided how they are read with such a margin that no more are asked.
    Frozen,
    /// The values are of several types: every value is read by itself.
    Mixed,
    /// The user decided how the values are read.
    Given,
}

#[derive(Clone, Debug)]
pub(super) enum Evidence {
    Numbers(Numbers),
    Contents(Contents),
}

/// 0-based index of the place of the payload itself.
pub(super) const ROOT: u32 = 0;

/// Key of a field: its number and wire type, so that a number that is used in two ways is two paths. A group
/// counts as the message that it is.
pub(super) fn key(number: u32, wire_type: WireType) -> u32 {
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
    /// Whether nothing is known, so that every payload is read by its bytes alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.len() == 1
    }

    /// Number of payloads that were learned from.
    #[must_use]
    pub fn payloads(&self) -> u32 {
        self.payloads
    }

    /// Number of paths that are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len() - 1
    }

    /// Whether more payloads would teach little: every path is decided for good, or enough were seen.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    pub(super) fn place(&self, at: u32) -> Option<&Place> {
        self.places.get(at as usize)
    }

    pub(super) fn place_mut(&mut self, at: u32) -> Option<&mut Place> {
        self.places.get_mut(at as usize)
    }

    /// The place of a field inside `at`, which is made if there is none; none past [`limits::LEARNED_PATHS`].
    pub(super) fn enter(&mut self, at: u32, key: u32) -> Option<u32> {
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

    /// The field `key` of the place `up`.
    #[inline]
    pub(super) fn find(&self, up: u32, key: u32, hint: &mut usize) -> Option<(u32, &Verdict)> {
        self.find_in(&self.place(up)?.inside, key, hint)
    }

    /// The field `key` among the fields inside a place. Fields mostly come in the order of their numbers, so the place
    /// of the last one and the one after it are looked at first.
    #[inline(always)]
    fn find_in(&self, inside: &[(u32, u32)], key: u32, hint: &mut usize) -> Option<(u32, &Verdict)> {
        if let Some((_, at)) = inside.get(*hint).filter(|(known, _)| *known == key) {
            return Some((*at, &self.place(*at)?.verdict));
        }
        let mut next = *hint + 1;
        let (at, place) = self.find_from(inside, key, &mut next)?;
        *hint = next - 1;
        Some((at, &place.verdict))
    }

    /// The field `key` among the fields inside a place, most likely the one at `next`; then `next` is the one behind
    /// it.
    #[inline(always)]
    pub(super) fn find_from(&self, inside: &[(u32, u32)], key: u32, next: &mut usize) -> Option<(u32, &Place)> {
        let at = match inside.get(*next) {
            Some((known, at)) if *known == key => *at,
            _ => {
                *next = inside.binary_search_by_key(&key, |(known, _)| *known).ok()?;
                inside.get(*next)?.1
            }
        };
        *next += 1;
        Some((at, self.place(at)?))
    }
}

impl Place {
    pub(super) fn new(key: u32) -> Self {
        Self { key, verdict: Verdict::OPEN, printed: Shape::Unparsed, inside: Vec::new(), evidence: None }
    }

    pub(super) fn decide(&mut self, verdict: Verdict) {
        let is_decided = !matches!(verdict.state, State::Open | State::Mixed);
        // An address that the user sees has its own lengths.
        let is_plain = verdict.sense != Sense::Address || verdict.state != State::Given;
        self.printed = if is_decided && is_plain { verdict.shape } else { Shape::Unparsed };
        self.verdict = verdict;
    }
}

impl Verdict {
    pub(super) const OPEN: Self =
        Self { state: State::Open, shape: Shape::Bytes, element: Shape::Bytes, sense: Sense::Plain, margin: 0.0 };
}
