//! Counts, sizes and latencies of each kind of message.

use super::distribution::Distribution;
use crate::payload::PayloadKind;
use crate::units::Direction;
use foldhash::fast::RandomState;
use hashbrown::{Equivalent, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A kind of message: what it is called, its type, and which way it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeKey {
    /// Label of the messages, if they have one.
    pub label: Option<Arc<str>>,
    /// Full name of the message type, if there is one.
    pub type_name: Option<Arc<str>>,
    /// Whether the type was identified by the bytes of payloads alone.
    pub guessed: bool,
    /// What the payloads are; [`PayloadKind::Protobuf`] too where nothing says it.
    pub payload_kind: PayloadKind,
    /// Direction of the messages.
    pub direction: Direction,
}

/// A [`TypeKey`] whose names are borrowed, for looking it up without sharing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeKeyRef<'a> {
    /// Label of the messages, if they have one.
    pub label: Option<&'a Arc<str>>,
    /// Full name of the message type, if there is one.
    pub type_name: Option<&'a Arc<str>>,
    /// Whether the type was identified by the bytes of payloads alone.
    pub guessed: bool,
    /// What the payloads are; [`PayloadKind::Protobuf`] too where nothing says it.
    pub payload_kind: PayloadKind,
    /// Direction of the messages.
    pub direction: Direction,
}

impl TypeKey {
    fn borrowed(&self) -> TypeKeyRef<'_> {
        let Self { label, type_name, guessed, payload_kind, direction } = self;
        TypeKeyRef {
            label: label.as_ref(),
            type_name: type_name.as_ref(),
            guessed: *guessed,
            payload_kind: *payload_kind,
            direction: *direction,
        }
    }
}

impl From<TypeKeyRef<'_>> for TypeKey {
    fn from(key: TypeKeyRef<'_>) -> Self {
        Self {
            label: key.label.cloned(),
            type_name: key.type_name.cloned(),
            guessed: key.guessed,
            payload_kind: key.payload_kind,
            direction: key.direction,
        }
    }
}

/// Hashes as [`TypeKeyRef`] does, so that a key is found by a borrowed one.
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

impl TypeKeyRef<'_> {
    /// Whether this is `key`, with names that are not only alike but the same in memory. A key keeps its names, so that
    /// no other name can come to lie where they are.
    fn is_plainly(&self, key: &TypeKey) -> bool {
        let is_same = |name: Option<&Arc<str>>, other: &Option<Arc<str>>| match (name, other) {
            (Some(name), Some(other)) => Arc::ptr_eq(name, other),
            (None, None) => true,
            _ => false,
        };
        self.direction == key.direction
            && self.guessed == key.guessed
            && self.payload_kind == key.payload_kind
            && is_same(self.label, &key.label)
            && is_same(self.type_name, &key.type_name)
    }

    /// 0-based place in [`Statistics::recent`], by where the names lie in memory.
    fn place(&self) -> usize {
        let at = |name: Option<&Arc<str>>| name.map_or(0, |name| Arc::as_ptr(name).addr() as u64 >> 4);
        // Names that were made together lie together: a multiplier brings their low bits up.
        let mixed = (at(self.label) ^ at(self.type_name).rotate_left(5)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let side = self.direction.index() << 1 | usize::from(self.guessed);
        (mixed >> 57) as usize ^ side
    }
}

/// Counts and figures of all messages of a kind.
#[derive(Clone, Debug, Default)]
pub struct TypeStatistics {
    /// 1-based number of the first message.
    pub first: u64,
    /// Number of messages.
    pub messages: u64,
    /// Bytes of all frames, headers and trailers included.
    pub bytes: u64,
    /// Sizes of the frames, in bytes.
    pub sizes: Distribution,
    /// Nanoseconds from a request to its answer; answers alone have them.
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
    /// Kind of the message.
    pub key: TypeKeyRef<'a>,
    /// 1-based number of the message.
    pub number: u64,
    /// Size of the message's frame, in bytes.
    pub size: u64,
    /// Nanoseconds since the message's request, if it answers one.
    pub latency_ns: Option<i64>,
    /// Nanoseconds since the heartbeat before, if the message is one.
    pub interval_ns: Option<i64>,
}

/// All kinds of message of a run, in the order in which they first occurred.
#[derive(Debug)]
pub struct Statistics {
    index: HashMap<TypeKey, usize, RandomState>,
    kinds: Vec<(TypeKey, TypeStatistics)>,
    /// 0-based indices in `kinds` of those that came last, by the place in memory of their names.
    recent: [usize; RECENT],
}

/// Number of kinds that are found without hashing their names; a capture has a handful.
const RECENT: usize = 128;

impl Default for Statistics {
    fn default() -> Self {
        Self { index: HashMap::default(), kinds: Vec::new(), recent: [0; RECENT] }
    }
}

impl Statistics {
    /// Counts a message.
    pub fn push(&mut self, observation: &Observation<'_>) {
        let index = self.index_of(observation);
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

    fn index_of(&mut self, observation: &Observation<'_>) -> usize {
        let place = observation.key.place();
        let recent = self.recent.get(place).copied().unwrap_or_default();
        if self.kinds.get(recent).is_some_and(|(key, _)| observation.key.is_plainly(key)) {
            return recent;
        }
        let index = self.index.get(&observation.key).copied().unwrap_or_else(|| {
            let (index, key) = (self.kinds.len(), TypeKey::from(observation.key));
            self.index.insert(key.clone(), index);
            self.kinds.push((key, TypeStatistics { first: observation.number, ..TypeStatistics::default() }));
            index
        });
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = index;
        }
        index
    }

    /// Adds the counts of other messages.
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

    /// Each kind of message with its counts and figures, in the order of first messages.
    pub fn iter(&self) -> impl Iterator<Item = (&TypeKey, &TypeStatistics)> {
        self.kinds.iter().map(|(key, kind)| (key, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Names that are alike lie at several places in memory, and names at one place are in several kinds.
        #[test]
        fn messages_are_counted_by_their_names_wherever_those_lie(
            messages in prop::collection::vec((0..9_usize, 0..9_usize, any::<bool>(), any::<bool>(), 1..100_u64), 0..200),
            merged_at in 0..200_usize,
        ) {
            let names: Vec<Option<Arc<str>>> = (0..9).map(|at| (at > 0).then(|| ["a", "bc", "d"][at % 3].into())).collect();
            let (mut statistics, mut model) = (Statistics::default(), BTreeMap::new());
            for (at, (label, type_name, guessed, to_server, size)) in messages.into_iter().enumerate() {
                let direction = if to_server { Direction::ClientToServer } else { Direction::ServerToClient };
                let key = TypeKeyRef { label: names[label].as_ref(), type_name: names[type_name].as_ref(), guessed, payload_kind: PayloadKind::Protobuf, direction };
                let number = at as u64 + 1;
                statistics.push(&Observation { key, number, size, latency_ns: None, interval_ns: None });
                let (first, messages, bytes) = model.entry(TypeKey::from(key)).or_insert((number, 0, 0));
                (*first, *messages, *bytes) = (*first, *messages + 1, *bytes + size);
                if at == merged_at {
                    let mut whole = Statistics::default();
                    whole.merge(std::mem::take(&mut statistics));
                    statistics = whole;
                }
            }
            let found = statistics.iter().map(|(key, kind)| (key.clone(), (kind.first, kind.messages, kind.bytes)));
            prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), model);
        }
    }
}
