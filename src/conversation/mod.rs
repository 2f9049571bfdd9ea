//! Frames of a connection become messages: label, type, pairing, phases, statistics.
//!
//! In: the frames of one connection in the order in which they completed, and its profile. Out: [`Meaning`] for each;
//! [`Phases`] and [`Statistics`] as they grow. Invariant: a message answers at most one earlier message of the other
//! direction of its connection, and a message is answered at most once. Not responsible for reading payloads.

mod distribution;
mod meaning;
mod pairing;
mod phases;
mod statistics;
#[cfg(test)]
mod tests;

pub use distribution::{Distribution, Figures};
pub use meaning::{Meaning, TypeSource, Unnamed};
pub use pairing::{Answer, Pairing};
pub use phases::{Phase, Phases};
pub use statistics::{Observation, Statistics, TypeKey, TypeKeyRef, TypeStatistics};

use crate::profile::Profile;
use crate::units::Direction;

/// What has been said on one connection so far.
#[derive(Debug, Default)]
pub struct Conversation {
    pairing: Pairing,
    phases: Phases,
}

impl Conversation {
    /// Takes the next frame, and says what it means. A request is remembered only if there `is_room`.
    pub fn push<'p>(&mut self, profile: &'p Profile, frame: &Unnamed<'_>, is_room: bool) -> Meaning<'p> {
        let mut meaning = meaning::of(profile, frame, &mut self.pairing);
        if let Some(label) = meaning.label {
            if !meaning.is_answer {
                if is_room && profile.expects_answer(label) {
                    self.pairing.request(frame.direction, frame.number, label, frame.time);
                }
                if profile.heartbeat.as_ref() == Some(label) {
                    meaning.interval_ns = self.phases.interval_ns(frame.time);
                }
            }
            if profile.phases.contains(label) {
                self.phases.push(label, frame.time);
            }
        }
        meaning
    }

    /// Looks at every part of the conversation, so that all are in the processor's cache when they are wanted.
    pub fn fetch(&self) {
        self.pairing.fetch();
        self.phases.fetch();
    }

    /// Takes note that bytes of `direction` are missing: answers may be among them.
    pub fn gap(&mut self, direction: Direction) {
        self.pairing.gap(direction);
    }

    /// Memory for requests that wait for their answer, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.pairing.held_bytes()
    }

    /// The phases of the connection so far, in the order in which they began.
    #[must_use]
    pub fn into_phases(self) -> Vec<Phase> {
        self.phases.into_vec()
    }
}
