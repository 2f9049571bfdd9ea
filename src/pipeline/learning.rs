//! Payloads without a type, read by what others of their kind have taught.
//!
//! In: such payloads in the order of the report. Out: their readings. Of one kind are the payloads with one label, or
//! without label those that go one way to or from one port. A survey of the beginning of the capture teaches first, for
//! all connections alike; what is new after it, or not yet certain, is learned on each connection for itself. So the
//! reading of a message depends on the survey and on its own connection, and on nothing else.

use crate::conversation::Unnamed;
use crate::limits;
use crate::profile::Profile;
use crate::proto::Reading;
use crate::proto::learned::{Context, Paths, Scales};
use crate::record::ConnectionName;
use crate::stream::ConnectionId;
use crate::units::Direction;
use std::collections::HashMap;
use std::sync::Arc;

/// Paths that the connections of one shard may teach.
const REFINED_PATHS: usize = limits::REFINED_PATHS / limits::SHARDS;

/// What the beginning of a capture taught; empty where there was none.
#[derive(Debug, Default)]
pub struct Survey {
    kinds: Kinds,
    /// Messages that were complete with this packet or before it taught it.
    through_packet: u64,
}

/// Which payloads are taken for one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    /// Index of the profile among the candidates.
    profile: usize,
    direction: Direction,
    name: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Label(Arc<str>),
    /// Of the server.
    Port(u16),
}

/// A payload without a type, and all that is known around it.
#[derive(Debug)]
pub(super) struct Untyped<'a> {
    pub id: ConnectionId,
    pub connection: ConnectionName,
    /// Index of the profile among the candidates.
    pub candidate: usize,
    pub profile: &'a Profile,
    pub label: Option<&'a Arc<str>>,
    pub unnamed: &'a Unnamed<'a>,
    /// The packet that completed it.
    pub packet: u64,
}

/// Ordered by kind.
#[derive(Debug, Default)]
struct Kinds(Vec<(Kind, Paths)>);

/// Learns, and reads by what was learned.
#[derive(Debug)]
pub(super) struct Learning<'s> {
    survey: &'s Survey,
    /// What each connection taught beyond the survey.
    refined: HashMap<ConnectionId, Kinds>,
    /// Paths in all of them.
    refined_paths: usize,
    scales: Scales,
}

impl<'s> Learning<'s> {
    pub(super) fn new(survey: &'s Survey) -> Self {
        Self { survey, refined: HashMap::new(), refined_paths: 0, scales: Scales::default() }
    }

    /// Reads a payload into `reading`.
    pub(super) fn read(&mut self, untyped: &Untyped<'_>, reading: &mut Reading) {
        let (kind, payload) = (untyped.kind(), untyped.unnamed.payload);
        let known = self.survey.kinds.find(&kind);
        if let Some(paths) = known.filter(|paths| paths.is_settled() || untyped.packet <= self.survey.through_packet) {
            reading.read_learned(payload, paths);
            return;
        }
        let kinds = self.refined.entry(untyped.id).or_default();
        let is_full = kinds.0.len() >= limits::REFINED_KINDS || self.refined_paths >= REFINED_PATHS;
        let paths = kinds.enter(kind, is_full, || known.map_or_else(|| untyped.given(), Paths::to_refine));
        let Some(paths) = paths else {
            reading.read_learned(payload, known.unwrap_or(&untyped.given()));
            return;
        };
        if !paths.is_settled() && self.refined_paths < REFINED_PATHS {
            let before = paths.len();
            paths.refine(payload, Some(&untyped.context()), &mut self.scales);
            self.refined_paths += paths.len() - before;
        }
        reading.read_learned(payload, paths);
    }

    /// A connection of which no more messages come.
    pub(super) fn end(&mut self, id: ConnectionId) {
        let kinds = self.refined.remove(&id).unwrap_or_default();
        self.refined_paths = self.refined_paths.saturating_sub(kinds.0.iter().map(|(_, paths)| paths.len()).sum());
    }
}

impl Survey {
    /// Learns from a payload.
    pub(super) fn learn(&mut self, untyped: &Untyped<'_>, scales: &mut Scales) {
        self.through_packet = self.through_packet.max(untyped.packet);
        let is_full = self.kinds.0.len() >= limits::LEARNED_KINDS;
        let paths = self.kinds.enter(untyped.kind(), is_full, || untyped.given());
        if let Some(paths) = paths.filter(|paths| paths.payloads() < limits::LEARNED_PAYLOADS) {
            paths.learn(untyped.unnamed.payload, Some(&untyped.context()), scales);
        }
    }

    /// Draws the conclusions. `through_packet` is the last packet that was seen.
    pub(super) fn finish(&mut self, through_packet: u64) {
        self.through_packet = through_packet;
        for (_, paths) in &mut self.kinds.0 {
            paths.settle();
        }
    }
}

impl Kinds {
    fn position(&self, kind: &Kind) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(kind))
    }

    fn find(&self, kind: &Kind) -> Option<&Paths> {
        self.position(kind).ok().and_then(|at| self.0.get(at)).map(|(_, paths)| paths)
    }

    /// The paths of a kind; of a new one those that `start` makes, or none if there is no room.
    fn enter(&mut self, kind: Kind, is_full: bool, start: impl FnOnce() -> Paths) -> Option<&mut Paths> {
        let at = match self.position(&kind) {
            Ok(at) => at,
            Err(_) if is_full => return None,
            Err(at) => {
                self.0.insert(at, (kind, start()));
                at
            }
        };
        self.0.get_mut(at).map(|(_, paths)| paths)
    }
}

impl Untyped<'_> {
    fn kind(&self) -> Kind {
        let name = match self.label {
            Some(label) => Name::Label(Arc::clone(label)),
            None => Name::Port(self.connection.server.port),
        };
        Kind { profile: self.candidate, direction: self.unnamed.direction, name }
    }

    /// What the user says of such payloads.
    fn given(&self) -> Paths {
        let mut paths = Paths::default();
        for (path, given) in self.profile.readings_of(self.label.map(|label| &**label)) {
            paths.give(path, *given);
        }
        paths
    }

    fn context(&self) -> Context {
        Context { time: self.unnamed.time, ends: [self.connection.client, self.connection.server] }
    }
}
