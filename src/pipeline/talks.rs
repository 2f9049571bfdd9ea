//! What is being said on the connections that are still there.

use crate::conversation::{Conversation, Meaning};
use crate::limits::SHARDS;
use crate::stream::{Slot, Slots};
use crate::units::Direction;
use std::hint::black_box;

/// The conversation of one connection, and how many messages it had.
#[derive(Debug, Default)]
pub(super) struct Talk {
    pub conversation: Conversation,
    pub messages: u64,
}

/// Conversations that have not ended, of the connections of one shard.
#[derive(Debug, Default)]
pub(super) struct Talks {
    by_slot: Slots<Talk>,
    held_bytes: usize,
    room: usize,
}

impl Talks {
    /// Conversations that may remember requests in about `room` bytes; what is asked beyond that is not remembered.
    pub(super) fn with_room(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    pub(super) fn end(&mut self, slot: Slot) -> Talk {
        let talk = self.by_slot.take(within(slot)).unwrap_or_default();
        self.held_bytes -= talk.conversation.held_bytes();
        talk
    }

    /// Looks at every part of what is kept in a slot, so that all are in the processor's cache when a message comes. Where no
    /// cache holds what else is known of the connection, everything is waited for at once.
    pub(super) fn fetch(&self, slot: Slot) {
        if let Some(talk) = self.by_slot.at(within(slot)) {
            black_box(talk.messages);
            talk.conversation.fetch();
        }
    }

    /// A message on a connection, to which `mean` gives its meaning; it is told whether there is room for a request.
    pub(super) fn message<'p>(
        &mut self,
        slot: Slot,
        mean: impl FnOnce(&mut Conversation, bool) -> Meaning<'p>,
    ) -> Meaning<'p> {
        let talk = self.by_slot.at_or_insert_with(within(slot), Talk::default);
        talk.messages += 1;
        let before = talk.conversation.held_bytes();
        let meaning = mean(&mut talk.conversation, self.held_bytes < self.room);
        self.held_bytes = self.held_bytes - before + talk.conversation.held_bytes();
        meaning
    }

    /// Bytes of `direction` are missing.
    pub(super) fn gap(&mut self, slot: Slot, direction: Direction) {
        self.by_slot.at_or_insert_with(within(slot), Talk::default).conversation.gap(direction);
    }
}

/// The shard of the connection in a slot.
pub(super) const fn shard_of(slot: Slot) -> usize {
    slot.index() % SHARDS
}

/// Its place among those of its shard.
fn within(slot: Slot) -> Slot {
    Slot::new(slot.index() / SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_connection_in_a_slot_has_a_conversation_of_its_own() {
        let (mut talks, slot, beside) = (Talks::with_room(1000), Slot::new(1), Slot::new(1 + SHARDS));
        for slot in [slot, beside, slot] {
            talks.message(slot, |_, is_room| {
                assert!(is_room);
                Meaning::default()
            });
        }
        assert_eq!(talks.end(slot).messages, 2);
        talks.message(slot, |_, _| Meaning::default());
        assert_eq!((talks.end(slot).messages, talks.end(slot).messages, talks.end(beside).messages), (1, 0, 1));
    }
}
