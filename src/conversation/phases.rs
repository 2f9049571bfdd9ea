//! The phases that a connection goes through, and the interval of its heartbeats.

use crate::units::Timestamp;
use smallvec::SmallVec;
use std::hint::black_box;
use std::sync::Arc;

/// A label of the profile's `phases` as it occurred on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Label of the phase.
    pub label: Arc<str>,
    /// Time of the phase's first message.
    pub first: Timestamp,
    /// Time of the phase's last message.
    pub last: Timestamp,
    /// Number of messages with the label, requests and answers.
    pub messages: u64,
}

/// The phases of one connection.
#[derive(Debug, Default)]
pub struct Phases {
    /// Phases that have begun, in order. A profile has few.
    phases: SmallVec<[Phase; 2]>,
    last_heartbeat: Option<Timestamp>,
}

impl Phases {
    /// Counts a message of the phase `label`.
    pub fn push(&mut self, label: &Arc<str>, time: Timestamp) {
        match self.phases.iter_mut().find(|phase| phase.label == *label) {
            Some(phase) => {
                phase.last = time;
                phase.messages += 1;
            }
            None => self.phases.push(Phase { label: Arc::clone(label), first: time, last: time, messages: 1 }),
        }
    }

    /// Looks at every part of the phases, so that all are in the processor's cache when they are wanted.
    pub(super) fn fetch(&self) {
        black_box((self.phases.len(), self.last_heartbeat));
    }

    /// The phases in the order in which they began.
    #[must_use]
    pub fn into_vec(self) -> Vec<Phase> {
        self.phases.into_vec()
    }

    /// Takes a heartbeat at `time`, and gives the nanoseconds since the one before it.
    pub fn interval_ns(&mut self, time: Timestamp) -> Option<i64> {
        self.last_heartbeat.replace(time).map(|earlier| time.since(earlier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_lasts_from_its_first_to_its_last_message() {
        let mut phases = Phases::default();
        let (a, b): (Arc<str>, Arc<str>) = ("discovery".into(), "heartbeat".into());
        for (label, ns) in [(&a, 1), (&a, 3), (&b, 10), (&b, 20)] {
            phases.push(label, Timestamp::from_ns(ns));
        }
        let phase = |label: &Arc<str>, first, last| Phase {
            label: Arc::clone(label),
            first: Timestamp::from_ns(first),
            last: Timestamp::from_ns(last),
            messages: 2,
        };
        assert_eq!(phases.into_vec(), [phase(&a, 1, 3), phase(&b, 10, 20)]);
    }

    #[test]
    fn an_interval_needs_two_heartbeats() {
        let mut phases = Phases::default();
        assert_eq!(phases.interval_ns(Timestamp::from_ns(5)), None);
        assert_eq!(phases.interval_ns(Timestamp::from_ns(12)), Some(7));
    }
}
