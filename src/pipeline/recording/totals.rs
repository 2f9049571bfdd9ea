//! What is counted over the whole run.

use super::decisions::Decisions;
use super::hints::Hints;
use super::intake::Intake;
use crate::conversation::{Correlation, Statistics, Use};
use crate::learning::{Found, Surveys};
use crate::limits;
use crate::pipeline::setup::Setup;
use crate::record::{ConnectionRecord, FindingKind, LedgerRecord, LeftOut, Pairs, PhaseSummary, Summary, TypeSummary};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counts of the whole run.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Totals {
    pub messages: u64,
    pub shown: u64,
    pub left_out: LeftOut,
    pub hints: Hints,
    pub decisions: Decisions,
    connections: u64,
    profiles: BTreeMap<String, u64>,
    findings: BTreeMap<FindingKind, u64>,
    ledger: LedgerRecord,
    phases: Vec<PhaseSummary>,
    /// What connections found out by themselves, in the order in which they ended.
    found: Vec<Pairs>,
    /// What became of what profiles say that answers share with requests, by server port.
    matches: Vec<(u16, Correlation, Use)>,
}

impl Totals {
    pub(in crate::pipeline) fn finding(&mut self, kind: FindingKind) {
        *self.findings.entry(kind).or_default() += 1;
    }

    pub(in crate::pipeline) fn connection(&mut self, record: &ConnectionRecord) {
        self.connections += 1;
        if let Some(profile) = &record.profile {
            match self.profiles.get_mut(profile) {
                Some(connections) => *connections += 1,
                None => drop(self.profiles.insert(profile.clone(), 1)),
            }
        }
        for found in &record.found {
            let is_same = |known: &&mut Pairs| {
                (known.port, known.requests, &known.correlation) == (found.port, found.requests, &found.correlation)
            };
            match self.found.iter_mut().find(is_same) {
                Some(known) => {
                    known.answers = known.answers.saturating_add(found.answers);
                    known.matched = known.matched.saturating_add(found.matched);
                }
                None => self.found.push(found.clone()),
            }
        }
        let port = record.name.server.port;
        for (correlation, used) in &record.matches {
            let is_room = self.matches.len() < limits::TOLD_MATCHES;
            match self.matches.iter_mut().find(|(of, known, _)| *of == port && known == correlation) {
                Some((.., known)) => known.add(*used),
                None if is_room => self.matches.push((port, correlation.clone(), *used)),
                None => {}
            }
        }
        let mut ledger = LedgerRecord::default();
        for direction in record.directions.values() {
            ledger += direction.ledger;
        }
        debug_assert!(ledger.balances(), "{}: {ledger:?}", record.name.number);
        self.ledger += ledger;
        for phase in &record.phases {
            match self.phases.iter_mut().find(|known| known.label == phase.label) {
                Some(known) => {
                    known.connections += 1;
                    known.messages += phase.messages;
                    known.first = known.first.min(phase.first);
                    known.last = known.last.max(phase.last);
                }
                None => self.phases.push(PhaseSummary {
                    label: Arc::clone(&phase.label),
                    connections: 1,
                    messages: phase.messages,
                    first: phase.first,
                    last: phase.last,
                }),
            }
        }
    }

    /// What became of what profiles say that answers share with requests: by server port.
    pub(in crate::pipeline) fn matches(&self) -> &[(u16, Correlation, Use)] {
        &self.matches
    }

    pub(in crate::pipeline) fn summary(
        &self,
        read: &Intake<'_>,
        statistics: &Statistics,
        setup: &Setup,
        surveys: &Surveys,
    ) -> Summary {
        let order: Vec<_> = setup.phases().collect();
        let mut phases = self.phases.clone();
        phases.sort_by_key(|phase| order.iter().position(|label| **label == phase.label));
        let unread: Vec<_> = read.decoder.unread().map(|(reason, count)| (reason.to_string(), count)).collect();
        Summary {
            hints: self.hints.told(
                setup,
                read,
                &unread,
                self.connections + self.left_out.connections > 0,
                !self.profiles.is_empty(),
            ),
            decisions: self.decisions.told().chain(learned(surveys)).collect(),
            capture: read.capture.clone(),
            unread,
            filtered: read.gate.filtered,
            left_out: self.left_out,
            connections: self.connections,
            profiles: self.profiles.iter().map(|(name, connections)| (name.clone(), *connections)).collect(),
            messages: self.messages,
            shown: self.shown,
            types: statistics.iter().map(TypeSummary::from).collect(),
            pairs: pairs(setup, surveys).into_iter().chain(self.found.iter().cloned()).collect(),
            phases,
            findings: self.findings.iter().map(|(kind, count)| (*kind, *count)).collect(),
            ledger: self.ledger,
            caps: read.caps.clone(),
        }
    }
}

/// How much the first messages taught of the others, in words; none if nothing.
fn learned(surveys: &Surveys) -> Option<String> {
    let (kinds, paths) = surveys.extent();
    (kinds > 0).then(|| format!("field types were learned beforehand: {kinds} kinds of payload, {paths} paths"))
}

/// What was found that answers share with their requests, where no profile says it.
fn pairs(setup: &Setup, surveys: &Surveys) -> Vec<Pairs> {
    let is_open = |candidate: usize| setup.profile(candidate).is_some_and(|profile| profile.correlations.is_empty());
    let found = surveys.all_found().filter(|(candidate, ..)| is_open(*candidate));
    found.map(|(_, port, found)| pairs_of(port, found)).collect()
}

fn pairs_of(port: u16, found: &Found) -> Pairs {
    Pairs::of(port, found.requests, &found.correlation, (found.answers, found.matched))
}
