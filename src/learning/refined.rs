//! Payloads without a type, read by what others of their kind have taught.
//!
//! In: such payloads in the order of the report. Out: the paths to read them by. The survey of a server port teaches
//! first, for all connections alike; what is new after it, or not yet certain, is learned on each connection for
//! itself. So the reading of a message depends on the survey and on its own connection, and on nothing else.

use super::kinds::Kinds;
use super::{Surveyed, Surveys, Untyped};
use crate::limits;
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

impl<'s> Learning<'s> {
    /// Starts with what `surveys` know, now or later, and nothing else.
    #[must_use]
    pub fn new(surveys: &'s Surveys) -> Self {
        Self { surveys, refined: HashMap::new(), refined_paths: 0, scales: Scales::default() }
    }

    /// What is known of payloads like this one, after learning from it.
    pub fn paths(&mut self, untyped: &Untyped<'_>, surveyed: Surveyed) -> Cow<'_, Paths> {
        let (survey, taught) = self.surveys.known(surveyed);
        let (broad, narrow) = survey.kinds.kinds_of(untyped);
        let of_broad = survey.kinds.find(&broad);
        let known = narrow.as_ref().map_or(of_broad, |narrow| survey.kinds.find(narrow));
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
        let start = || known.map_or_else(|| untyped.given(), Paths::to_refine);
        let Some(paths) = kinds.enter(kind, is_full, start, |_| true) else {
            return known.or(of_broad).map_or_else(|| Cow::Owned(untyped.given()), Cow::Borrowed);
        };
        if !paths.is_settled() && self.refined_paths < REFINED_PATHS {
            let before = paths.len();
            paths.refine(untyped.payload, Some(&untyped.context()), &mut self.scales);
            self.refined_paths += paths.len() - before;
        }
        Cow::Borrowed(paths)
    }

    /// Forgets a connection of which no more messages come.
    pub fn end(&mut self, id: ConnectionId) {
        if let Some(kinds) = self.refined.remove(&id) {
            self.refined_paths = self.refined_paths.saturating_sub(kinds.paths().map(Paths::len).sum());
        }
    }
}
