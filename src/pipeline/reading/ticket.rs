//! What every frame gets before it is read: its number, and what payloads of its kind are.
//!
//! In: events in capture order. Out: a [`Ticket`] for each. Invariant: a ticket depends on the frames before it and on
//! nothing else, so that the frames can be read anywhere, by any number of threads.

use crate::learning::{Guess, Guesses, Surveyed};
use crate::payload::PayloadKind;
use crate::pipeline::event::{Event, What};
use crate::pipeline::setup::Setup;
use crate::profile::Profile;
use crate::proto::Schema;

/// What is known of a frame before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::pipeline) struct Ticket {
    /// 1-based number of the frame's message.
    pub number: u64,
    pub guess: Option<Guess>,
    /// How a payload without a type stands to the survey of its port, which tells what it is read by.
    pub surveyed: Surveyed,
    /// Whether what the event is may be told, as far as that can be said of it.
    pub is_selected: bool,
}

/// Gives frames their tickets.
#[derive(Debug)]
pub(in crate::pipeline) struct Tickets<'s> {
    given: u64,
    /// Guesses at the types of payloads, indexed as the candidates; none where payloads are not guessed.
    guesses: Vec<Option<(&'s Schema, Guesses)>>,
}

impl<'s> Tickets<'s> {
    pub(in crate::pipeline) fn new(setup: &'s Setup) -> Self {
        let is_protobuf = |kind: Option<PayloadKind>| kind.is_none_or(|kind| kind == PayloadKind::Protobuf);
        let guessed = |profile: &'s Profile| match profile.default_message {
            _ if !is_protobuf(profile.payload) => None,
            None => profile.schema.as_deref().map(|schema| (schema, Guesses::default())),
            Some(_) => None,
        };
        Self { given: 0, guesses: setup.candidates.iter().map(|candidate| guessed(&candidate.profile)).collect() }
    }

    /// Gives a frame its ticket; `digest` is asked for that of the top level of its payload if it matters.
    /// Events that are no frames have none.
    pub(in crate::pipeline) fn give(&mut self, event: &Event<'_>, digest: impl FnOnce(&[u8]) -> u64) -> Ticket {
        let What::Frame(frame) = &event.what else { return Ticket::default() };
        self.given += 1;
        let payload = event.payload().unwrap_or_default();
        let guesses = self.guesses.get_mut(frame.profile).and_then(Option::as_mut);
        let guess =
            guesses.and_then(|(schema, guesses)| guesses.guess(schema, event.direction, payload, digest(payload)));
        Ticket { number: self.given, guess, surveyed: Surveyed::Never, is_selected: true }
    }
}
