//! Pairs by a promise: the protocol answers in the order of its requests.
//!
//! Then the first request that waits is the one that is answered, however many wait. Bytes that are missing hide
//! requests or answers, and nobody knows how many: from there on every number that can be is followed, until the
//! answers allow only one. An answer rules numbers out by its type, and by what its sender had and had sent: it
//! is for no request that came later, and for none that was sent after the client had the answer. So does silence: what
//! was asked long before a request that is answered at once was answered before it or never will be.

use super::AnsweredBy;
use super::doubt::{Doubt, Unanswered};
use super::request::{Request, Sent, Unseen, Verdict};
use super::track::Lost;
use crate::limits;
use crate::units::Timestamp;
use smallvec::SmallVec;

/// What one direction has asked, in order.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Request(Request),
    /// Requests that are missing.
    Missing(Lost),
}

impl Slot {
    const fn request(&self) -> Option<&Request> {
        if let Self::Request(request) = self { Some(request) } else { None }
    }
}

/// A place between answered and waiting requests: so many slots are done, and so many requests of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    done: usize,
    within: u32,
}

type Places = SmallVec<[Place; 4]>;

/// The requests of one direction that wait, where the protocol answers in their order.
#[derive(Debug, Default)]
pub(super) struct Promised {
    open: SmallVec<[Request; 1]>,
    /// Answers that came before their requests: what their senders had.
    early: SmallVec<[u64; 1]>,
    /// At most so many answers are missing since the last request: they may have been for requests that are missing.
    missing: u32,
    /// Number of requests.
    asked: u32,
    /// What there is to follow where it is not certain how many requests were answered.
    unsure: Option<Box<Followed>>,
}

/// Every number of answered requests that can be.
#[derive(Debug)]
struct Followed {
    /// Why there is more than one.
    began: Doubt,
    slots: Vec<Slot>,
    /// The places that are possible; none where there are too many to follow.
    places: Places,
    /// The last request that came after a pause, by its number, and how long that was in nanoseconds.
    pause: Option<(u64, i64)>,
}

impl Promised {
    /// Takes a request, which ends at position `end` of its direction, after both sides were silent for a time.
    pub(super) fn request(&mut self, request: Request, end: u64, silence_ns: i64) {
        self.asked = self.asked.saturating_add(1);
        self.missing = 0;
        if let Some(followed) = &mut self.unsure {
            if silence_ns >= limits::QUIET_NS {
                *self = Self::default();
            } else if silence_ns >= limits::PAUSE_NS {
                followed.pause = Some((request.number, silence_ns));
            }
        }
        if let Some(early) = self.early.first().copied() {
            self.early.remove(0);
            if end <= early {
                return; // Its answer was told.
            }
            self.early.clear();
        }
        match &mut self.unsure {
            Some(followed) => followed.push(Slot::Request(request)),
            None if self.open.len() >= limits::PENDING_REQUESTS => {
                self.follow(Doubt::of(self.open.len())).give_up();
            }
            None => self.open.push(request),
        }
    }

    /// Takes note that requests are missing.
    pub(super) fn lose_requests(&mut self, lost: Lost) {
        let answered = u32::try_from(self.early.len()).unwrap_or(u32::MAX);
        self.early.clear();
        let least = lost.least.saturating_sub(answered).saturating_sub(self.missing);
        let most = lost.most.saturating_sub(answered);
        if most > 0 {
            self.follow(Doubt::Gap).push(Slot::Missing(Lost { least, most }));
            self.settle();
        }
    }

    /// Takes note that answers are missing before a frame that was `sent`. `asked` is when the last frame came the
    /// other way, and after what silence of both sides, in nanoseconds.
    pub(super) fn lose_answers(&mut self, lost: Lost, sent: &Sent, asked: Option<(Timestamp, i64)>) {
        self.early.clear();
        self.missing = self.missing.saturating_add(lost.most);
        let was_sure = self.unsure.is_none();
        let followed = self.follow(Doubt::Gap);
        if was_sure {
            followed.pause = followed.pause_before(asked);
        }
        followed.lose(lost, sent);
        self.settle();
    }

    /// The request that a frame answers, among those that it `fits` by their label.
    pub(super) fn answer(&mut self, sent: &Sent, fits: impl Fn(Option<u16>) -> bool) -> Verdict {
        let may_be = |request: &Request| fits(request.label) && request.may_be_answered_by(sent);
        if let Some(followed) = &mut self.unsure {
            followed.end_pause(sent);
            if sent.at.acked.has_missing() {
                // It may be for a request that is not known yet.
                self.missing = self.missing.saturating_add(1);
            }
            let verdict = followed.answer(sent, may_be);
            self.settle();
            return verdict;
        }
        // What stands before a request that it fits by its type was never answered.
        let Some(first) = self.open.iter().position(may_be) else {
            if let (true, Some(had)) = (self.open.is_empty() && sent.at.acked.has_missing(), sent.at.acked.offset())
                && self.early.len() < limits::PENDING_REQUESTS
            {
                self.early.push(had.0);
            }
            if self.asked > 0 && self.open.is_empty() && !sent.at.acked.has_missing() {
                // An answer that nobody asked for: whoever counts is wrong by one.
                self.follow(Doubt::Unasked).give_up();
            }
            return Verdict::None;
        };
        let request = self.open.drain(..=first).next_back();
        request.map_or(Verdict::None, |request| Verdict::Request(request, AnsweredBy::Order))
    }

