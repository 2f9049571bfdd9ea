//! What is counted over the whole run.

use super::traffic::Gate;
use crate::capture::CaptureFacts;
use crate::conversation::Statistics;
use crate::packet::{Decoder, UnreadReason};
use crate::record::{
    CapUse, ConnectionName, ConnectionRecord, FindingKind, LedgerRecord, PhaseSummary, Summary, TypeSummary,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of a run before its messages.
pub(super) struct Read<'a> {
    pub capture: &'a CaptureFacts,
    pub decoder: &'a Decoder,
    pub gate: &'a Gate<'a>,
    /// How much of each cap was used; empty unless that is of interest.
    pub caps: Vec<CapUse>,
}

/// Counts of the whole run.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub messages: u64,
    pub shown: u64,
    /// Whether there was a connection at all, filtered or not.
    pub any_connection: bool,
    connections: u64,
    profiles: BTreeMap<String, u64>,
    /// The first connection with data for which no layout is known, and how many there are.
    without_layout: Option<(ConnectionName, u64)>,
    findings: BTreeMap<FindingKind, u64>,
    ledger: LedgerRecord,
    phases: Vec<PhaseSummary>,
}

impl Totals {
    pub(super) fn finding(&mut self, kind: FindingKind) {
        *self.findings.entry(kind).or_default() += 1;
    }

    pub(super) fn connection(&mut self, record: &ConnectionRecord) {
        self.connections += 1;
        if let Some(profile) = &record.profile {
            match self.profiles.get_mut(profile) {
                Some(connections) => *connections += 1,
                None => drop(self.profiles.insert(profile.clone(), 1)),
            }
        }
        let mut ledger = LedgerRecord::default();
        for direction in &record.directions {
            ledger += direction.ledger;
        }
        debug_assert!(ledger.balances(), "{}: {ledger:?}", record.name.number);
        self.ledger += ledger;
        if ledger.no_layout > 0 {
            let (_, count) = self.without_layout.get_or_insert((record.name, 0));
            *count += 1;
        }
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

    /// `order` is the order of the phases.
    pub(super) fn summary<'p>(
        &self,
        read: &Read<'_>,
        statistics: &Statistics,
        order: impl Iterator<Item = &'p Arc<str>>,
    ) -> Summary {
        let order: Vec<_> = order.collect();
        let mut phases = self.phases.clone();
        phases.sort_by_key(|phase| order.iter().position(|label| **label == phase.label));
        let unread: Vec<_> = read.decoder.unread().map(|(reason, count)| (reason.to_string(), count)).collect();
        Summary {
            hints: self.hints(read, &unread),
            capture: read.capture.clone(),
            unread,
            filtered: read.gate.filtered,
            connections: self.connections,
            profiles: self.profiles.iter().map(|(name, connections)| (name.clone(), *connections)).collect(),
            messages: self.messages,
            shown: self.shown,
            types: statistics.iter().map(TypeSummary::from).collect(),
            phases,
            findings: self.findings.iter().map(|(kind, count)| (*kind, *count)).collect(),
            ledger: self.ledger,
            caps: read.caps.clone(),
        }
    }

    fn hints(&self, read: &Read<'_>, unread: &[(String, u64)]) -> Vec<String> {
        let mut hints = Vec::new();
        if let Some((first, count)) = self.without_layout {
            let (others, fit, their) = match count {
                1 => (String::new(), "fits", "its"),
                2 => (" and one other".to_owned(), "fit", "their"),
                count => (format!(" and {} others", count - 1), "fit", "their"),
            };
            hints.push(format!(
                "connection {} ({} to {}){others} {fit} no profile: say how {their} frames look with \
                 --frame 'len:u32be payload' or a preset such as --frame varint, or name a --profile; `deframe profiles` \
                 lists presets and profiles",
                first.number, first.client, first.server
            ));
        }
        let mut details = read.decoder.details();
        if let Some((_, link, _)) = details.find(|(reason, ..)| *reason == UnreadReason::UnknownLinkType) {
            hints.push(format!(
                "packets of {link} are not read; record or convert to one of Ethernet, Linux cooked, NULL/Loopback, raw IP"
            ));
        } else if !self.any_connection && read.gate.filtered == 0 && !unread.is_empty() {
            let reasons: Vec<&str> = unread.iter().map(|(reason, _)| reason.as_str()).collect();
            hints.push(format!("no packet carries TCP that could be read: {}", reasons.join(", ")));
        } else if read.capture.packets == 0 {
            hints.push("the capture has no packets".to_owned());
        }
        hints
    }
}
