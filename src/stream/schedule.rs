//! Connections in the order of something: a time, a packet number.
//!
//! Each connection has at most one place, which it keeps itself, so that moving it costs the logarithm of their number.
//! Not responsible for what happens when its turn comes.

use super::table::Slot;
use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct Schedule<K> {
    places: BTreeSet<(K, Slot)>,
}

impl<K: Ord> Default for Schedule<K> {
    fn default() -> Self {
        Self { places: BTreeSet::new() }
    }
}

impl<K: Ord + Copy> Schedule<K> {
    /// The connection whose turn is first, and when.
    pub(super) fn first(&self) -> Option<(K, Slot)> {
        self.places.first().copied()
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
        *place = to;
    }
}