    /// The requests that wait after the last answer, which came at `answered`. None where it is not certain which wait,
    /// and none unless more than one came before that answer: what comes after it puts no answer out of order.
    pub(super) fn unanswered(&self, answered: Timestamp) -> Unanswered {
        let waiting = self.open.iter().filter(|request| request.time < answered).count();
        let is_shifted = self.unsure.is_none() && waiting > 1;
        let requests = if is_shifted { u32::try_from(self.open.len()).unwrap_or(u32::MAX) } else { 0 };
        Unanswered { requests, of: self.asked }
    }

    pub(super) fn held_bytes(&self) -> usize {
        let open = if self.open.spilled() { self.open.capacity() * size_of::<Request>() } else { 0 };
        open + self.unsure.as_ref().map_or(0, |followed| followed.slots.capacity() * size_of::<Slot>())
    }

    /// Why it is not certain how many requests were answered.
    pub(super) fn doubt(&self) -> Doubt {
        self.unsure.as_ref().map_or(Doubt::Gap, |followed| followed.began)
    }

    /// Begins to follow every number that can be, and takes note why.
    fn follow(&mut self, began: Doubt) -> &mut Followed {
        let open = &mut self.open;
        self.unsure.get_or_insert_with(|| {
            let places = std::iter::once(Place::default()).collect();
            Box::new(Followed { began, slots: open.drain(..).map(Slot::Request).collect(), places, pause: None })
        })
    }

    /// Ends following where only one number is left, and no request is missing after it.
    fn settle(&mut self) {
        let Some(followed) = &mut self.unsure else { return };
        followed.forget_what_is_done();
        if followed.places[..] == [Place::default()] && followed.slots.iter().all(|slot| slot.request().is_some()) {
            self.open = followed.requests().copied().collect();
            self.unsure = None;
        }
    }
}

impl Followed {
    /// How many times shorter than a pause the time to an answer is that comes at once after it.
    const AT_ONCE: i64 = 64;
    /// Places that are followed at once.
    const PLACES: usize = 64;

    fn push(&mut self, slot: Slot) {
        if self.places.is_empty() && self.pause.is_none() {
            // Nothing but a pause can end this.
            self.slots.clear();
        }
        self.slots.push(slot);
        if self.slots.len() > limits::PENDING_REQUESTS {
            self.give_up();
        }
    }

    /// The pause before the last request, if that is the frame that was `asked` and it came after one.
    fn pause_before(&self, asked: Option<(Timestamp, i64)>) -> Option<(u64, i64)> {
        let (request, (time, silence_ns)) = (self.slots.last()?.request()?, asked?);
        let pause_ns = if silence_ns >= limits::QUIET_NS { i64::MAX } else { silence_ns };
        (request.time == time && silence_ns >= limits::PAUSE_NS).then_some((request.number, pause_ns))
    }

    /// Takes what was asked before the last pause for answered, if an answer comes at once after it.
    fn end_pause(&mut self, sent: &Sent) {
        let Some((number, pause_ns)) = self.pause.take() else { return };
        let mut requests = self.slots.iter().enumerate().filter_map(|(index, slot)| Some((index, slot.request()?)));
        let Some((first, request)) = requests.find(|(_, request)| request.number == number) else { return };
        if sent.at.time.since(request.time).saturating_mul(Self::AT_ONCE) <= pause_ns {
            let first = Place { done: first, within: 0 };
            let places = self.places.iter().map(|place| (*place).max(first));
            self.set(places.chain(std::iter::once(first).filter(|_| self.places.is_empty())).collect());
        }
    }

    /// Stops following: there are too many possibilities.
    fn give_up(&mut self) {
        self.slots.clear();
        self.places.clear();
    }

    fn set(&mut self, mut places: Places) {
        places.sort_unstable();
        places.dedup();
        if places.len() > Self::PLACES {
            self.give_up();
        } else {
            self.places = places;
        }
    }

    /// What an answer does that comes at `place`: the 0-based indices of the requests that it may be for, none for a
    /// missing one, each with the place after it.
    fn steps(&self, mut place: Place, may_be: &impl Fn(&Request) -> bool, out: &mut Vec<(Option<usize>, Place)>) {
        loop {
            match self.slots.get(place.done) {
                None => return,
                Some(Slot::Request(request)) => {
                    if may_be(request) {
                        out.push((Some(place.done), Place { done: place.done + 1, within: 0 }));
                    }
                    return;
                }
                Some(Slot::Missing(lost)) => {
                    if place.within < lost.most {
                        // Where any number may be missing, counting stops with the least.
                        let is_open = lost.most == u32::MAX;
                        let within = if is_open { (place.within + 1).min(lost.least) } else { place.within + 1 };
                        out.push((None, Place { done: place.done, within }));
                    }
                    if place.within < lost.least {
                        return;
                    }
                    place = Place { done: place.done + 1, within: 0 };
                }
            }
        }
    }

