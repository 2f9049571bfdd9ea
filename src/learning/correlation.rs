//! What requests and answers have in common, where nobody said it: found by comparing their values.
//!
//! In: the messages of one server port, each connection's in order. Out: [`Found`], the place in requests and the place
//! in answers that hold the same values, if they do so beyond chance. For each pair of places it is looked which kinds
//! of messages answer ([`hits`]), and whether that says anything ([`trial`]); those that pass must not contradict each
//! other ([`rivals`]). Invariant: what two counters show that know nothing of each other is no evidence. Not
//! responsible for pairing.

mod agreement;
mod compared;
mod hits;
mod kinds;
mod places;
mod rivals;
mod seen;
#[cfg(test)]
mod tests;
mod trial;
mod turns;
mod unasked;

use crate::header::HeaderField;
use crate::limits;
use crate::profile::{Correlation, Id, Place};
use crate::stream::ConnectionId;
use crate::units::{Both, Direction};
pub use compared::Compared;
use hits::Between;
pub use kinds::Kinds;
use kinds::Sorter;
use places::{PlaceIndex, Places};
use rivals::Choice;
use seen::{Seen, digest};
use std::collections::{BTreeSet, HashMap, HashSet};
use trial::Passed;
use turns::Turns;

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
    /// The kinds of messages that ask, if there are others.
    pub asking: Option<Kinds>,
    /// The kinds of messages that answer, if there are others.
    pub answering: Option<Kinds>,
    /// Whether hardly a request had more than one answer.
    pub has_one_answer: bool,
    /// Number of answers that were compared.
    pub answers: u32,
    /// Number of these that had the value of a request that waited.
    pub matched: u32,
}

/// What is known of the values of a server port.
#[derive(Clone, Debug, Default)]
pub struct Studied {
    /// What requests and answers have in common, at most once for each direction.
    pub found: Vec<Found>,
    /// Two things that they have in common, which tell different pairs.
    pub rivals: Option<(Correlation, Correlation)>,
    /// Whether servers sent what nobody had asked for, so that order tells nothing.
    pub has_unasked: bool,
    /// Directions and places in which many requests had a value each that none had before on the connection.
    fresh: Vec<(Direction, Place)>,
}

impl Studied {
    /// Whether anything that was found stands in a header.
    #[must_use]
    pub fn reads_header(&self) -> bool {
        self.found.iter().any(Found::reads_header)
    }

    /// Whether no request of a direction was seen to have a value in this place that one had before, of many.
    #[must_use]
    pub fn is_fresh(&self, requests: Direction, place: &Place) -> bool {
        self.fresh.iter().any(|(direction, fresh)| *direction == requests && fresh == place)
    }

    /// What was found by which answers to messages that go this way find them.
    #[must_use]
    pub fn found_for(&self, requests: Direction) -> Option<&Found> {
        self.found.iter().find(|found| found.requests == requests)
    }
}

