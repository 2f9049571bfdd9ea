//! Counts, sizes and latencies of each kind of message.

use super::distribution::Distribution;
use crate::units::Direction;
use foldhash::fast::RandomState;
use hashbrown::{Equivalent, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A kind of message: what it is called, its type, and which way it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// The same, borrowed: for asking without sharing the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeKeyRef<'a> {
    /// Label, if it has one.
    pub label: Option<&'a Arc<str>>,
    /// Full name of its type, if it has one.
    pub type_name: Option<&'a Arc<str>>,
    /// The type was identified by its bytes alone.
    pub guessed: bool,
    /// Which way.
    pub direction: Direction,
}

impl TypeKey {
    fn borrowed(&self) -> TypeKeyRef<'_> {
        let Self { label, type_name, guessed, direction } = self;
        TypeKeyRef { label: label.as_ref(), type_name: type_name.as_ref(), guessed: *guessed, direction: *direction }
    }
}

impl From<TypeKeyRef<'_>> for TypeKey {
    fn from(key: TypeKeyRef<'_>) -> Self {
        Self {
            label: key.label.cloned(),
            type_name: key.type_name.cloned(),
            guessed: key.guessed,
            direction: key.direction,
        }
    }
}

/// As [`TypeKeyRef`], so that one is found by the other.
impl Hash for TypeKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.borrowed().hash(state);
    }
}

impl Equivalent<TypeKey> for TypeKeyRef<'_> {
    fn equivalent(&self, key: &TypeKey) -> bool {
        *self == key.borrowed()
    }
}

/// What is known of all messages of a kind.
#[derive(Clone, Debug, Default)]
pub struct TypeStatistics {
    /// Number of the first message.
    pub first: u64,
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

impl TypeStatistics {
    fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.sizes.merge(other.sizes);
        self.latencies_ns.merge(other.latencies_ns);
        self.intervals_ns.merge(other.intervals_ns);
    }
}

/// One message, as statistics see it.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// Its kind.
    pub key: TypeKeyRef<'a>,
    /// Number of the message.
    pub number: u64,
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
    index: HashMap<TypeKey, usize, RandomState>,
    kinds: Vec<(TypeKey, TypeStatistics)>,
}

impl Statistics {
    /// Counts a message.
    pub fn push(&mut self, observation: &Observation<'_>) {
        let index = self.index.get(&observation.key).copied().unwrap_or_else(|| {
            let (index, key) = (self.kinds.len(), TypeKey::from(observation.key));
            self.index.insert(key.clone(), index);
            self.kinds.push((key, TypeStatistics { first: observation.number, ..TypeStatistics::default() }));
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

    /// Adds what others counted of other messages.
    pub fn merge(&mut self, others: Self) {
        for (key, other) in others.kinds {
            match self.index.get(&key.borrowed()).and_then(|index| self.kinds.get_mut(*index)) {
                Some((_, kind)) => kind.merge(other),
                None => {
                    self.index.insert(key.clone(), self.kinds.len());
                    self.kinds.push((key, other));
                }
            }
        }
        self.kinds.sort_by_key(|(_, kind)| kind.first);
        self.index = self.kinds.iter().enumerate().map(|(index, (key, _))| (key.clone(), index)).collect();
    }

    /// Each kind with its figures.
    pub fn iter(&self) -> impl Iterator<Item = (&TypeKey, &TypeStatistics)> {
        self.kinds.iter().map(|(key, kind)| (key, kind))
    }
}
