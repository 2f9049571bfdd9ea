//! The trial of a pair of places: whether answers have the values of requests that wait, and whether that says
//! anything.
//!
//! A constant in both is equal by itself, and so are two counters that begin alike: each answer has the number of some
//! request, and seldom that of its own. So only these count for a pair: values that go down where a counter would go
//! up; and values that are no numbers and hardly come twice. A pair of counters stands nevertheless where every request
//! was answered before the next came, as either way the same pairs come out; and where the kinds of requests tell those
//! of their answers ([`agreement`](super::agreement)).

use super::agreement::Agreement;
use super::hits::{Between, Hit, Hits};
use super::places::{PlaceIndex, Places};
use super::seen::{Seen, digest};
use crate::limits;
use crate::profile::{Id, Place};
use crate::units::StreamOffset;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What speaks for a pair of places; a greater one says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// Both sides count, and every request was answered before the next came.
    Count,
    /// Both sides count, and kinds of answers are those of their requests.
    InOrder,
    /// The values are those of no counter.
    Values,
}

/// A pair of places that agree beyond chance; a greater one is better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passed {
    pub(super) proof: Proof,
    /// Whether some answers were for other requests than the last that the server had: what it saw last is never that.
    overlaps: bool,
    /// Whether no two requests had one value while they waited.
    pub(super) is_unique: bool,
    /// Share of the answers that matched, in thousandths.
    share: usize,
    /// Number of different values.
    distinct: usize,
    is_one_place: bool,
    /// The place in requests, and that in answers. Those that were seen early are in the header.
    pub(super) places: Reverse<(PlaceIndex, PlaceIndex)>,
    pub(super) asking: Option<u64>,
    pub(super) answering: Option<Vec<u64>>,
    /// Number of requests, of those that had an answer, of answers, and of those that matched.
    pub(super) asked: usize,
    pub(super) answered: usize,
    pub(super) answers: usize,
    pub(super) matched: usize,
    /// Answers with their requests, by the 0-based numbers of the messages.
    pub(super) pairs: Vec<(usize, usize)>,
}

/// What is counted on the way through the messages.
#[derive(Debug, Default)]
struct Counts {
    asked: usize,
    /// How many had a value of a request that still waited.
    twofold: usize,
    /// How many messages might have been requests.
    asking: usize,
    matched: usize,
    /// How many of these were the first for their request.
    first: usize,
    /// How many of those no counter would have shown, and how many while the server had a later request too.
    telling: usize,
    telling_later: usize,
    /// How many came while an earlier request waited, for all that was captured.
    overtaking: usize,
    /// Whether the server is known to have had a later request when it answered, or it is not known what it had.
    overlaps: bool,
    distinct: HashSet<Id>,
    range: Option<(u64, u64)>,
    /// How many were less than the one before on the same connection.
    backward: usize,
    /// By headers and lengths of requests, and by their payloads.
    coarse: Agreement,
    fine: Agreement,
    pairs: Vec<(usize, usize)>,
}

/// What is known of one connection on the way.
#[derive(Debug, Default)]
struct Way<'s> {
    /// Requests that had no answer yet, as far as nothing is missing.
    waiting: BTreeSet<usize>,
    last_asked: Option<(usize, u64)>,
    /// How much the last request's value was more than that of the one before.
    step: Option<u64>,
    /// Whether a request had less than the one before, as where counting begins anew.
    asked_less: bool,
    last_answer: Option<&'s Seen>,
    last_id: Option<&'s Id>,
    /// Whether the last answer had one more than the one before.
    is_by_one: bool,
    /// Where the last message that went the way of the answers ended.
    end: Option<StreamOffset>,
}

/// Answers with a value that matched; fewer are no evidence.
const LEAST: usize = 8;
/// Values that are more telling than a counter must be at least this many, and one in so many of all.
const TELLING: (usize, usize) = (4, 50);

impl<'s> Between<'s> {
    /// Whether the places agree beyond chance.
    pub(super) fn judge(&self, places: &Places) -> Option<Passed> {
        let hits = self.hits();
        let matched = hits.answers.values().filter(|hit| hit.request.is_some()).count();
        if matched < LEAST {
            return None;
        }
        let counts = self.count(places, &hits);
        self.pass(counts, hits)
    }