    /// Takes note that answers are missing before a frame that was `sent`: as many as `lost` says.
    fn lose(&mut self, lost: Lost, sent: &Sent) {
        let may_be = |request: &Request| request.may_be_answered_before(sent.start) && request.was_had(sent.at.acked);
        let (mut front, mut reached) = (self.places.clone(), Places::new());
        if lost.least == 0 {
            reached.extend_from_slice(&front);
        }
        // Where it may be for a request that is not known yet, counting stays behind all that is.
        let stays = sent.at.acked.has_missing();
        let at_end = |front: &Places| {
            let ends = front.iter().copied().filter(|place| stays && self.may_be_at_end(*place));
            ends.collect::<Places>()
        };
        reached.extend(at_end(&front));
        // Past all that is asked nothing can be answered.
        let most = usize::try_from(lost.most).unwrap_or(usize::MAX).min(self.slots.len() + Self::PLACES);
        for count in 1..=most {
            let mut steps = Vec::new();
            front.iter().for_each(|place| self.steps(*place, &may_be, &mut steps));
            front = steps.into_iter().map(|(_, place)| place).collect();
            front.sort_unstable();
            front.dedup();
            if front.is_empty() || front.len() > Self::PLACES {
                break;
            }
            reached.extend(at_end(&front));
            if count >= usize::try_from(lost.least).unwrap_or(usize::MAX) {
                let before = reached.len();
                let new: Places = front.iter().copied().filter(|place| !reached.contains(place)).collect();
                reached.extend(new);
                if reached.len() == before {
                    break;
                }
            }
        }
        if front.len() > Self::PLACES {
            self.give_up();
        } else if !reached.is_empty() {
            self.set(reached);
        }
        // Where nothing was asked that can be answered, what is missing was no answer.
    }

    /// The request that an answer is for, if it is the same wherever it can come.
    fn answer(&mut self, sent: &Sent, may_be: impl Fn(&Request) -> bool) -> Verdict {
        if self.places.is_empty() {
            return Verdict::Doubtful(Vec::new(), Unseen::Possible);
        }
        let mut steps = Vec::new();
        self.places.iter().for_each(|place| self.steps(*place, &may_be, &mut steps));
        // Behind all that was asked there may be a request that was not captured yet.
        if steps.is_empty() {
            let labels: Vec<_> = self.requests().filter(|request| may_be(request)).map(|one| one.label).collect();
            if labels.is_empty() {
                return Verdict::None;
            }
            // It is for a request that cannot be its turn: nothing is known of the order any more.
            self.give_up();
            return Verdict::Doubtful(labels, Unseen::Possible);
        }
        let may_be_later = sent.at.acked.has_missing() && self.places.iter().any(|place| self.may_be_at_end(*place));
        let mut meant: Vec<Option<usize>> = steps.iter().map(|(request, _)| *request).collect();
        meant.sort_unstable();
        meant.dedup();
        let request_at = |index: usize| self.slots.get(index).and_then(Slot::request).copied();
        let verdict = match meant[..] {
            [Some(only)] if !may_be_later => {
                request_at(only).map_or(Verdict::None, |request| Verdict::Request(request, AnsweredBy::Order))
            }
            [None] => Verdict::None,
            _ => {
                let unseen = if may_be_later || meant.contains(&None) { Unseen::Possible } else { Unseen::Impossible };
                let labels =
                    meant.iter().flatten().filter_map(|index| request_at(*index)).map(|one| one.label).collect();
                Verdict::Doubtful(labels, unseen)
            }
        };
        if may_be_later {
            self.give_up();
        } else {
            self.set(steps.into_iter().map(|(_, place)| place).collect());
        }
        verdict
    }

    fn requests(&self) -> impl Iterator<Item = &Request> {
        self.slots.iter().filter_map(Slot::request)
    }

    /// Whether everything that was asked may be answered at `place`.
    fn may_be_at_end(&self, place: Place) -> bool {
        let is_over = |(index, slot): (usize, &Slot)| match slot {
            Slot::Request(_) => false,
            Slot::Missing(lost) => lost.least <= if index == 0 { place.within } else { 0 },
        };
        self.slots.iter().skip(place.done).enumerate().all(is_over)
    }

    /// Forgets the slots that are behind every place.
    fn forget_what_is_done(&mut self) {
        for place in &mut self.places {
            // All that can be missing was answered.
            if let Some(Slot::Missing(lost)) = self.slots.get(place.done)
                && place.within >= lost.most
                && lost.most != u32::MAX
            {
                *place = Place { done: place.done + 1, within: 0 };
            }
        }
        let done = self.places.iter().map(|place| place.done).min().unwrap_or(0);
        self.slots.drain(..done.min(self.slots.len()));
        for place in &mut self.places {
            place.done -= done;
        }
    }
}
