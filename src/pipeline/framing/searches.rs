//! Directions whose framing searches for a header: how long others wait for them, and when they were quiet for long
//! enough.
//!
//! In: after each piece of a direction what its search holds back. Out: the oldest packet that events wait for, and in
//! live captures the directions to look at again. Invariant: in a live capture a direction holds events of others back
//! for [`LIVE_TRIAL_NS`] at most between two finds. Not responsible for what is enough evidence.

use crate::limits::LIVE_TRIAL_NS;
use crate::pipeline::event::DirectionId;
use crate::stream::Slot;
use crate::units::Elapsed;
use std::collections::{BTreeSet, VecDeque};

/// State of one direction's searches. Most directions never search, which takes one word.
#[derive(Debug, Default)]
pub(super) struct Search(Option<Box<Searching>>);

#[derive(Clone, Copy, Debug, Default)]
struct Searching {
    /// Place of the search in the list: whether others no longer wait for it, and the first packet that it holds bytes
    /// of.
    place: Option<(bool, u64)>,
    /// Whether others waited for this search long enough.
    is_given_up: bool,
    is_watched: bool,
    /// What the clock showed when the direction was last given something.
    noted: Elapsed,
}

/// All directions that search.
#[derive(Debug, Default)]
pub(super) struct Searches {
    places: BTreeSet<(bool, u64, Slot, usize)>,
    /// Directions that are watched, each at most once, with what the clock showed when that began.
    watched: VecDeque<(Elapsed, DirectionId)>,
    is_live: bool,
}

impl Searches {
    pub(super) fn new(is_live: bool) -> Self {
        Self { is_live, ..Self::default() }
    }

    /// The oldest packet that events wait for.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.places.first().filter(|(is_given_up, ..)| !is_given_up).map(|(_, packet, ..)| *packet)
    }

    /// Takes note of what the framing of a direction holds back `now`: the first packet of it, and whether it searches.
    pub(super) fn note(
        &mut self,
        of: &DirectionId,
        search: &mut Search,
        (since, is_searching): (Option<u64>, bool),
        now: Elapsed,
    ) {
        if since.is_none() && search.0.is_none() {
            return;
        }
        let search = search.0.get_or_insert_default();
        search.noted = now;
        search.is_given_up &= is_searching;
        let place = since.map(|packet| (search.is_given_up, packet));
        let before = std::mem::replace(&mut search.place, place);
        if before != place {
            before.map(|(given_up, packet)| self.places.remove(&(given_up, packet, of.slot, of.direction.index())));
            place.map(|(given_up, packet)| self.places.insert((given_up, packet, of.slot, of.direction.index())));
        }
        if self.is_live && place.is_some() && !search.is_watched {
            search.is_watched = true;
            self.watched.push_back((now, *of));
        }
    }

    /// Forgets a direction of which nothing more comes.
    pub(super) fn forget(&mut self, of: &DirectionId, search: &Search) {
        let place = search.0.as_ref().and_then(|search| search.place);
        place.map(|(given_up, packet)| self.places.remove(&(given_up, packet, of.slot, of.direction.index())));
    }

    /// The next direction that is watched for long enough.
    pub(super) fn due(&mut self, now: Elapsed) -> Option<DirectionId> {
        let (_, of) = self.watched.pop_front_if(|(since, _)| now.since(*since) >= LIVE_TRIAL_NS)?;
        Some(of)
    }
}

impl Search {
    /// Whether nothing came of the direction for so long that no more of a burst will.
    pub(super) fn is_quiet(&self, now: Elapsed) -> bool {
        self.0.as_ref().is_none_or(|search| now.since(search.noted) >= LIVE_TRIAL_NS)
    }

    /// Lets others wait no longer for what the search holds back.
    pub(super) fn give_up(&mut self) {
        if let Some(search) = &mut self.0 {
            search.is_given_up = true;
            search.is_watched = false;
        }
    }
}
