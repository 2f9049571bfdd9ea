//! Joins the fragments of IP packets.
//!
//! In: fragments in capture order. Out: the datagram, with the fragment that completes it. Invariant: every fragment
//! that goes in is either in one datagram that comes out, or counted, or still waits; what waits is bounded in number,
//! memory and packet time. Bytes that came first win. Not responsible for what the datagram holds.

mod pieces;
#[cfg(test)]
mod tests;

use super::datagram::{Datagram, Place};
use super::detail::Detail;
use super::tally::Tally;
use super::unread::Unread;
use super::{UnreadReason, VlanPath};
use crate::limits;
use crate::units::{Clock, Elapsed, Timestamp};
use etherparse::IpNumber;
use pieces::Pieces;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// What the fragments of a datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    /// Protocol of the datagram in IPv4; none in IPv6, where fragments of a datagram may differ in it.
    protocol: Option<IpNumber>,
    id: u32,
    vlan: VlanPath,
}

/// A datagram of which fragments are missing.
#[derive(Debug)]
struct Waiting {
    pieces: Pieces,
    protocol: IpNumber,
    /// What the clock showed when the first fragment came.
    first: Elapsed,
    packets: u64,
    /// Number of the datagram in the order of first fragments.
    number: u64,
}

/// How a fragment came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) vlan: VlanPath,
    pub(super) time: Timestamp,
    /// Number of packets that brought the fragment: more than one if it was itself in fragments.
    pub(super) packets: u64,
}

/// A datagram with all its fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) protocol: IpNumber,
    /// Length of the datagram on the wire, in bytes; from the first byte on that was not captured, they are missing.
    pub(super) len: usize,
    /// Number of packets that brought the datagram.
    pub(super) packets: u64,
}

/// The datagrams that wait for fragments.
#[derive(Debug)]
pub(super) struct Fragments {
    /// Most bytes of memory that fragments may take while they wait.
    max_memory: usize,
    peak_memory: usize,
    by_key: HashMap<Key, Waiting>,
    /// Datagrams that wait, in order of their first fragments.
    in_order: BTreeMap<u64, Key>,
    begun: u64,
    memory: usize,
    clock: Clock,
}

impl Default for Fragments {
    fn default() -> Self {
        Self::new(limits::FRAGMENT_BYTES)
    }
}

impl Fragments {
    /// Starts without fragments; `max_memory` bytes of them may wait.
    pub(super) fn new(max_memory: usize) -> Self {
        Self {
            max_memory,
            peak_memory: 0,
            by_key: HashMap::new(),
            in_order: BTreeMap::new(),
            begun: 0,
            memory: 0,
            clock: Clock::new(limits::CLOCK_STEP_NS),
        }
    }

    /// The most bytes that waited at once.
    pub(super) fn peak_memory(&self) -> usize {
        self.peak_memory
    }

    /// Takes `part` of a datagram. The datagram that it completes is put into `datagram`. Those that have to be
    /// given up are counted in `tally`.
    ///
    /// # Errors
    /// The fragment adds nothing to its datagram, or cannot be part of it.
    pub(super) fn push(
        &mut self,
        part: &Datagram<'_>,
        place: Place,
        arrival: Arrival,
        datagram: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<Option<Whole>, Unread> {
        let now = self.clock.note(arrival.time);
        self.expire(now, tally);
        let Place { id, offset, more } = place;
        let refused = |reason| Unread::of(reason, Detail::Protocol(part.protocol));
        pieces::check(offset, part.payload.wire_len(), more).map_err(refused)?;
        let (source, destination) = (part.between.source(), part.between.destination());
        let protocol = source.is_ipv4().then_some(part.protocol);
        let key = Key { source, destination, protocol, id, vlan: arrival.vlan };
        if !self.by_key.contains_key(&key) {
            self.begin(key, part.protocol, now, tally);
        }
        let Some(waiting) = self.by_key.get_mut(&key) else { return Ok(None) };
        let before = waiting.pieces.memory();
        let inserted = waiting.pieces.insert(offset, part.payload, more);
        self.memory = self.memory - before + waiting.pieces.memory();
        self.peak_memory = self.peak_memory.max(self.memory);
        inserted.map_err(refused)?;
        waiting.packets += arrival.packets;
        if offset == 0 {
            waiting.protocol = part.protocol;
        }
        if let Some(len) = waiting.pieces.complete_len() {
            let waiting = self.remove(&key);
            return Ok(waiting.map(|waiting| {
                waiting.pieces.finish(datagram);
                Whole { protocol: waiting.protocol, len, packets: waiting.packets }
            }));
        }
        while self.memory > self.max_memory {
            self.give_up_oldest(UnreadReason::IpFragmentMemory, tally);
        }
        Ok(None)
    }

    /// Adds what waits to `tally`, as incomplete.
    pub(super) fn waiting(&self, tally: &mut Tally) {
        for waiting in self.by_key.values() {
            tally.add(waiting.unread(UnreadReason::IpFragmentIncomplete), waiting.packets);
        }
    }

    fn begin(&mut self, key: Key, protocol: IpNumber, first: Elapsed, tally: &mut Tally) {
        if self.by_key.len() >= limits::FRAGMENTED_DATAGRAMS {
            self.give_up_oldest(UnreadReason::IpFragmentEvicted, tally);
        }
        self.begun += 1;
        self.in_order.insert(self.begun, key);
        let waiting = Waiting { pieces: Pieces::default(), protocol, first, packets: 0, number: self.begun };
        self.by_key.insert(key, waiting);
    }

    /// Gives up what waits for too long. The clock is that of fragments alone, so it stands while none come.
    fn expire(&mut self, now: Elapsed, tally: &mut Tally) {
        while let Some(oldest) = self.in_order.first_key_value().and_then(|(_, key)| self.by_key.get(key))
            && now.since(oldest.first) >= limits::FRAGMENT_AGE_NS
        {
            self.give_up_oldest(UnreadReason::IpFragmentIncomplete, tally);
        }
    }

    fn give_up_oldest(&mut self, reason: UnreadReason, tally: &mut Tally) {
        let oldest = self.in_order.first_key_value().map(|(_, key)| *key);
        if let Some(waiting) = oldest.and_then(|key| self.remove(&key)) {
            tally.add(waiting.unread(reason), waiting.packets);
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Waiting> {
        let waiting = self.by_key.remove(key)?;
        self.in_order.remove(&waiting.number);
        self.memory -= waiting.pieces.memory();
        Some(waiting)
    }
}

impl Waiting {
    fn unread(&self, reason: UnreadReason) -> Unread {
        Unread::of(reason, Detail::Protocol(self.protocol))
    }
}
