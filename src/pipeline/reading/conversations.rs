//! The conversations on the connections that are still there, and what each of their frames means in them.
//!
//! In: the events of some connections, each connection's in order. Out: the [`Meaning`] of each frame. Invariant: a
//! meaning depends on the frame's ticket and on the earlier events of connections in its shard, so it is found again by
//! whoever sees these events once more. Not responsible for reading payloads.

use super::ticket::Ticket;
use crate::conversation::{Conversation, Meaning, Unnamed};
use crate::header::{HeaderField, HeaderFields};
use crate::learning::Untyped;
use crate::limits::SHARDS;
use crate::payload::PayloadKind;
use crate::pipeline::event::{Event, FrameEvent};
use crate::pipeline::setup::Setup;
use crate::profile::Profile;
use crate::proto::{Schema, TopLevel, TypeId};
use crate::stream::{Slot, Slots};
use crate::units::Direction;
use std::hint::black_box;
use std::sync::Arc;

/// The conversation of one connection, and how many messages it had.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Counted {
    pub conversation: Conversation,
    pub messages: u64,
}

/// The conversations that have not ended, in shards that share nothing.
#[derive(Debug)]
pub(in crate::pipeline) struct Conversations {
    shards: Vec<Shard>,
    /// For each candidate, whether rules ask for header fields.
    reads_header: Vec<bool>,
}

/// Conversations of the connections whose slots are alike modulo [`SHARDS`].
#[derive(Debug, Default)]
struct Shard {
    by_slot: Slots<Counted>,
    held_bytes: usize,
    room: usize,
}

/// A frame with its meaning.
#[derive(Debug)]
pub(in crate::pipeline) struct Named<'a> {
    pub profile: &'a Profile,
    pub payload: &'a [u8],
    pub meaning: Meaning<'a>,
}

impl Conversations {
    /// Starts without conversations. They remember requests in about as much memory as the setup allows; what is asked
    /// beyond that is not remembered.
    pub(in crate::pipeline) fn new(setup: &Setup) -> Self {
        let reads_header = setup.candidates.iter().map(|candidate| candidate.profile.reads_header()).collect();
        Self { reads_header, ..Self::with_room(setup.caps.request_bytes()) }
    }

    fn with_room(room: usize) -> Self {
        let shard = |_| Shard { room: room / SHARDS, ..Shard::default() };
        Self { shards: (0..SHARDS).map(shard).collect(), reads_header: Vec::new() }
    }

    /// Gives a frame its meaning; `top` is the top level of its payload. Header fields come into
    /// `header` if rules ask for them.
    pub(in crate::pipeline) fn name<'a>(
        &mut self,
        setup: &'a Setup,
        event: &'a Event<'_>,
        frame: &'a FrameEvent<'_>,
        ticket: Ticket,
        top: &TopLevel,
        (header, spare): (&mut HeaderFields<'a>, &mut HeaderFields<'static>),
    ) -> Option<Named<'a>> {
        let profile = setup.profile(frame.profile)?;
        let payload = frame.bytes.get(frame.payload.clone())?;
        if self.reads_header.get(frame.profile) == Some(&true) {
            frame.fill((header, spare), profile.layout(event.direction));
        }
        let unnamed = Unnamed {
            number: ticket.number,
            direction: event.direction,
            time: event.at.time,
            header,
            payload,
            top,
            guess: ticket.guess,
        };
        let shard = self.shards.get_mut(shard_of(event.slot))?;
        let meaning = shard.message(event.slot, |conversation, is_room| conversation.push(profile, &unnamed, is_room));
        Some(Named { profile, payload, meaning })
    }

    /// Takes note that bytes of `direction` are missing.
    pub(in crate::pipeline) fn gap(&mut self, slot: Slot, direction: Direction) {
        if let Some(shard) = self.shards.get_mut(shard_of(slot)) {
            shard.by_slot.at_or_insert_with(within(slot), Counted::default).conversation.gap(direction);
        }
    }

    /// Ends the conversation in `slot`, of which no more comes.
    pub(in crate::pipeline) fn end(&mut self, slot: Slot) -> Counted {
        self.shards.get_mut(shard_of(slot)).map(|shard| shard.end(slot)).unwrap_or_default()
    }

    /// Looks at every part of what is kept in a slot, so that all are in the processor's cache when a message comes.
    /// Where no cache holds what else is known of the connection, everything is waited for at once.
    pub(in crate::pipeline) fn fetch(&self, slot: Slot) {
        if let Some(kept) = self.shards.get(shard_of(slot)).and_then(|shard| shard.by_slot.at(within(slot))) {
            black_box(kept.messages);
            kept.conversation.fetch();
        }
    }
}

