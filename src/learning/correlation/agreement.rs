//! Whether the kinds of requests tell the kinds of the answers that are paired with them.
//!
//! Two counters pair the first request with the first answer whatever that answers. If each kind of request has one
//! kind of answer in such pairs, always, and would not have it in pairs with the request before, the answers did come
//! in that order.

use std::collections::HashMap;

/// What kind of answer each kind of request had.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    kinds: HashMap<u64, u64>,
    same: u32,
    differs: bool,
    /// How often the request before would have had another kind of answer.
    neighbour_differs: u32,
}

impl Agreement {
    /// Kinds that are remembered.
    const KINDS: usize = 256;
    /// Pairs of known kinds, and pairs that would be told from those with the request before, which are enough.
    const ENOUGH: (u32, u32) = (64, 16);

    /// Takes the kinds of an answer, of the request that is paired with it, and of the request before.
    pub(super) fn push(&mut self, answer: u64, request: u64, before: Option<u64>) {
        let neighbour = before.and_then(|before| self.kinds.get(&before));
        self.neighbour_differs += u32::from(neighbour.is_some_and(|kind| *kind != answer));
        match self.kinds.get(&request) {
            Some(kind) if *kind == answer => self.same += 1,
            Some(_) => self.differs = true,
            None if self.kinds.len() < Self::KINDS => {
                self.kinds.insert(request, answer);
            }
            None => {}
        }
    }

    /// Whether the pairs are those of requests with their own answers.
    pub(super) const fn is_proof(&self) -> bool {
        let (same, neighbours) = Self::ENOUGH;
        !self.differs && self.same >= same && self.neighbour_differs >= neighbours
    }
}
