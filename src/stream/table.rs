//! The connections that are followed now.
//!
//! In: the ends of a segment. Out: the slot of its connection. Invariant: one connection for each pair of endpoints and
//! VLAN path. Beside the connections there are 8 bytes for each, so that of many the search touches only the one that
//! it finds. Not responsible for when a connection begins or ends.

use super::tracked::Tracked;
use super::{ConnectionId, Slot, Slots, StreamConfig};
use crate::packet::{Segment, VlanPath};
use crate::units::{Elapsed, Endpoint};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

#[derive(Debug)]
pub(super) struct Table<K> {
    connections: Slots<Tracked<K>>,
    /// Slots that no connection has any more.
    free: Vec<Slot>,
    by_ends: HashTable<Place>,
    hasher: RandomState,
    /// The slot that was found last: packets of a connection come in runs.
    last: Slot,
}

/// A connection by the hash of its ends.
#[derive(Clone, Copy, Debug)]
struct Place {
    hash: u32,
    slot: Slot,
}

impl Place {
    /// Spreads a hash to the bits that a hash table looks at: the lowest and the highest.
    const fn spread(hash: u32) -> u64 {
        (hash as u64) << 32 | hash as u64
    }
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self {
            connections: Slots::default(),
            free: Vec::new(),
            by_ends: HashTable::new(),
            hasher: RandomState::default(),
            last: Slot::default(),
        }
    }
}

impl<K: Default> Table<K> {
    pub(super) fn len(&self) -> usize {
        self.by_ends.len()
    }

    /// The connection between whose ends `segment` goes.
    pub(super) fn find(&mut self, segment: &Segment<'_>) -> Option<Slot> {
        if self.connections.at(self.last).is_some_and(|last| last.is_between(segment)) {
            return Some(self.last);
        }
        let hash = self.hash(segment.source, segment.destination, segment.vlan);
        let connections = &self.connections;
        let is_it = |place: &Place| {
            place.hash == hash && connections.at(place.slot).is_some_and(|found| found.is_between(segment))
        };
        self.last = self.by_ends.find(Place::spread(hash), is_it)?.slot;
        Some(self.last)
    }

    pub(super) fn at(&mut self, slot: Slot) -> Option<&mut Tracked<K>> {
        self.connections.at_mut(slot)
    }

    /// Begins a connection with `segment`, between whose ends there is none; the clock shows `now`.
    pub(super) fn begin(
        &mut self,
        id: ConnectionId,
        segment: &Segment<'_>,
        now: Elapsed,
        config: &StreamConfig,
    ) -> Slot {
        let hash = self.hash(segment.source, segment.destination, segment.vlan);
        let slot = self.free.pop().unwrap_or(Slot::new(self.len()));
        self.connections.at_or_insert_with(slot, || Tracked::begin((id, slot), segment, now, config));
        self.by_ends.insert_unique(Place::spread(hash), Place { hash, slot }, |place| Place::spread(place.hash));
        slot
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        let Some(tracked) = self.connections.at(slot) else { return };
        let (client, server, vlan) = tracked.ends();
        let hash = self.hash(client, server, vlan);
        let place =
            self.by_ends.entry(Place::spread(hash), |place| place.slot == slot, |place| Place::spread(place.hash));
        if let Entry::Occupied(place) = place {
            place.remove();
        }
        self.connections.clear(slot);
        self.free.push(slot);
    }

    /// Empties a slot of a table that is not searched any more.
    pub(super) fn forget(&mut self, slot: Slot) {
        self.connections.clear(slot);
    }

    /// The slots in use, in order of connection numbers.
    pub(super) fn in_order(&self) -> Vec<Slot> {
        let mut used: Vec<_> = self.connections.iter().map(|tracked| (tracked.id(), tracked.slot())).collect();
        used.sort_unstable();
        used.into_iter().map(|(_, slot)| slot).collect()
    }

    /// Hash of two ends, equal whichever way a segment goes. The hasher is keyed at random and goes over every bit, so
    /// that nobody can choose ends that collide.
    fn hash(&self, one: Endpoint, other: Endpoint, vlan: VlanPath) -> u32 {
        let bits = |end: Endpoint| match end.addr {
            IpAddr::V4(addr) => (u128::from(addr.to_bits()), end.port),
            IpAddr::V6(addr) => (addr.to_bits(), end.port),
        };
        let (one, other) = (bits(one), bits(other));
        let (low, high) = (one.min(other), one.max(other));
        let mut state = self.hasher.build_hasher();
        state.write_u128(low.0);
        state.write_u128(high.0);
        state.write_u32(u32::from(low.1) << 16 | u32::from(high.1));
        state.write_u64(vlan.digest());
        (state.finish() >> 32) as u32
    }
}
