//! Which request an answer answers.
//!
//! In: the frames of one connection in capture order, which of them are requests and which answers. Out: the request of
//! each answer, or that it cannot be told. A value that both have tells it ([`matched`]); where there is none, the
//! order does, if the protocol promises one ([`promised`]) or if nothing else waits ([`alone`]). What each side had
//! when it sent a frame, by TCP's acknowledgments, rules pairs out for all of them. Invariant: a pair is told only
//! where no other is possible; a request that bytes may hide counts as possible. Not responsible for what frames mean.

mod alone;
mod doubt;
mod matched;
mod promised;
mod request;
#[cfg(test)]
mod tests;
mod track;

pub use doubt::{Doubt, Looked, Unanswered, Use};
pub use request::{Answer, AnsweredBy};
pub(super) use request::{Request, Sent, Unseen, Verdict};

use crate::units::{Both, Direction};
use alone::Alone;
use matched::Matched;
pub(super) use matched::{Named, Value};
use promised::Promised;
use smallvec::SmallVec;
use std::hint::black_box;
use std::sync::Arc;
use track::{Lost, Track};

/// The requests of one connection that wait for their answer.
#[derive(Debug, Default)]
pub struct Pairing {
    tracks: Both<Track>,
    /// What waits for its turn, by its direction.
    order: Both<Order>,
    /// What waits by a value, by its direction; most protocols have no values.
    matched: Option<Box<Both<Matched>>>,
    /// Labels that requests of the connection had. A profile has few labels.
    labels: SmallVec<[Arc<str>; 2]>,
    /// Number of answers that could not be told apart.
    doubtful: u64,
    /// Memory for requests that wait, in bytes, after the last of them came or went.
    held_bytes: usize,
    /// What began that.
    doubt: Option<Doubt>,
    /// What became of the places that the profile names, by 0-based index of the correlation; most profiles name none.
    uses: Vec<Use>,
}

/// What waits in one direction without a value.
#[derive(Debug)]
enum Order {
    Alone(Alone),
    Promised(Promised),
}

impl Default for Order {
    fn default() -> Self {
        Self::Alone(Alone::default())
    }
}

/// How a frame may find its request.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// By a value of a correlation.
    Value(Value),
    /// By its turn.
    Order,
}

impl Pairing {
    /// A pairing for a protocol that promises answers in the order of requests, or does not.
    #[must_use]
    pub fn new(is_promised: bool) -> Self {
        let order = |_| if is_promised { Order::Promised(Promised::default()) } else { Order::Alone(Alone::default()) };
        Self { order: Both::from_fn(order), ..Self::default() }
    }

    /// Memory for requests that wait, in bytes, apart from what there is room for in every connection.
    #[must_use]
    pub const fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    fn weigh(&mut self) {
        let by_value = self.matched.as_ref().map_or(0, |matched| matched.values().map(Matched::held_bytes).sum());
        self.held_bytes = by_value + self.order.values().map(Order::held_bytes).sum::<usize>();
    }

    /// Number of answers that could not be told apart.
    #[must_use]
    pub const fn doubtful(&self) -> u64 {
        self.doubtful
    }

    /// What began the doubt, if any answer could not be told apart.
    #[must_use]
    pub const fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// What was never answered under a promise, of all that the sides asked each other.
    pub(super) fn unanswered(&self) -> Unanswered {
        let mut sum = Unanswered::default();
        for (direction, order) in self.order.iter() {
            if let (Order::Promised(promised), (Some(answered), _)) =
                (order, self.tracks.of(direction.reverse()).last())
            {
                let unanswered = promised.unanswered(answered);
                sum.requests = sum.requests.saturating_add(unanswered.requests);
                sum.of = sum.of.saturating_add(unanswered.of);
            }
        }
        sum
    }

    /// What became of the correlation of the profile at a 0-based index.
    pub(super) fn use_of(&mut self, which: usize) -> Option<&mut Use> {
        if self.uses.len() <= which {
            self.uses.resize(which + 1, Use::default());
        }
        self.uses.get_mut(which)
    }

    /// What became of the correlations of the profile, as far as any message was asked.
    pub(super) fn into_uses(self) -> Vec<Use> {
        self.uses
    }

    /// Looks at every part of the pairing, so that all are in the processor's cache when they are wanted.
    pub(super) fn fetch(&self) {
        black_box((self.order.each_ref().map(Order::held_bytes), self.labels.len(), self.doubtful));
        black_box(self.tracks.each_ref().map(|track| track.has_others));
    }

    /// Takes note of a frame before anything else is done with it: bytes may be missing before it. `start` is where
    /// frames start in its direction, if that was captured from there.
    #[inline]
    pub(super) fn sent(&mut self, direction: Direction, sent: &Sent, start: Option<u64>) {
        if let Some(lost) = self.tracks.of_mut(direction).push(sent, start) {
            self.lose(direction, sent, lost);
        }
    }