impl<'a> Named<'a> {
    /// The payload as something to learn from, if it has no message type.
    pub(in crate::pipeline) fn untyped<'h>(
        &self,
        event: &Event<'_>,
        frame: &FrameEvent<'_>,
        header: &'h [HeaderField<'h>],
    ) -> Option<Untyped<'h>>
    where
        'a: 'h,
    {
        self.typed().is_none().then_some(Untyped {
            id: event.id,
            client: event.connection.client,
            server: event.connection.server,
            direction: event.direction,
            time: event.at.time,
            candidate: frame.profile,
            profile: self.profile,
            label: self.meaning.label,
            header,
            payload: self.payload,
        })
    }

    /// Message type of the payload, and the schema that has it.
    pub(in crate::pipeline) fn typed(&self) -> Option<(&'a Schema, TypeId)> {
        self.profile.schema.as_deref().zip(self.meaning.message_type)
    }

    /// Full name of the message type, if it is known.
    pub(super) fn type_name(&self) -> Option<&'a Arc<str>> {
        self.typed().and_then(|(schema, id)| schema.shared_name(id))
    }

    /// What the payload is, if rule or profile say so, and it has no type.
    pub(super) fn given_kind(&self) -> Option<PayloadKind> {
        self.profile.payload_of(self.label())
    }

    /// Label of the frame, if a rule gives it one.
    pub(in crate::pipeline) fn label(&self) -> Option<&'a str> {
        self.meaning.label.map(|label| &**label)
    }
}

impl Shard {
    fn end(&mut self, slot: Slot) -> Counted {
        let kept = self.by_slot.take(within(slot)).unwrap_or_default();
        self.held_bytes -= kept.conversation.held_bytes();
        kept
    }

    /// Takes a message on a connection, to which `mean` gives its meaning, told whether there is room for a request.
    fn message<'p>(&mut self, slot: Slot, mean: impl FnOnce(&mut Conversation, bool) -> Meaning<'p>) -> Meaning<'p> {
        let kept = self.by_slot.at_or_insert_with(within(slot), Counted::default);
        kept.messages += 1;
        let before = kept.conversation.held_bytes();
        let meaning = mean(&mut kept.conversation, self.held_bytes < self.room);
        self.held_bytes = self.held_bytes - before + kept.conversation.held_bytes();
        meaning
    }
}

/// 0-based index of the shard of the connection in a slot.
pub(in crate::pipeline) const fn shard_of(slot: Slot) -> usize {
    slot.index() % SHARDS
}

/// Slot of a connection among those of its shard.
fn within(slot: Slot) -> Slot {
    Slot::new(slot.index() / SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_connection_in_a_slot_has_a_conversation_of_its_own() {
        let (mut conversations, slot, beside) =
            (Conversations::with_room(1000 * SHARDS), Slot::new(1), Slot::new(1 + SHARDS));
        let message = |conversations: &mut Conversations, slot| {
            conversations.shards[shard_of(slot)].message(slot, |_, is_room| {
                assert!(is_room);
                Meaning::default()
            });
        };
        for slot in [slot, beside, slot] {
            message(&mut conversations, slot);
        }
        assert_eq!(conversations.end(slot).messages, 2);
        message(&mut conversations, slot);
        let ended = [slot, slot, beside].map(|slot| conversations.end(slot).messages);
        assert_eq!(ended, [1, 0, 1]);
    }
}
