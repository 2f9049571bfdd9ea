//! Messages as far as they are compared, and what is known of one connection on the way through them.
//!
//! In: [`Compared`](super::Compared) messages. Out: the same without what nobody compares. Not responsible for what
//! their values mean.

use super::places::{PlaceIndex, Values};
use crate::profile::Id;
use crate::units::{Acked, Direction, StreamOffset};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What is kept of a message until its port is judged.
#[derive(Debug)]
pub(super) struct Seen {
    /// 0-based number of its connection.
    pub(super) connection: u16,
    pub(super) direction: Direction,
    pub(super) start: StreamOffset,
    pub(super) end: StreamOffset,
    pub(super) packet: u64,
    pub(super) acked: Acked,
    pub(super) may_ask: bool,
    pub(super) may_answer: bool,
    /// Digest of the label that a rule gives to the message, whatever it answers.
    pub(super) label: u64,
    pub(super) values: Values,
    /// Digests of the length of the payload, and of its bytes.
    pub(super) len: u64,
    pub(super) content: u64,
}

impl Seen {
    /// The value in a place.
    pub(super) fn value(&self, place: PlaceIndex) -> Option<&Id> {
        self.values.iter().find(|(at, _)| *at == place).map(|(_, id)| id)
    }

    /// Whether the sender is known not to have had everything before `end` of the other direction.
    pub(super) fn had_not(&self, end: StreamOffset) -> bool {
        self.acked.offset().is_some_and(|had| had < end)
    }

    /// Whether the sender had more than what ends at `end` of the other direction, as far as that is known.
    pub(super) fn had_more_than(&self, end: StreamOffset) -> bool {
        self.acked.offset().is_none_or(|had| had > end)
    }
}

/// Digest of anything.
pub(super) fn digest(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
