//! Counts, sizes and latencies of each kind of message.

use super::distribution::Distribution;
use crate::units::Direction;
use std::collections::HashMap;
use std::sync::Arc;

/// A kind of message: what it is called, its type, and which way it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeKey {
    /// Label, if it has one.
    pub label: Option<Arc<str>>,
    /// Full name of its type, if it has one.
    pub type_name: Option<Arc<str>>,
    /// The type was identified by its bytes alone.
    pub guessed: bool,
    /// Which way.
    pub direction: Direction,
}

/// What is known of all messages of a kind.
#[derive(Clone, Debug, Default)]
pub struct TypeStatistics {
    /// Messages.
    pub messages: u64,
    /// Bytes of their frames.
    pub bytes: u64,
    /// Bytes of one frame.
    pub sizes: Distribution,
    /// Nanoseconds from a request to its answer; of the answers only.
    pub latencies_ns: Distribution,
    /// Nanoseconds from one heartbeat of a connection to its next.
    pub intervals_ns: Distribution,
}

/// One message, as statistics see it.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// Its kind.
    pub key: &'a TypeKey,
    /// Bytes of its frame.
    pub size: u64,
    /// Nanoseconds since its request.
    pub latency_ns: Option<i64>,
    /// Nanoseconds since the heartbeat before.
    pub interval_ns: Option<i64>,
}

/// All kinds of message of a run, in the order in which they first occurred.
#[derive(Debug, Default)]
pub struct Statistics {
    index: HashMap<TypeKey, usize>,
    kinds: Vec<(TypeKey, TypeStatistics)>,
}

impl Statistics {
    /// Counts a message.
    pub fn push(&mut self, observation: &Observation<'_>) {
        let index = self.index.get(observation.key).copied().unwrap_or_else(|| {
            let index = self.kinds.len();
            self.index.insert(observation.key.clone(), index);
            self.kinds.push((observation.key.clone(), TypeStatistics::default()));
            index
        });
        let Some((_, kind)) = self.kinds.get_mut(index) else { return };
        kind.messages += 1;
        kind.bytes += observation.size;
        kind.sizes.add(observation.size);
        // Packet times can go back; a negative time is no time.
        for (distribution, ns) in
            [(&mut kind.latencies_ns, observation.latency_ns), (&mut kind.intervals_ns, observation.interval_ns)]
        {
            if let Some(ns) = ns.and_then(|ns| u64::try_from(ns).ok()) {
                distribution.add(ns);
            }
        }
    }

    /// Each kind with its figures.
    pub fn iter(&self) -> impl Iterator<Item = (&TypeKey, &TypeStatistics)> {
        self.kinds.iter().map(|(key, kind)| (key, kind))
    }
}
