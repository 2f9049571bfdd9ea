//! Frames of a connection become messages: label, type, pairing, phases, statistics.
//!
//! In: the frames of one connection in the order in which they completed, and its profile. Out: [`Meaning`] for each;
//! [`Phases`] and [`Statistics`] as they grow. Invariant: a message answers at most one earlier message of the other
//! direction of its connection. Not responsible for reading payloads.

mod distribution;
mod manner;
mod meaning;
mod pairing;
mod phases;
mod statistics;
#[cfg(test)]
mod tests;
mod unnamed;

pub use distribution::{Distribution, Figures};
pub use manner::Manner;
pub use meaning::{Meaning, TypeSource};
pub use pairing::{Answer, AnsweredBy, Doubt, Looked, Pairing, Unanswered, Use};
pub use phases::{Phase, Phases};
pub use statistics::{Observation, Statistics, TypeKey, TypeKeyRef, TypeStatistics};
pub use unnamed::Unnamed;

pub use crate::profile::Correlation;
use crate::profile::Profile;

/// What has been said on one connection so far.
#[derive(Debug, Default)]
pub struct Conversation {
    pairing: Pairing,
    phases: Phases,
}

impl Conversation {
    /// A conversation that goes in a `manner`.
    #[must_use]
    pub fn new(manner: Manner) -> Self {
        Self { pairing: Pairing::new(manner.is_ordered), phases: Phases::default() }
    }

    /// Takes the next frame, and says what it means. A request is remembered only if there `is_room`.
    pub fn push<'p>(
        &mut self,
        profile: &'p Profile,
        manner: Manner,
        frame: &Unnamed<'_>,
        is_room: bool,
    ) -> Meaning<'p> {
        let (sent, direction) = (frame.sent(), frame.direction);
        self.pairing.sent(direction, &sent, frame.start.map(|start| start.0));
        let mut meaning = meaning::of(profile, manner, frame, &mut self.pairing);
        let is_request = !meaning.is_answer && manner.is_request(profile, direction, meaning.label);
        if is_request || !meaning.is_answer && frame.may_ask() {
            let values = manner.values(profile, frame, meaning.label, &mut self.pairing);
            if !is_request && values.is_empty() {
                self.pairing.other(direction);
            } else if is_room {
                self.pairing.request((direction, frame.number), &sent, meaning.label, values);
            } else {
                self.pairing.give_up(direction);
            }
        } else if !meaning.is_answer {
            self.pairing.other(direction);
        }
        if let Some(label) = meaning.label {
            if !meaning.is_answer && profile.heartbeat.as_ref() == Some(label) {
                meaning.interval_ns = self.phases.interval_ns(frame.at.time);
            }
            if profile.phases.contains(label) {
                self.phases.push(label, frame.at.time);
            }
        }
        meaning
    }

    /// Looks at every part of the conversation, so that all are in the processor's cache when they are wanted.
    #[inline]
    pub fn fetch(&self) {
        self.pairing.fetch();
        self.phases.fetch();
    }

    /// Memory for requests that wait for their answer, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.pairing.held_bytes()
    }

    /// Number of answers of which it could not be told which request they are for.
    #[must_use]
    pub const fn doubtful_answers(&self) -> u64 {
        self.pairing.doubtful()
    }

    /// What began the doubt, if there is any.
    #[must_use]
    pub const fn doubt(&self) -> Option<Doubt> {
        self.pairing.doubt()
    }

    /// What was never answered though the protocol promises an answer to each request, in their order.
    #[must_use]
    pub fn unanswered(&self) -> Unanswered {
        self.pairing.unanswered()
    }

    /// The phases of the connection so far, in the order in which they began, and what became of the correlations of
    /// the profile, by 0-based index, as far as any message was asked.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Phase>, Vec<Use>) {
        (self.phases.into_vec(), self.pairing.into_uses())
    }
}
