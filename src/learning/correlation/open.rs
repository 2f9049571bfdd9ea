//! The requests of one direction of a connection that may still be answered, by each of their values.

use super::places::{Kind, PlaceIndex, Values};
use crate::limits;
use crate::profile::Id;
use crate::units::StreamOffset;
use std::collections::{HashMap, VecDeque};

/// The requests of one direction of one connection.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// For each place and value the newest request with it.
    by_value: HashMap<(PlaceIndex, Id), Asked>,
    order: VecDeque<(u64, Values)>,
    /// Number of requests so far.
    pub(super) requests: u64,
    /// Kinds of the last request, by the place whose value is left out.
    kinds: HashMap<PlaceIndex, Kind>,
    /// The last values of each place in what went this way.
    pub(super) last: HashMap<PlaceIndex, Id>,
    /// How much the last value of each place was more than the one before, in what went this way.
    pub(super) steps: HashMap<PlaceIndex, u64>,
    /// Position behind the last message that went this way.
    pub(super) end: StreamOffset,
}

/// A request as one of its values knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// 0-based number of the request in its direction.
    pub(super) number: u64,
    /// Position behind the request in its direction.
    pub(super) end: StreamOffset,
    pub(super) is_answered: bool,
    /// What kind of message the request is, and the one before, apart from this value.
    pub(super) kind: Kind,
    pub(super) kind_before: Option<Kind>,
}

/// How a value of a request stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// No request had it.
    Fresh,
    /// A request had it that was answered.
    Answered,
    /// A request had it that still waits.
    Waits,
}

impl Open {
    /// Takes the values of a request that ends at `end`; tells for each place how its value stands to earlier ones.
    pub(super) fn push(
        &mut self,
        values: Values,
        kinds: &[Kind],
        end: StreamOffset,
        mut told: impl FnMut(PlaceIndex, Before),
    ) {
        let number = self.requests;
        self.requests += 1;
        for ((place, id), kind) in values.iter().zip(kinds) {
            let (kind, kind_before) = (*kind, self.kinds.insert(*place, *kind));
            let before = self
                .by_value
                .insert((*place, id.clone()), Asked { number, end, is_answered: false, kind, kind_before });
            told(
                *place,
                before
                    .map_or(Before::Fresh, |before| if before.is_answered { Before::Answered } else { Before::Waits }),
            );
        }
        self.order.push_back((number, values));
        if self.order.len() > limits::COMPARED_REQUESTS {
            let Some((number, values)) = self.order.pop_front() else { return };
            for key in values {
                if self.by_value.get(&key).is_some_and(|asked| asked.number == number) {
                    self.by_value.remove(&key);
                }
            }
        }
    }

    /// The request that has a value in a place.
    pub(super) fn find(&mut self, place: PlaceIndex, id: &Id) -> Option<&mut Asked> {
        self.by_value.get_mut(&(place, id.clone()))
    }
}