    /// Takes note that bytes of `direction` are missing before a frame that was `sent`.
    #[cold]
    fn lose(&mut self, direction: Direction, sent: &Sent, lost: Lost) {
        if let Some(matched) = &mut self.matched {
            matched.of_mut(direction).lose_requests();
            matched.of_mut(direction.reverse()).lose_answers();
        }
        match self.order.of_mut(direction) {
            Order::Alone(alone) => alone.lose(Doubt::Gap),
            Order::Promised(promised) => promised.lose_requests(lost),
        }
        match self.order.of_mut(direction.reverse()) {
            Order::Alone(alone) => alone.lose(Doubt::Gap),
            Order::Promised(promised) => {
                let (_, own) = self.tracks.of(direction).last();
                promised.lose_answers(lost, sent, self.tracks.of(direction.reverse()).silence(own));
            }
        }
        self.weigh();
    }

    /// Takes a request, the frame that was just [sent](Self::sent), with the values by which an answer may name it.
    pub(super) fn request(
        &mut self,
        (direction, number): (Direction, u64),
        sent: &Sent,
        label: Option<&Arc<str>>,
        values: SmallVec<[Named; 1]>,
    ) {
        let label = label.map(|label| self.label(label));
        let request = Request::new(number, label, sent);
        let mut has_value = false;
        for named in values {
            has_value = true;
            let which = usize::from(named.which);
            let is_new = self.matched.get_or_insert_default().of_mut(direction).request(named, request);
            if let Some(of) = self.uses.get_mut(which) {
                of.values = of.values.saturating_add(u32::from(is_new));
            }
        }
        match self.order.of_mut(direction) {
            _ if has_value => {}
            Order::Alone(alone) => alone.request(request, sent.end),
            Order::Promised(promised) => {
                let (other, _) = self.tracks.of(direction.reverse()).last();
                let silence = self.tracks.of(direction).silence(other);
                promised.request(request, sent.end, silence.map_or(0, |(_, ns)| ns));
            }
        }
        self.weigh();
    }

    /// Takes note that a request of `direction` cannot be remembered.
    pub(super) fn give_up(&mut self, direction: Direction) {
        match self.order.of_mut(direction) {
            Order::Alone(alone) => alone.lose(Doubt::Gap),
            Order::Promised(promised) => promised.lose_requests(Lost { least: 1, most: 1 }),
        }
        self.weigh();
    }

    /// Takes note that what goes the other way than requests of `direction` need not be their answers.
    pub(super) fn lose_order(&mut self, direction: Direction) {
        if let Order::Alone(alone) = self.order.of_mut(direction) {
            alone.lose(Doubt::Unasked);
        }
        self.weigh();
    }

    /// Takes note that the frame of `direction` that was just sent is neither a request nor an answer.
    pub(super) fn other(&mut self, direction: Direction) {
        self.tracks.of_mut(direction).has_others = true;
    }

    /// What is known of the request that a frame of `direction` answers, among those whose label it `fits`.
    pub(super) fn answer(
        &mut self,
        direction: Direction,
        sent: &Sent,
        by: By,
        fits: impl Fn(Option<&str>) -> bool,
    ) -> Verdict {
        let Self { order, matched, labels, uses, .. } = self;
        let fits = |label: Option<u16>| match label {
            None => fits(None),
            Some(index) => labels.get(usize::from(index)).is_some_and(|label| fits(Some(label))),
        };
        let asked = direction.reverse();
        let is_by_value = matches!(by, By::Value(_));
        let verdict = match by {
            By::Value(value) => {
                let of = uses.get_mut(usize::from(value.which));
                let matched = matched.as_mut().map(|matched| matched.of_mut(asked).answer(value, sent, fits));
                let (verdict, is_first) = matched.unwrap_or((Verdict::None, false));
                if let Some(of) = of {
                    of.agreed = of.agreed.saturating_add(u32::from(!matches!(verdict, Verdict::None)));
                    of.answered = of.answered.saturating_add(u32::from(is_first));
                }
                verdict
            }
            By::Order => match order.of_mut(asked) {
                Order::Alone(alone) => alone.answer(sent, fits),
                Order::Promised(promised) => promised.answer(sent, fits),
            },
        };
        if matches!(verdict, Verdict::Doubtful(..)) {
            self.doubtful += 1;
            self.doubt.get_or_insert_with(|| if is_by_value { Doubt::Value } else { order.of(asked).doubt() });
        }
        self.weigh();
        verdict
    }

    /// The label that requests remember by its index.
    pub(super) fn label_of(&self, index: Option<u16>) -> Option<&str> {
        self.labels.get(usize::from(index?)).map(|label| &**label)
    }

    fn label(&mut self, label: &Arc<str>) -> u16 {
        let known = self.labels.iter().position(|known| Arc::ptr_eq(known, label) || known == label);
        let index = known.unwrap_or_else(|| {
            self.labels.push(Arc::clone(label));
            self.labels.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }
}

impl Order {
    /// What began the doubt.
    fn doubt(&self) -> Doubt {
        match self {
            Self::Alone(Alone::Doubtful(_, doubt)) => *doubt,
            Self::Alone(Alone::Certain { .. }) => Doubt::Gap,
            Self::Promised(promised) => promised.doubt(),
        }
    }

    fn held_bytes(&self) -> usize {
        match self {
            Self::Alone(alone) => alone.held_bytes(),
            Self::Promised(promised) => promised.held_bytes(),
        }
    }
}
