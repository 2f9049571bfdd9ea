//! Payloads without a type, read by what others of their kind have taught.
//!
//! In: such payloads in the order of the report. Out: the paths to read them by. A survey of the beginning of the capture teaches first, for
//! all connections alike; what is new after it, or not yet certain, is learned on each connection for itself. So the
//! reading of a message depends on the survey and on its own connection, and on nothing else.

use super::kinds::Kinds;
use crate::conversation::Unnamed;
use crate::limits;
use crate::profile::Profile;
use crate::proto::learned::{Context, Paths, Scales};
use crate::record::ConnectionName;
use crate::stream::ConnectionId;
use std::borrow::Cow;
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

    /// What is known of payloads like this one, after learning from it.
    pub(super) fn paths(&mut self, untyped: &Untyped<'_>) -> Cow<'_, Paths> {
        let (survey, payload) = (self.survey, untyped.unnamed.payload);
        let (broad, narrow) = survey.kinds.kinds_of(untyped);
        let of_broad = survey.kinds.find(&broad);
        let known = narrow.as_ref().map_or(of_broad, |narrow| survey.kinds.find(narrow));
        let taught = untyped.packet <= survey.through_packet;
        if let Some(paths) = known.filter(|paths| taught || paths.is_settled()).or(of_broad.filter(|_| taught)) {
            return Cow::Borrowed(paths);
        }
        let kinds = self.refined.entry(untyped.id).or_default();
        let kind = match narrow {
            Some(narrow) => narrow,
            None if of_broad.is_some() => broad,
            None => kinds.see(untyped),
        };
        let is_full = kinds.len() >= limits::REFINED_KINDS || self.refined_paths >= REFINED_PATHS;
        let paths = kinds.enter(kind, is_full, || known.map_or_else(|| untyped.given(), Paths::to_refine));
        let Some(paths) = paths else {
            return known.or(of_broad).map_or_else(|| Cow::Owned(untyped.given()), Cow::Borrowed);
        };
        if !paths.is_settled() && self.refined_paths < REFINED_PATHS {
            let before = paths.len();
            paths.refine(payload, Some(&untyped.context()), &mut self.scales);
            self.refined_paths += paths.len() - before;
        }
        Cow::Borrowed(paths)
    }

    /// A connection of which no more messages come.
    pub(super) fn end(&mut self, id: ConnectionId) {
        if let Some(kinds) = self.refined.remove(&id) {
            self.refined_paths = self.refined_paths.saturating_sub(kinds.paths().map(Paths::len).sum());
        }
    }
}

impl Survey {
    /// Learns from a payload.
    pub(super) fn learn(&mut self, untyped: &Untyped<'_>, scales: &mut Scales) {
        self.through_packet = self.through_packet.max(untyped.packet);
        let narrow = self.kinds.see(untyped);
        let broad = untyped.broad_kind();
        for kind in [Some(&narrow).filter(|narrow| **narrow != broad), Some(&broad)].into_iter().flatten() {
            let is_full = self.kinds.len() >= limits::LEARNED_KINDS;
            let paths = self.kinds.enter(kind.clone(), is_full, || untyped.given());
            if let Some(paths) = paths.filter(|paths| paths.payloads() < limits::LEARNED_PAYLOADS) {
                paths.learn(untyped.unnamed.payload, Some(&untyped.context()), scales);
            }
        }
    }

    /// Draws the conclusions. `through_packet` is the last packet that was seen.
    pub(super) fn finish(&mut self, through_packet: u64) {
        self.through_packet = through_packet;
        self.kinds.settle();
    }
}

impl Untyped<'_> {
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

#[cfg(test)]
mod tests;
