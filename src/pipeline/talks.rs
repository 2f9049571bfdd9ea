//! What is being said on the connections that are still there.

use crate::conversation::Conversation;
use crate::stream::ConnectionId;
use std::collections::HashMap;

/// The conversation of one connection, and how many messages it had.
#[derive(Debug, Default)]
pub(super) struct Talk {
    pub conversation: Conversation,
    pub messages: u64,
}

/// All conversations that have not ended.
#[derive(Debug, Default)]
pub(super) struct Talks(HashMap<ConnectionId, Talk>);

impl Talks {
    pub(super) fn of(&mut self, id: ConnectionId) -> &mut Talk {
        self.0.entry(id).or_default()
    }

    pub(super) fn end(&mut self, id: ConnectionId) -> Talk {
        self.0.remove(&id).unwrap_or_default()
    }
}
