//! Payloads without a type, read by what others of their kind have taught.
//!
//! In: such payloads in the order of the report. Out: the paths to read them by. The survey of a server port teaches
//! first, for all connections alike; what is new after it, or not yet certain, is learned on each connection for
//! itself. So the reading of a message depends on the survey and on its own connection, and on nothing else.

use super::kinds::Kinds;
use super::{Surveyed, Surveys, Untyped};
use crate::limits;
use crate::payload::{PayloadKind, Signs};
use crate::proto::learned::{Paths, Scales};
use crate::stream::ConnectionId;
use std::borrow::Cow;
use std::collections::HashMap;

/// Paths that the connections of one shard may teach.
const REFINED_PATHS: usize = limits::REFINED_PATHS / limits::SHARDS;

/// Field types that surveys and connections have taught, and go on learning.
#[derive(Debug)]
pub struct Learning<'s> {
    surveys: &'s Surveys,
    /// What each connection taught beyond the survey.
    pub(super) refined: HashMap<ConnectionId, Kinds>,
    /// Number of paths that all connections together have taught.
    refined_paths: usize,
    scales: Scales,
}

/// What is known of a payload before it is read.
#[derive(Debug)]
pub struct Known<'a> {
    /// Types of the payload's fields, where it is protobuf.
    pub paths: Cow<'a, Paths>,
    /// What the payload is; none if neither the payload nor any that is alike holds a byte.
    pub kind: Option<PayloadKind>,
    /// How sure the kind is, from 0.5 to 1; none where everything on its port is protobuf.
    pub confidence: Option<f32>,
}

impl<'s> Learning<'s> {
    /// Starts with what `surveys` know, now or later, and nothing else.
    #[must_use]
    pub fn new(surveys: &'s Surveys) -> Self {
        Self { surveys, refined: HashMap::new(), refined_paths: 0, scales: Scales::default() }
    }

    /// What is known of payloads like this one, after learning from it: what it is, and only if it `is_read`, what it
    /// is made of.
    pub fn known(&mut self, untyped: &Untyped<'_>, surveyed: Surveyed, is_read: bool) -> Known<'_> {
        let (survey, taught) = self.surveys.known(surveyed);
        let (broad, narrow) = survey.kinds.kinds_of(untyped);
        let of_broad = survey.kinds.find(&broad);
        let known = narrow.as_ref().map_or(of_broad, |narrow| survey.kinds.find(narrow));
        let verdict = if survey.is_sure { None } else { survey.kinds.verdict(&broad, narrow.as_ref()) };
        let (kind, confidence) = match verdict {
            Some(verdict) => (Some(verdict.kind), Some(verdict.confidence())),
            None => (survey.is_protobuf.then_some(PayloadKind::Protobuf), None),
        };
        let from = |paths, kind, confidence| Known { paths, kind, confidence };
        if kind.is_some()
            && let Some(paths) = known.filter(|paths| taught || paths.is_settled()).or(of_broad.filter(|_| taught))
        {
            return from(Cow::Borrowed(paths), kind, confidence);
        }
        let kinds = self.refined.entry(untyped.id).or_default();
        let alike = match narrow {
            Some(narrow) => narrow,
            None if of_broad.is_some() => broad,
            None => kinds.see(untyped),
        };
        let is_full = kinds.len() >= limits::REFINED_KINDS || self.refined_paths >= REFINED_PATHS;
        let start = || known.map_or_else(|| untyped.given(), Paths::to_refine);
        let Some((paths, signs)) = kinds.enter(alike, is_full, start, |_| true) else {
            let paths = known.or(of_broad).map_or_else(|| Cow::Owned(untyped.given()), Cow::Borrowed);
            let mut alone = Signs::default();
            alone.see(untyped.payload, self.scales.reading());
            let own = alone.verdict();
            return from(paths, kind.or(own.map(|own| own.kind)), confidence.or(own.map(|own| own.confidence())));
        };
        if kind.is_none() {
            signs.see(untyped.payload, self.scales.reading());
        }
        let learned = signs.verdict().filter(|_| kind.is_none());
        if is_read && !paths.is_settled() && self.refined_paths < REFINED_PATHS {
            let before = paths.len();
            paths.refine(untyped.payload, Some(&untyped.context()), &mut self.scales);
            self.refined_paths += paths.len() - before;
        }
        let (kind, confidence) = match learned {
            Some(verdict) => (Some(verdict.kind), Some(verdict.confidence())),
            None => (kind, confidence),
        };
        from(Cow::Borrowed(paths), kind, confidence)
    }

    /// Forgets a connection of which no more messages come.
    pub fn end(&mut self, id: ConnectionId) {
        if let Some(kinds) = self.refined.remove(&id) {
            self.refined_paths = self.refined_paths.saturating_sub(kinds.paths().map(Paths::len).sum());
        }
    }
}
