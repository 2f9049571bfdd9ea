//! The trial of each pair of places: whether answers have the values of requests that wait, and whether that says
//! anything.
//!
//! A constant in both is equal by itself, and so are two counters that begin alike: each answer has the number of some
//! request, and seldom that of its own. So only these count for a pair: values that go down where a counter would go
//! up; and values that are no numbers and hardly come twice. A pair of counters stands nevertheless where the server
//! had no later request whenever it answered: then every request was answered before the next came, and either way the
//! same pairs come out; and where the kinds of requests tell those of their answers ([`agreement`](super::agreement)).

use super::agreement::Agreement;
use super::compared::Compared;
use super::open::{Before, Open};
use super::places::{Kind, PlaceIndex, Values};
use crate::limits;
use crate::profile::Id;
use crate::units::Both;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The trials of all pairs of places, for requests of one direction.
#[derive(Debug, Default)]
pub(super) struct Trials {
    pairs: HashMap<(PlaceIndex, PlaceIndex), Trial>,
    requests: HashMap<PlaceIndex, Asked>,
    answers: HashMap<PlaceIndex, Answered>,
    /// Number of messages that went the way of the requests, and back since the first of these.
    messages: u32,
    messages_back: u32,
}

/// The values of one place in requests.
#[derive(Debug, Default)]
struct Asked {
    values: u32,
    /// How many had a value of a request that still waited.
    twofold: u32,
    /// How many had a value that an earlier request of the connection had.
    repeated: u32,
}

/// The values of one place in answers.
#[derive(Debug, Default)]
struct Answered {
    values: u32,
    distinct: HashSet<Id>,
    /// The least and the greatest number.
    range: Option<(u64, u64)>,
    /// How many were less than the one before on the same connection.
    backward: u32,
}

#[derive(Debug, Default)]
struct Trial {
    matched: u32,
    /// How many of these were the first for their request.
    first: u32,
    /// How many of those no counter would have shown, and how many while the server had a later request too.
    telling: u32,
    telling_later: u32,
    /// Whether the server is known to have had a later request when it answered, or it is not known what it had.
    overlaps: bool,
    /// By headers and lengths of requests, and by their payloads.
    coarse: Agreement,
    fine: Agreement,
}

/// The best pair of places; a greater one is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Best {
    is_telling: bool,
    /// Whether some answers were for other requests than the last that the server had: what it saw last is never that.
    overlaps: bool,
    /// Whether only this speaks for the pair: every request was answered before the next came.
    pub(super) is_count: bool,
    /// Whether no two requests had one value while they waited.
    is_unique: bool,
    /// Share of the answers that matched, in thousandths.
    share: u32,
    /// Number of different values.
    distinct: usize,
    is_one_place: bool,
    /// Places that were seen early are in the header.
    places: Reverse<(PlaceIndex, PlaceIndex)>,
    pub(super) matched: u32,
    pub(super) answers: u32,
}

impl Best {
    /// The place in requests, and that in answers.
    pub(super) const fn places(self) -> (PlaceIndex, PlaceIndex) {
        self.places.0
    }
}

impl Trials {
    /// Answers with a value that matched; fewer are no evidence.
    const LEAST: u32 = 8;
    /// Requests that are many.
    const MANY: u32 = 32;
    /// Share of the answers that must match, in thousandths: requests may be missing.
    const SHARE: u32 = 850;
    /// Values that are more telling than a counter must be at least this many, and one in so many of all.
    const TELLING: (u32, u32) = (4, 50);

    /// Compares an answer with the requests of the other direction that wait.
    pub(super) fn answer(
        &mut self,
        open: &mut Both<Open>,
        message: &Compared<'_>,
        (values, kinds): (&Values, &[Kind]),
    ) {
        if open.of(message.direction.reverse()).requests == 0 {
            return;
        }
        let Self { requests, answers, pairs, messages_back, .. } = self;
        *messages_back += 1;
        let is_next = open.of(message.direction).end == message.start;
        for ((place, id), kind) in values.iter().zip(kinds) {
            let last = open.of(message.direction).last.get(place).cloned();
            let answered = answers.entry(*place).or_default();
            answered.values += 1;
            if answered.distinct.len() < limits::COMPARED_VALUES {
                answered.distinct.insert(id.clone());
            }
            if let Id::Number(number) = id {
                answered.range = Some(
                    answered.range.map_or((*number, *number), |(least, most)| (least.min(*number), most.max(*number))),
                );
            }
            let range = answered.range;
            answered.backward += u32::from(goes_back(last.as_ref(), id, range));
            for request in requests.keys().copied() {
                let waiting = open.of_mut(message.direction.reverse());
                let step = waiting.steps.get(&request).copied();
                let Some(asked) = waiting.find(request, id) else { continue };
                let is_first = !std::mem::replace(&mut asked.is_answered, true);
                let has_later = message.acked.offset().is_none_or(|had| had > asked.end);
                let is_told = is_first && is_telling(last.as_ref(), id, range, step, is_next);
                let trial = pairs.entry((request, *place)).or_default();
                trial.matched += 1;
                trial.first += u32::from(is_first);
                trial.telling += u32::from(is_told);
                trial.telling_later += u32::from(is_told && has_later);
                let before = asked.kind_before;
                trial.coarse.push(kind.coarse, asked.kind.coarse, before.map(|kind| kind.coarse));
                trial.fine.push(kind.coarse, asked.kind.fine, before.map(|kind| kind.fine));
                trial.overlaps |= has_later;
            }
        }
    }

