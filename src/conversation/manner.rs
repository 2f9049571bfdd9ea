//! How requests and answers of a protocol go together, as far as its profile says.
//!
//! In: a profile, once. Out: [`Manner`], which every frame is asked of: whether it is a request, and by which values
//! its answers will name it. Not responsible for finding the answers.

use super::Unnamed;
use super::pairing::{Named, Pairing};
use crate::profile::{Place, Profile, Rule};
use crate::units::Direction;
use smallvec::SmallVec;
use std::sync::Arc;

/// How requests and answers of a protocol go together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Whether rules say which messages are answers. If none does, what the server sends answers what the client sends.
    pub(super) has_answers: bool,
    /// Whether a rule is for answers to any request.
    answers_all: bool,
    /// Whether the protocol answers in the order of its requests.
    pub(super) is_ordered: bool,
    reads_header: bool,
}

impl Manner {
    /// What the correlation that was found is called among those of a profile.
    pub(super) const FOUND: u8 = u8::MAX;

    /// What a profile says.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self {
            has_answers: profile.rules.iter().any(Rule::is_answer),
            answers_all: profile.rules.iter().any(Rule::answers_all),
            is_ordered: profile.answers_in_order,
            reads_header: profile.reads_header(),
        }
    }

    /// Whether answers may find their requests by values, so that it is worth finding out what these do.
    #[must_use]
    pub const fn is_studied(self) -> bool {
        !self.is_ordered
    }

    /// What a profile says of frames without a connection: only what its rules name goes together.
    #[must_use]
    pub fn of_frames_alone(profile: &Profile) -> Self {
        Self { has_answers: true, answers_all: false, ..Self::of(profile) }
    }

    /// Whether rules say which messages are answers.
    #[must_use]
    pub const fn has_answers(self) -> bool {
        self.has_answers
    }

    /// Whether a message with this label, which `may_answer` by its rules, may be a request, and whether it may be an
    /// answer, where none says it too.
    #[must_use]
    pub fn parts(self, profile: &Profile, label: Option<&Arc<str>>, may_answer: bool) -> (bool, bool) {
        if !self.has_answers {
            return (true, true);
        }
        (self.is_answered(profile, label) && !may_answer, may_answer)
    }

    /// Whether rules ask for header fields.
    #[must_use]
    pub const fn reads_header(self) -> bool {
        self.reads_header
    }

    /// Whether a message that is no answer may have one.
    pub(super) fn is_request(self, profile: &Profile, direction: Direction, label: Option<&Arc<str>>) -> bool {
        if !self.has_answers {
            return direction == Direction::ClientToServer;
        }
        self.is_answered(profile, label)
    }

    /// Whether a rule is for answers to messages with this label.
    fn is_answered(self, profile: &Profile, label: Option<&Arc<str>>) -> bool {
        self.answers_all || label.is_some_and(|label| profile.expects_answer(label))
    }

    /// The values by which answers may name a request, each with the correlation that it is for.
    pub(super) fn values(
        self,
        profile: &Profile,
        frame: &Unnamed<'_>,
        label: Option<&Arc<str>>,
        pairing: &mut Pairing,
    ) -> SmallVec<[Named; 1]> {
        let mut values = SmallVec::<[Named; 1]>::new();
        // Most protocols have none, and then no rule need be asked.
        if profile.correlations.is_empty() && frame.studied.is_none() {
            return values;
        }
        let is_fresh = |place: &Place| frame.studied.is_some_and(|studied| studied.is_fresh(frame.direction, place));
        let answering = profile.rules.iter().filter(|rule| match label {
            Some(label) => rule.answers(label),
            None => rule.answers_all(),
        });
        let given = answering.filter_map(|rule| rule.correlation);
        for which in given.chain(profile.correlation.filter(|_| !self.has_answers)) {
            let correlation = profile.correlations.get(which).zip(u8::try_from(which).ok());
            let Some((correlation, which)) =
                correlation.filter(|(_, which)| values.iter().all(|had| had.which != *which))
            else {
                continue;
            };
            let place = &correlation.request;
            let value = place.value(frame.header, frame.payload, frame.top);
            if let Some(of) = pairing.use_of(which.into()) {
                of.requests.note(value.is_some());
            }
            values.extend(value.map(|id| Named { which, id, is_fresh: is_fresh(place) }));
        }
        let found = frame.studied.and_then(|studied| studied.found_for(frame.direction));
        let label_text = label.map(|label| &**label);
        if let Some(found) = found.filter(|found| values.is_empty() && found.asks(frame.header, label_text)) {
            let place = &found.correlation.request;
            let value = place.value(frame.header, frame.payload, frame.top);
            values.extend(value.map(|id| Named { which: Self::FOUND, id, is_fresh: is_fresh(place) }));
        }
        values
    }
}