    fn count(&self, places: &Places, hits: &Hits<'s>) -> Counts {
        let mut counts = Counts::default();
        let mut ways: HashMap<u16, Way<'s>> = HashMap::new();
        // The newest request with each value, and whether it was answered.
        let mut newest: HashMap<(u16, &Id), (usize, bool)> = HashMap::new();
        let mut before: HashMap<usize, usize> = HashMap::new();
        let coarse =
            |number: usize, except| self.seen.get(number).map(|one| digest((header(places, one, except), one.len)));
        let fine =
            |number: usize, except| self.seen.get(number).map(|one| digest((header(places, one, except), one.content)));
        for (number, one) in self.seen.iter().enumerate().filter(|(number, _)| !self.taken.contains(number)) {
            let way = ways.entry(one.connection).or_default();
            if one.direction == self.requests {
                if !self.asks(one) {
                    continue;
                }
                counts.asking += 1;
                let Some(id) = one.value(self.request) else { continue };
                counts.asked += 1;
                let old = newest.insert((one.connection, id), (number, false));
                counts.twofold += usize::from(old.is_some_and(|(_, is_answered)| !is_answered));
                way.waiting.insert(number);
                let last = way.last_asked.replace((number, number_of(id)));
                if let Some((last, value)) = last {
                    before.insert(number, last);
                    way.step = Some(number_of(id).wrapping_sub(value));
                    way.asked_less |= number_of(id) < value;
                }
                continue;
            }
            // What is missing may have answered all that waits.
            if way.end.replace(one.end).unwrap_or_default() != one.start {
                way.waiting.clear();
            }
            let Some(hit) = hits.answers.get(&number) else { continue };
            let may_restart = way.asked_less || way.is_by_one;
            counts.see(way, hit, may_restart);
            let last = way.last_id.replace(hit.id);
            way.is_by_one = last.is_some_and(|last| number_of(hit.id) == number_of(last).wrapping_add(1));
            let is_next = way.last_answer.replace(one).is_some_and(|last| last.end == one.start);
            let Some((request, asked)) = hit.request.and_then(|at| Some((at, self.seen.get(at)?))) else { continue };
            let is_first = newest
                .get_mut(&(one.connection, hit.id))
                .is_some_and(|(_, is_answered)| !std::mem::replace(is_answered, true));
            let has_later = one.had_more_than(asked.end);
            let is_told = is_first && is_telling(last, hit.id, counts.range.filter(|_| may_restart), way.step, is_next);
            way.waiting.remove(&request);
            counts.matched += 1;
            counts.first += usize::from(is_first);
            counts.telling += usize::from(is_told);
            counts.telling_later += usize::from(is_told && has_later);
            counts.overtaking += usize::from(way.waiting.first().is_some_and(|waits| *waits < request));
            counts.overlaps |= has_later;
            counts.pairs.push((number, request));
            let kind = coarse(number, self.answer).unwrap_or_default();
            let before = before.get(&request).copied();
            let of = |kind: &dyn Fn(usize, PlaceIndex) -> Option<u64>| {
                (kind(request, self.request).unwrap_or_default(), before.and_then(|at| kind(at, self.request)))
            };
            let (asked, earlier) = of(&coarse);
            counts.coarse.push(kind, asked, earlier);
            let (asked, earlier) = of(&fine);
            counts.fine.push(kind, asked, earlier);
        }
        counts
    }