    /// Takes a message as a request.
    pub(super) fn request(
        &mut self,
        open: &mut Both<Open>,
        message: &Compared<'_>,
        (values, kinds): (Values, &[Kind]),
    ) {
        self.messages += 1;
        let requests = &mut self.requests;
        let own = open.of_mut(message.direction);
        own.end = message.end;
        for (place, id) in &values {
            let before = own.last.insert(*place, id.clone());
            if let (Some(Id::Number(before)), Id::Number(now)) = (before, id) {
                own.steps.insert(*place, now.wrapping_sub(before));
            }
        }
        open.of_mut(message.direction).push(values, kinds, message.end, |place, before| {
            let asked = requests.entry(place).or_default();
            asked.values += 1;
            asked.twofold += u32::from(before == Before::Waits);
            asked.repeated += u32::from(before != Before::Fresh);
        });
    }

    /// Places in which many requests had a value each that none had before.
    pub(super) fn fresh(&self) -> impl Iterator<Item = PlaceIndex> {
        let is_fresh = |asked: &Asked| asked.values >= Self::MANY && asked.repeated == 0;
        self.requests.iter().filter(move |(_, asked)| is_fresh(asked)).map(|(place, _)| *place)
    }

    /// The pair of places that agree best, if any agree beyond chance.
    pub(super) fn best(&self) -> Option<Best> {
        self.pairs.iter().filter_map(|(places, trial)| self.judge(*places, trial)).max()
    }

    fn judge(&self, (request, answer): (PlaceIndex, PlaceIndex), trial: &Trial) -> Option<Best> {
        let (asked, answered) = (self.requests.get(&request)?, self.answers.get(&answer)?);
        // All that goes either way takes part, and not only what has the field: one that says something else is in few.
        let (asked_all, answered_all) = (self.messages.max(asked.values), self.messages_back.max(answered.values));
        let share = trial.matched * 1000 / answered_all.max(1);
        let is_common = share >= Self::SHARE && asked.values * 1000 >= asked_all * Self::SHARE;
        // Each request has its answers, and all have equally many; those that were asked last may wait for them.
        let waiting = limits::COMPARED_WAITING.min(asked.values / 4);
        let is_spread = trial.first * 1000 >= (asked.values - waiting) * Self::SHARE;
        let each = trial.matched * 100 / trial.first.max(1);
        let is_even = each <= 101 || each >= each.div_ceil(100) * 93;
        let many = usize::try_from(asked.values).unwrap_or(usize::MAX).min(limits::COMPARED_VALUES);
        let is_rich = answered.distinct.len() * 2 >= many;
        // A value that keeps coming says what a message is, and not which.
        let is_varied = answered.distinct.len() >= 4 && asked.twofold * 10 <= asked.values;
        if trial.matched < Self::LEAST || !is_common || !is_spread || !is_even || !is_varied {
            return None;
        }
        let (least, one_in) = Self::TELLING;
        let telling = if is_rich { trial.telling } else { trial.telling_later };
        // What a server saw last goes up with the requests too, and never back.
        let is_free = answered.backward > 0 || answered.range.is_none();
        let is_telling = is_free && telling >= least && telling * one_in >= trial.matched;
        let is_counter = answered.backward == 0 && is_rich;
        let is_in_order = is_counter && (trial.coarse.is_proof() || trial.fine.is_proof());
        (is_telling || is_in_order || is_counter && !trial.overlaps).then_some(Best {
            is_telling,
            overlaps: trial.overlaps,
            is_count: !is_telling && !is_in_order,
            is_unique: asked.twofold == 0,
            share,
            distinct: answered.distinct.len(),
            is_one_place: request == answer,
            places: Reverse((request, answer)),
            matched: trial.matched,
            answers: answered.values,
        })
    }
}

/// Whether a value is less than the one before, and no counter that began anew.
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
