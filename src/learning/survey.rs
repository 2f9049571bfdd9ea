//! What the first messages to and from a server port teach before any of them is reported.
//!
//! In: payloads without a type, while their events wait. Out: a [`Survey`] for the ports that have waited long enough.
//! Labels reach over ports, so a later survey knows what the earlier ones learned, and never changes them: events on
//! their way to other threads are read by the survey of their time. Not responsible for how long events wait.

use super::kinds::Kinds;
use super::{Compared, Found, Studied, Study, Untyped};
use crate::limits;
use crate::profile::Correlation;
use crate::proto::learned::{Paths, Scales};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What was known when a survey was concluded.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    pub(super) kinds: Kinds,
    /// Whether all payloads seem to be protobuf, and what comes later is taken for it too.
    pub(super) is_protobuf: bool,
    /// Whether that is beyond doubt, so that no payload is asked how sure it is.
    pub(super) is_sure: bool,
    /// What is known of the values of messages, by candidate and server port.
    studied: HashMap<(usize, u16), Studied, RandomState>,
}

/// Names one of the [`Surveys`] of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyId(u8);

/// How a payload stands to the surveys of its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surveyed {
    /// The server port was not surveyed: the payload's connection learns as it goes.
    #[default]
    Never,
    /// The payload came after the survey of its port, which it may refine.
    After(SurveyId),
    /// The payload taught the survey, and is read by that alone.
    Taught(SurveyId),
}

/// Learns from payloads, one survey after the other.
#[derive(Debug, Default)]
pub struct Surveyor {
    kinds: Kinds,
    scales: Scales,
    studies: HashMap<(usize, u16), Study>,
}

/// The surveys of one run, which any of its threads may look at.
#[derive(Debug)]
pub struct Surveys {
    concluded: [OnceLock<Survey>; limits::SURVEYS],
    nothing: Survey,
}

impl Surveyor {
    /// Learns from one payload.
    pub fn learn(&mut self, untyped: &Untyped<'_>) {
        let Self { kinds, scales, .. } = self;
        let narrow = kinds.see(untyped);
        let broad = untyped.broad_kind();
        for kind in [Some(&narrow).filter(|narrow| **narrow != broad), Some(&broad)].into_iter().flatten() {
            let is_full = kinds.len() >= limits::LEARNED_KINDS;
            let wants_more = |paths: &Paths| paths.payloads() < limits::LEARNED_PAYLOADS;
            if let Some((paths, signs)) = kinds.enter(kind.clone(), is_full, || untyped.given(), wants_more) {
                signs.see(untyped.payload, scales.reading());
                paths.learn(untyped.payload, Some(&untyped.context()), scales);
            }
        }
    }

    /// Compares a message to a server port with the requests that wait, for the candidate at a 0-based index.
    pub fn compare(&mut self, candidate: usize, port: u16, message: &Compared<'_>) {
        let messages: u32 = self.studies.values().map(Study::messages).sum();
        if messages < limits::COMPARED_AT_ONCE {
            self.studies.entry((candidate, port)).or_default().compare(message);
        }
    }

    /// Draws the conclusions of all payloads so far, and of the messages to the ports that end here.
    #[must_use]
    pub fn conclude(&mut self, ends: impl Fn(u16) -> bool) -> Survey {
        self.kinds.settle();
        let studies = self.studies.extract_if(|(_, port), _| ends(*port));
        let studied = studies.map(|(of, study)| (of, study.conclude())).collect();
        let is_protobuf = self.kinds.are_protobuf();
        Survey { is_protobuf, is_sure: is_protobuf && self.kinds.are_sure(), kinds: self.kinds.clone(), studied }
    }
}

impl Default for Surveys {
    fn default() -> Self {
        Self { concluded: [const { OnceLock::new() }; limits::SURVEYS], nothing: Survey::default() }
    }
}

impl Surveys {
    /// Keeps a survey and names it; none past [`limits::SURVEYS`].
    pub fn add(&self, survey: Survey) -> Option<SurveyId> {
        let at = self.concluded.iter().position(|place| place.get().is_none())?;
        self.concluded.get(at)?.set(survey).ok()?;
        u8::try_from(at).ok().map(SurveyId)
    }

    /// How many kinds of payload the surveys know, and how many paths of fields in them.
    #[must_use]
    pub fn extent(&self) -> (usize, usize) {
        // Each knows what those before it learned.
        let last = self.concluded.iter().filter_map(OnceLock::get).last();
        last.map_or((0, 0), |survey| (survey.kinds.len(), survey.kinds.paths().map(Paths::len).sum()))
    }

    /// Whether no more surveys can be kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.concluded.iter().all(|place| place.get().is_some())
    }

    /// Whether a payload that stands so to the surveys is protobuf, whatever it holds.
    #[must_use]
    pub fn is_protobuf(&self, surveyed: Surveyed) -> bool {
        self.known(surveyed).0.is_protobuf
    }

    /// What is known of the values of messages to and from a server port, by the survey that a message stands to.
    #[must_use]
    pub fn studied(&self, surveyed: Surveyed, candidate: usize, port: u16) -> Option<&Studied> {
        self.known(surveyed).0.studied.get(&(candidate, port))
    }

    /// Everything that requests and answers were found to have in common, with candidate and server port, in the order
    /// of the surveys.
    pub fn all_found(&self) -> impl Iterator<Item = (usize, u16, &Found)> {
        let surveys = self.concluded.iter().filter_map(OnceLock::get);
        surveys.flat_map(|survey| {
            let mut places: Vec<_> = survey.studied.keys().copied().collect();
            places.sort_unstable();
            let found = |of: (usize, u16)| survey.studied.get(&of).map(|studied| &studied.found);
            places.into_iter().flat_map(move |of| found(of).into_iter().flatten().map(move |found| (of.0, of.1, found)))
        })
    }

    /// What requests and answers of server ports have in common in two ways that tell different pairs.
    pub fn all_rivals(&self) -> impl Iterator<Item = (u16, &(Correlation, Correlation))> {
        let surveys = self.concluded.iter().filter_map(OnceLock::get);
        surveys.flat_map(|survey| {
            let mut places: Vec<_> = survey.studied.keys().copied().collect();
            places.sort_unstable();
            places.into_iter().filter_map(|of| Some((of.1, survey.studied.get(&of)?.rivals.as_ref()?)))
        })
    }

    /// What is known beforehand of a payload, and whether that is all that it is read by.
    pub(super) fn known(&self, surveyed: Surveyed) -> (&Survey, bool) {
        let at = |SurveyId(at): SurveyId| self.concluded.get(usize::from(at)).and_then(OnceLock::get);
        match surveyed {
            Surveyed::Never => (&self.nothing, false),
            Surveyed::After(id) => (at(id).unwrap_or(&self.nothing), false),
            Surveyed::Taught(id) => (at(id).unwrap_or(&self.nothing), true),
        }
    }
}
