//! What is being said on the connections that are still there.

use crate::conversation::{Conversation, Meaning};
use crate::stream::ConnectionId;
use crate::units::Direction;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The conversation of one connection, and how many messages it had.
#[derive(Debug, Default)]
pub(super) struct Talk {
    pub conversation: Conversation,
    pub messages: u64,
    /// What its conversation held when it was last weighed, in bytes.
    weighed: usize,
}

/// Conversations that have not ended.
#[derive(Debug, Default)]
pub(super) struct Talks {
    by_connection: HashMap<ConnectionId, Talk, RandomState>,
    held_bytes: usize,
    room: usize,
}

impl Talks {
    /// Conversations that may remember requests in about `room` bytes; what is asked beyond that is not remembered.
    pub(super) fn with_room(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    pub(super) fn end(&mut self, id: ConnectionId) -> Talk {
        let talk = self.by_connection.remove(&id).unwrap_or_default();
        self.held_bytes -= talk.weighed;
        talk
    }

    /// A message on a connection, to which `mean` gives its meaning; it is told whether there is room for a request.
    pub(super) fn message<'p>(
        &mut self,
        id: ConnectionId,
        mean: impl FnOnce(&mut Conversation, bool) -> Meaning<'p>,
    ) -> Meaning<'p> {
        let talk = self.by_connection.entry(id).or_default();
        talk.messages += 1;
        let meaning = mean(&mut talk.conversation, self.held_bytes < self.room);
        let held = talk.conversation.held_bytes();
        let before = std::mem::replace(&mut talk.weighed, held);
        self.held_bytes = self.held_bytes - before + held;
        meaning
    }

    /// Bytes of `direction` are missing.
    pub(super) fn gap(&mut self, id: ConnectionId, direction: Direction) {
        self.by_connection.entry(id).or_default().conversation.gap(direction);
    }
}
