//! The connections that are followed now.
//!
//! In: the endpoints of a segment. Out: the slot of its connection. Invariant: one connection for each pair of endpoints
//! and VLAN path. Not responsible for when a connection begins or ends.

use super::tracked::Tracked;
use crate::packet::{Segment, VlanPath};
use crate::units::Endpoint;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// What two segments of a connection have in common, whichever way they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    low: Endpoint,
    high: Endpoint,
    vlan: VlanPath,
}

impl Pair {
    pub(super) fn of(segment: &Segment<'_>) -> Self {
        Self::between(segment.source, segment.destination, segment.vlan)
    }

    pub(super) fn between(one: Endpoint, other: Endpoint, vlan: VlanPath) -> Self {
        Self { low: one.min(other), high: one.max(other), vlan }
    }
}

/// In four words, as deriving would take nine; the hasher is keyed at random and goes over every bit, so that nobody can
/// choose endpoints that collide.
impl Hash for Pair {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for endpoint in [self.low, self.high] {
            state.write_u128(match endpoint.addr {
                IpAddr::V4(addr) => addr.to_bits().into(),
                IpAddr::V6(addr) => addr.to_bits(),
            });
        }
        state.write_u32(u32::from(self.low.port) << 16 | u32::from(self.high.port));
        state.write_u64(self.vlan.digest());
    }
}

/// Where a connection is in the table. Used again once the connection has left.
pub(super) type Slot = usize;

#[derive(Debug, Default)]
pub(super) struct Table {
    slots: Vec<Option<Tracked>>,
    free: Vec<Slot>,
    by_pair: HashMap<Pair, Slot, RandomState>,
    /// The pair that was asked for last: packets come in runs.
    last: Option<(Pair, Slot)>,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.by_pair.len()
    }

    pub(super) fn find(&mut self, pair: &Pair) -> Option<Slot> {
        if let Some((last, slot)) = &self.last
            && last == pair
        {
            return Some(*slot);
        }
        let slot = *self.by_pair.get(pair)?;
        self.last = Some((*pair, slot));
        Some(slot)
    }

    pub(super) fn at(&mut self, slot: Slot) -> Option<&mut Tracked> {
        self.slots.get_mut(slot)?.as_mut()
    }

    /// Adds a connection whose pair has none.
    pub(super) fn insert(&mut self, pair: Pair, tracked: Tracked) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        if let Some(place) = self.slots.get_mut(slot) {
            *place = Some(tracked);
        }
        self.by_pair.insert(pair, slot);
        slot
    }

    pub(super) fn remove(&mut self, slot: Slot) -> Option<Tracked> {
        let tracked = self.slots.get_mut(slot)?.take()?;
        self.by_pair.remove(&tracked.pair());
        self.free.push(slot);
        self.last = None;
        Some(tracked)
    }

    /// The slots in use, in order of connection numbers.
    pub(super) fn in_order(&self) -> Vec<Slot> {
        let used = self.slots.iter().enumerate();
        let mut used: Vec<_> = used.filter_map(|(slot, tracked)| Some((tracked.as_ref()?.id(), slot))).collect();
        used.sort_unstable();
        used.into_iter().map(|(_, slot)| slot).collect()
    }
}