impl Found {
    /// Whether a message that goes the way of the requests asks.
    #[must_use]
    pub fn asks(&self, header: &[HeaderField<'_>], label: Option<&str>) -> bool {
        self.asking.as_ref().is_none_or(|kinds| kinds.have(header, label))
    }

    /// Whether a message that goes the other way may answer.
    #[must_use]
    pub fn answers(&self, header: &[HeaderField<'_>], label: Option<&str>) -> bool {
        self.answering.as_ref().is_none_or(|kinds| kinds.have(header, label))
    }

    fn reads_header(&self) -> bool {
        let kinds = [&self.asking, &self.answering];
        self.correlation.reads_header() || kinds.into_iter().flatten().any(Kinds::reads_header)
    }
}

/// Compares the messages of one server port.
#[derive(Debug, Default)]
pub struct Study {
    places: Places,
    connections: HashMap<ConnectionId, u16>,
    seen: Vec<Seen>,
}

impl Study {
    /// Different values that two places must share, to be compared at all.
    const SHARED: usize = 4;
    /// Requests that are many.
    const MANY: usize = 32;

    /// Whether more messages would be compared.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.messages() < limits::COMPARED_MESSAGES
    }

    /// Number of messages so far.
    #[must_use]
    pub fn messages(&self) -> u32 {
        u32::try_from(self.seen.len()).unwrap_or(u32::MAX)
    }

    /// Takes the next message.
    pub fn compare(&mut self, message: &Compared<'_>) {
        let next = self.connections.len();
        let is_room = next < limits::COMPARED_CONNECTIONS || self.connections.contains_key(&message.id);
        let (true, true, Ok(next)) = (self.is_open(), is_room, u16::try_from(next)) else { return };
        let connection = *self.connections.entry(message.id).or_insert(next);
        self.seen.push(Seen {
            connection,
            direction: message.direction,
            start: message.start,
            end: message.end,
            packet: message.packet,
            acked: message.acked,
            may_ask: message.may_ask,
            may_answer: message.may_answer,
            label: digest(message.label),
            values: self.places.values(message.header, message.payload),
            len: digest(message.payload.len()),
            content: digest(message.payload),
        });
    }

    /// What is known so far.
    #[must_use]
    pub fn conclude(&self) -> Studied {
        let sorters = Both::from_fn(|direction| Sorter::of(&self.seen, &self.places, direction));
        let (mut taken, mut studied, mut by_value) = (HashSet::new(), Studied::default(), None);
        for requests in Direction::BOTH {
            match self.choose(requests, &sorters, &taken) {
                Choice::Nothing => {}
                Choice::Between(one, other) => {
                    studied.rivals = self.correlation(&one).zip(self.correlation(&other));
                    break;
                }
                Choice::One(passed) => {
                    by_value = by_value.or((requests == Direction::ClientToServer).then_some(passed.places.0));
                    let found = self.found(requests, &sorters, &passed, !taken.is_empty());
                    studied.found.extend(found);
                    // What has its part has no other; where all has it, the other side asks nothing.
                    if passed.asking.is_none() || passed.answering.is_none() {
                        break;
                    }
                    taken.extend(passed.pairs.iter().flat_map(|(answer, request)| [*answer, *request]));
                }
            }
        }
        studied.has_unasked = unasked::are_sent(&self.seen, by_value);
        studied.fresh = self.fresh();
        studied
    }

    fn choose(&self, requests: Direction, sorters: &Both<Sorter>, taken: &HashSet<usize>) -> Choice {
        let [asked, answered] =
            [requests, requests.reverse()].map(|direction| self.values(|one| one.direction == direction));
        let (mut all, turns) = (Vec::new(), Turns::of(&self.seen, requests));
        for ((request, asked), (answer, answered)) in
            asked.iter().flat_map(|asked| answered.iter().map(move |answered| (asked, answered)))
        {
            if asked.intersection(answered).nth(Self::SHARED - 1).is_none() {
                continue;
            }
            let (seen, request, answer) = (&self.seen[..], *request, *answer);
            let between = Between { seen, taken, sorters, requests, request, answer, asking: None };
            let passed = between.judge(&self.places).or_else(|| {
                // Some kinds of messages may ask and others answer, on both sides.
                between.kinds_that_ask().find_map(|kind| Between { asking: Some(kind), ..between }.judge(&self.places))
            });
            all.extend(passed.filter(|passed| !turns.explain_better(&passed.pairs)));
        }
        rivals::choose(all)
    }

    /// The different values of each place in some messages.
    fn values(&self, of: impl Fn(&Seen) -> bool) -> Vec<(PlaceIndex, HashSet<&Id>)> {
        let mut values: Vec<(PlaceIndex, HashSet<&Id>)> = Vec::new();
        for (place, id) in self.seen.iter().filter(|one| of(one)).flat_map(|one| &one.values) {
            match values.iter_mut().find(|(known, _)| known == place) {
                Some((_, ids)) => drop(ids.insert(id)),
                None => values.push((*place, HashSet::from([id]))),
            }
        }
        values
    }

    fn correlation(&self, of: &Passed) -> Option<Correlation> {
        let (request, answer) = of.places.0;
        Some(Correlation { request: self.places.get(request)?.clone(), answer: self.places.get(answer)?.clone() })
    }

    /// What passed, as later messages are asked of it. Where `others` have another part, kinds are told in any case.
    fn found(&self, requests: Direction, sorters: &Both<Sorter>, passed: &Passed, others: bool) -> Option<Found> {
        let (request, answer) = passed.places.0;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let kinds = |direction, place, kinds| sorters.of(direction).kinds(&self.places, place, kinds);
        let of = |direction, place, number: usize| {
            self.seen.get(number).map(|one| sorters.of(direction).kind(one, Some(place)))
        };
        let mut asking = passed.asking.map(|kind| vec![kind]);
        let mut answering = passed.answering.clone();
        if others {
            let pairs = || passed.pairs.iter().copied();
            let asks: BTreeSet<_> = pairs().filter_map(|(_, number)| of(requests, request, number)).collect();
            let tells = pairs().filter_map(|(number, _)| of(requests.reverse(), answer, number));
            let tells: BTreeSet<_> = tells.collect();
            (asking, answering) = (Some(asks.into_iter().collect()), Some(tells.into_iter().collect()));
        }
        Some(Found {
            requests,
            correlation: self.correlation(passed)?,
            is_count: passed.proof == trial::Proof::Count,
            asking: asking.map(|asking| kinds(requests, request, asking)),
            answering: answering.map(|answering| kinds(requests.reverse(), answer, answering)),
            has_one_answer: passed.has_one_answer(),
            answers: count(passed.answers),
            matched: count(passed.matched),
        })
    }

    /// Places in which many requests had a value each that none had before.
    fn fresh(&self) -> Vec<(Direction, Place)> {
        let mut fresh = Vec::new();
        for direction in Direction::BOTH {
            let mut had: HashMap<PlaceIndex, Vec<(u16, &Id)>> = HashMap::new();
            for one in self.seen.iter().filter(|one| one.direction == direction) {
                for (place, id) in &one.values {
                    had.entry(*place).or_default().push((one.connection, id));
                }
            }
            let is_fresh =
                |had: &[(u16, &Id)]| had.len() >= Self::MANY && had.iter().collect::<HashSet<_>>().len() == had.len();
            let places = had.into_iter().filter(|(_, had)| is_fresh(had));
            fresh.extend(places.filter_map(|(place, _)| Some((direction, self.places.get(place)?.clone()))));
        }
        fresh
    }
}
