//! Connections in the order of something: a time, a packet number.
//!
//! Each connection has at most one place, which it keeps itself, so that moving it costs the logarithm of their number.
//! Not responsible for what happens when its turn comes.

use super::Slot;
use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct Schedule<K> {
    places: BTreeSet<(K, Slot)>,
    /// The connection whose turn is first: it is asked for with every packet.
    first: Option<(K, Slot)>,
}

impl<K: Ord> Default for Schedule<K> {
    fn default() -> Self {
        Self { places: BTreeSet::new(), first: None }
    }
}

impl<K: Ord + Copy> Schedule<K> {
    /// The connection whose turn is first, and when.
    pub(super) fn first(&self) -> Option<(K, Slot)> {
        self.first
    }

    /// Whether a turn has come by `now`.
    pub(super) fn is_due(&self, now: K) -> bool {
        self.first.as_ref().is_some_and(|(turn, _)| *turn <= now)
    }

    /// Moves the connection in `slot` from its `place` to another.
    pub(super) fn relocate(&mut self, slot: Slot, place: &mut Option<K>, to: Option<K>) {
        if *place == to {
            return;
        }
        if let Some(from) = place.take() {
            self.places.remove(&(from, slot));
        }
        if let Some(to) = to {
            self.places.insert((to, slot));
        }
        self.first = self.places.first().copied();
        *place = to;
    }
}
