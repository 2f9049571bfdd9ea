//! What every frame gets before it is read: its number, and what payloads of its kind are.
//!
//! In: events in capture order. Out: a [`Ticket`] for each. Invariant: a ticket depends on the frames before it and on
//! nothing else, so that the frames can be read anywhere, by any number of threads.

use super::Setup;
use super::event::{Event, What};
use crate::conversation::{Guess, Guesses};
use crate::proto::TopLevel;

/// What is known of a frame beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ticket {
    /// Of its message, 1-based.
    pub number: u64,
    pub guess: Option<Guess>,
}

/// Gives tickets.
#[derive(Debug)]
pub(super) struct Tickets<'s> {
    setup: &'s Setup,
    given: u64,
    /// Indexed as the candidates.
    guesses: Vec<Guesses>,
}

impl<'s> Tickets<'s> {
    pub(super) fn new(setup: &'s Setup) -> Self {
        Self { setup, given: 0, guesses: setup.candidates.iter().map(|_| Guesses::default()).collect() }
    }

    /// The ticket of a frame; `top` becomes the top level of its payload. Events that are no frames have none.
    pub(super) fn give(&mut self, event: &Event<'_>, top: &mut TopLevel) -> Ticket {
        let What::Frame(frame) = &event.what else { return Ticket::default() };
        let payload = event.payload().unwrap_or_default();
        top.read(payload);
        self.given += 1;
        let profile = self.setup.profile(frame.profile).filter(|profile| profile.default_message.is_none());
        let schema = profile.and_then(|profile| profile.schema.as_ref());
        let guess = schema.zip(self.guesses.get_mut(frame.profile));
        let guess = guess.and_then(|(schema, guesses)| guesses.guess(schema, event.direction, payload, top));
        Ticket { number: self.given, guess }
    }
}
