//! Which answers have the value of a request, for one pair of places, and which kinds of messages answer at all.
//!
//! In: the messages of a port, and a place in requests and one in answers. Out: [`Hits`]. What a server sends unasked
//! shares the places of answers, and may share some values by chance; so each kind of message is asked by itself
//! whether its values are those of requests that wait. Not responsible for whether the agreement says anything.

use super::kinds::Sorter;
use super::places::PlaceIndex;
use super::seen::Seen;
use crate::profile::Id;
use crate::units::{Both, Direction};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A pair of places, and the messages that are compared.
#[derive(Clone, Copy)]
pub(super) struct Between<'s> {
    pub(super) seen: &'s [Seen],
    /// Messages that have another part, by their 0-based number.
    pub(super) taken: &'s HashSet<usize>,
    pub(super) sorters: &'s Both<Sorter>,
    /// Direction of the requests.
    pub(super) requests: Direction,
    pub(super) request: PlaceIndex,
    pub(super) answer: PlaceIndex,
    /// The only kind of message that asks; all do if none is given.
    pub(super) asking: Option<u64>,
}

/// An answer that has a value in the place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'s> {
    pub(super) id: &'s Id,
    /// 0-based number of the request that has the value, if one has.
    pub(super) request: Option<usize>,
    kind: u64,
}

/// The answers, by the 0-based number of the message.
#[derive(Debug, Default)]
pub(super) struct Hits<'s> {
    pub(super) answers: HashMap<usize, Hit<'s>>,
    /// Number of requests with a value.
    pub(super) asked: usize,
    /// The kinds that answer, if there are others.
    pub(super) kinds: Option<Vec<u64>>,
}

impl<'s> Between<'s> {
    /// Share of the values of a kind that must be those of requests, in thousandths: requests may be missing.
    pub(super) const SHARE: usize = 850;
    /// Times that a value which no request has must come to be none of a request.
    const OFTEN: u32 = 4;

    pub(super) fn asks(&self, of: &Seen) -> bool {
        let kind = || self.sorters.of(self.requests).kind(of, Some(self.request));
        of.direction == self.requests && of.may_ask && self.asking.is_none_or(|asking| asking == kind())
    }

    /// The kinds of messages that go the way of the requests, if there are several; those that come most go first.
    pub(super) fn kinds_that_ask(&self) -> impl Iterator<Item = u64> + use<> {
        let mut kinds: HashMap<u64, usize> = HashMap::new();
        for one in self.seen.iter().filter(|one| one.direction == self.requests && one.may_ask) {
            *kinds.entry(self.sorters.of(self.requests).kind(one, Some(self.request))).or_default() += 1;
        }
        let mut kinds: Vec<_> = kinds.into_iter().map(|(kind, count)| (Reverse(count), kind)).collect();
        kinds.sort_unstable();
        let is_several = kinds.len() > 1;
        kinds.into_iter().filter(move |_| is_several).map(|(_, kind)| kind)
    }

    /// The answers of all kinds that answer.
    pub(super) fn hits(&self) -> Hits<'s> {
        let mut hits = self.all();
        self.drop_what_means_none(&mut hits);
        let all: HashSet<u64> = hits.answers.values().map(|hit| hit.kind).collect();
        let answering = answering(&hits);
        hits.answers.retain(|_, hit| answering.contains(&hit.kind));
        // Those without a value are no answers by the value.
        hits.kinds = (answering.len() < all.len()).then(|| answering.into_iter().collect());
        hits
    }

    /// All messages that may answer and have a value, each with the newest request that has it.
    fn all(&self) -> Hits<'s> {
        let mut newest: HashMap<(u16, &Id), usize> = HashMap::new();
        let mut has_asked = HashSet::new();
        let mut hits = Hits::default();
        let sorter = self.sorters.of(self.requests.reverse());
        for (number, one) in self.seen.iter().enumerate().filter(|(number, _)| !self.taken.contains(number)) {
            if self.asks(one) {
                has_asked.insert(one.connection);
                if let Some(id) = one.value(self.request) {
                    newest.insert((one.connection, id), number);
                    hits.asked += 1;
                }
            } else if one.direction != self.requests
                && one.may_answer
                && has_asked.contains(&one.connection)
                && let Some(id) = one.value(self.answer)
            {
                let request = newest.get(&(one.connection, id)).copied();
                // The sender had not had it.
                let request = request.filter(|request| self.seen.get(*request).is_some_and(|of| !one.had_not(of.end)));
                hits.answers.insert(number, Hit { id, request, kind: sorter.kind(one, Some(self.answer)) });
            }
        }
        hits
    }

    /// Drops answers with a value that comes again and again and never is that of a request: it says that there is
    /// none.
    fn drop_what_means_none(&self, hits: &mut Hits<'_>) {
        let mut times: HashMap<Id, Option<u32>> = HashMap::new();
        for hit in hits.answers.values() {
            let times = times.entry(hit.id.clone()).or_insert(Some(0));
            *times = times.filter(|_| hit.request.is_none()).map(|times| times + 1);
        }
        hits.answers.retain(|_, hit| times.get(hit.id).copied().flatten().is_none_or(|times| times < Self::OFTEN));
    }
}

/// The kinds of messages that answer.
fn answering(hits: &Hits<'_>) -> BTreeSet<u64> {
    let mut kinds: HashMap<u64, Vec<(usize, Option<usize>)>> = HashMap::new();
    hits.answers.iter().for_each(|(number, hit)| kinds.entry(hit.kind).or_default().push((*number, hit.request)));
    // Those whose values go down now and then are surely no counters; of others those first that answer most.
    let mut kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, mut answers)| {
            answers.sort_unstable();
            let requests: HashSet<usize> = answers.iter().filter_map(|(_, request)| *request).collect();
            let goes_back = answers.is_sorted_by_key(|(_, request)| *request);
            (Reverse((!goes_back, requests.len())), kind, answers)
        })
        .collect();
    kinds.sort_unstable();
    let (mut answering, mut last) = (BTreeSet::new(), HashMap::<usize, usize>::new());
    for (Reverse((goes_back, requests)), kind, answers) in kinds {
        let matched = || answers.iter().filter_map(|(number, request)| Some((*number, (*request)?)));
        let (count, matches) = (answers.len(), matched().count());
        // What comes when the request was answered for good is no answer, unless each request has one of its own.
        let late = matched().filter(|(number, request)| last.get(request).is_some_and(|last| number > last)).count();
        let is_own = goes_back && requests * 1000 >= hits.asked * Between::SHARE;
        if matches * 1000 >= count * Between::SHARE && (late * 20 <= matches || is_own) {
            answering.insert(kind);
            for (number, request) in matched() {
                last.entry(request).and_modify(|last| *last = number.max(*last)).or_insert(number);
            }
        }
    }
    answering
}