    fn pass(&self, counts: Counts, hits: Hits<'s>) -> Option<Passed> {
        let answers = hits.answers.len();
        let share = counts.matched * 1000 / answers.max(1);
        // Half of what may ask takes part; what has no answers need not.
        let is_common = share >= Self::SHARE && counts.asked * 2 >= counts.asking;
        // Each request has its answers, and all have equally many; those that were asked last may wait for them.
        let waiting = limits::COMPARED_WAITING.min(counts.asked / 4);
        let is_spread = counts.first * 1000 >= (counts.asked - waiting) * Self::SHARE;
        let each = counts.matched * 100 / counts.first.max(1);
        let is_even = each <= 101 || each >= each.div_ceil(100) * 93;
        let many = counts.asked.min(limits::COMPARED_VALUES);
        let is_rich = counts.distinct.len() * 2 >= many;
        // A value that keeps coming says what a message is, and not which.
        let is_varied = counts.distinct.len() >= 4 && counts.twofold * 10 <= counts.asked;
        if !is_common || !is_spread || !is_even || !is_varied {
            return None;
        }
        let (least, one_in) = TELLING;
        let telling = if is_rich { counts.telling } else { counts.telling_later };
        // What a server saw last goes up with the requests too, and never back.
        let is_free = counts.backward > 0 || counts.range.is_none();
        // What names the newest request always, while others wait, is that as well.
        if !counts.overlaps && counts.overtaking * 20 > counts.matched {
            return None;
        }
        let is_telling = is_free && telling >= least && telling * one_in >= counts.matched;
        let is_counter = counts.backward == 0 && is_rich;
        let is_in_order = is_counter && (counts.coarse.is_proof() || counts.fine.is_proof());
        let is_count = is_counter && !counts.overlaps;
        let proof = match (is_telling, is_in_order, is_count) {
            (true, ..) => Proof::Values,
            (_, true, _) => Proof::InOrder,
            (_, _, true) => Proof::Count,
            _ => return None,
        };
        Some(Passed {
            proof,
            overlaps: counts.overlaps,
            is_unique: counts.twofold == 0,
            share,
            distinct: counts.distinct.len(),
            is_one_place: self.request == self.answer,
            places: Reverse((self.request, self.answer)),
            asking: self.asking,
            answering: hits.kinds,
            asked: counts.asked,
            answered: counts.first,
            answers,
            matched: counts.matched,
            pairs: counts.pairs,
        })
    }
}

impl Passed {
    /// Whether hardly a request had more than one answer.
    pub(super) const fn has_one_answer(&self) -> bool {
        self.matched * 100 <= self.answered * 101
    }
}

impl Counts {
    /// Takes the value of an answer.
    fn see(&mut self, way: &Way<'_>, hit: &Hit<'_>, may_restart: bool) {
        if self.distinct.len() < limits::COMPARED_VALUES {
            self.distinct.insert(hit.id.clone());
        }
        if let Id::Number(number) = hit.id {
            let (least, most) = self.range.unwrap_or((*number, *number));
            self.range = Some((least.min(*number), most.max(*number)));
        }
        self.backward += usize::from(goes_back(way.last_id, hit.id, self.range.filter(|_| may_restart)));
    }
}

/// Digest of a message's header fields, apart from its value in a place.
fn header(places: &Places, of: &Seen, except: PlaceIndex) -> u64 {
    let is_other = |place: PlaceIndex| place != except && places.get(place).is_some_and(Place::is_header);
    digest(of.values.iter().filter(|(place, _)| is_other(*place)).collect::<Vec<_>>())
}

/// The value as a number; 0 for bytes.
const fn number_of(id: &Id) -> u64 {
    if let Id::Number(number) = id { *number } else { 0 }
}

/// Whether a value is less than the one before, and no counter that began anew: from the greatest to the least of a
/// `range`, where it may have one.
fn goes_back(last: Option<&Id>, now: &Id, range: Option<(u64, u64)>) -> bool {
    match (last, now) {
        (Some(Id::Number(last)), Id::Number(now)) => {
            now < last && range != Some((*now, *last)) && !is_wrap(*last, *now)
        }
        _ => false,
    }
}

/// Whether a value is not what a counter would show after the one before, where requests count in steps.
fn is_telling(last: Option<&Id>, now: &Id, range: Option<(u64, u64)>, step: Option<u64>, is_next: bool) -> bool {
    match (last, now) {
        (Some(Id::Number(before)), Id::Number(number)) => {
            let by_step = [Some(0), Some(1), step].contains(&Some(number.wrapping_sub(*before)));
            goes_back(last, now, range) || is_next && number > before && !by_step
        }
        (Some(last), Id::Bytes(bytes)) => bytes.len() >= 4 && last != now,
        _ => false,
    }
}

/// Whether a counter of one, two or four bytes began anew.
fn is_wrap(last: u64, now: u64) -> bool {
    [8, 16, 32].into_iter().any(|bits| {
        let (quarter, end) = (1_u64 << (bits - 2), 1_u64 << bits);
        last < end && last >= end - quarter && now < quarter
    })
}
