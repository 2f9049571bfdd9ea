//! What requests and answers have in common, where nobody said it: found by comparing their values.
//!
//! In: the messages of one server port, each connection's in order. Out: [`Found`], the place in requests and the place
//! in answers that hold the same values, if they do so beyond chance. Every value of a message is compared with those
//! of the requests that wait ([`open`]); each pair of places is on trial ([`trial`]). Invariant: what two counters show
//! that know nothing of each other is no evidence. Not responsible for pairing.

mod agreement;
mod compared;
mod open;
mod places;
#[cfg(test)]
mod tests;
mod trial;

use crate::limits;
use crate::profile::{Correlation, Place};
use crate::stream::ConnectionId;
use crate::units::{Both, Direction};
pub use compared::Compared;
use open::Open;
use places::{Kind, Places};
use std::collections::HashMap;
use trial::Trials;

/// What requests and their answers were found to have in common, and the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Direction of the requests.
    pub requests: Direction,
    /// Where the values stand.
    pub correlation: Correlation,
    /// Whether both sides only count, so that the values tell nothing where the server had a later request too.
    pub is_count: bool,
    /// Number of answers that were compared.
    pub answers: u32,
    /// Number of these that had the value of a request that waited.
    pub matched: u32,
}

/// What is known of the values of a server port.
#[derive(Clone, Debug, Default)]
pub struct Studied {
    /// What requests and answers have in common, if anything was found.
    pub found: Option<Found>,
    /// Directions and places in which many requests had a value each that none had before on the connection.
    fresh: Vec<(Direction, Place)>,
}

impl Studied {
    /// Whether what was found stands in a header.
    #[must_use]
    pub fn reads_header(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.correlation.reads_header())
    }

    /// Whether no request of a direction was seen to have a value in this place that one had before, of many.
    #[must_use]
    pub fn is_fresh(&self, requests: Direction, place: &Place) -> bool {
        self.fresh.iter().any(|(direction, fresh)| *direction == requests && fresh == place)
    }
}

/// Compares the messages of one server port.
#[derive(Debug, Default)]
pub struct Study {
    places: Places,
    open: HashMap<ConnectionId, Both<Open>>,
    trials: Both<Trials>,
    messages: u32,
}

impl Study {
    /// Whether more messages would be compared.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.messages < limits::COMPARED_MESSAGES
    }

    /// Number of messages so far.
    #[must_use]
    pub const fn messages(&self) -> u32 {
        self.messages
    }

    /// Compares the next message with the requests that wait.
    pub fn compare(&mut self, message: &Compared<'_>) {
        if !self.is_open() || (!self.open.contains_key(&message.id) && self.open.len() >= limits::COMPARED_CONNECTIONS)
        {
            return;
        }
        self.messages += 1;
        let Self { places, open, trials, .. } = self;
        let values = places.values(message.header, message.payload);
        let kinds: Vec<Kind> = values.iter().map(|(place, _)| places.kind(&values, message.payload, *place)).collect();
        let open = open.entry(message.id).or_default();
        trials.of_mut(message.direction.reverse()).answer(open, message, (&values, &kinds));
        trials.of_mut(message.direction).request(open, message, (values, &kinds));
    }

    /// What is known so far.
    #[must_use]
    pub fn conclude(&self) -> Studied {
        let found = Direction::BOTH.into_iter().find_map(|requests| {
            let best = self.trials.of(requests).best()?;
            let (request, answer) = best.places();
            let correlation =
                Correlation { request: self.places.get(request)?.clone(), answer: self.places.get(answer)?.clone() };
            let is_count = best.is_count;
            Some(Found { requests, correlation, is_count, answers: best.answers, matched: best.matched })
        });
        let fresh = Direction::BOTH.into_iter().flat_map(|requests| {
            let places = self.trials.of(requests).fresh().filter_map(|place| self.places.get(place));
            places.map(move |place| (requests, place.clone()))
        });
        Studied { found, fresh: fresh.collect() }
    }
}
