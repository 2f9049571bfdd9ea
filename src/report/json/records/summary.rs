//! The keys of the `summary` record (`docs/output.md`), the last one, made from what was counted over the run.

use super::ledger;
use super::said::CaptureSummary;
use crate::payload::PayloadKind;
use crate::record::{CapUse, Figures, FileFormat, LeftOut, Pairs, PhaseSummary, SoFar, Summary, TypeSummary};
use serde::Serialize;
use std::collections::BTreeMap;

/// The last record: the summary of the run.
#[derive(Serialize)]
pub(in crate::report::json) struct SummaryRecord<'a> {
    record: &'static str,
    #[serde(flatten)]
    interim: Option<Interim>,
    packets: u64,
    captured_bytes: u64,
    wire_bytes: u64,
    snapped_packets: u64,
    #[serde(flatten)]
    capture: CaptureSummary<'a>,
    first_time: Option<String>,
    last_time: Option<String>,
    unread_packets: BTreeMap<&'a str, u64>,
    filtered_packets: u64,
    left_out: LeftOutRecord,
    connections: u64,
    profiles: BTreeMap<&'a str, u64>,
    messages: u64,
    shown: u64,
    types: Vec<Type<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pairs: Vec<PairsRecord>,
    phases: Vec<PhaseOfRun<'a>>,
    findings: BTreeMap<&'static str, u64>,
    captured: u64,
    ledger: BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caps: Vec<Cap>,
    hints: &'a [String],
}

/// What an interim summary says beyond the last record.
#[derive(Serialize)]
struct Interim {
    interim: bool,
    time: String,
    time_ns: i64,
    open_connections: usize,
}

#[derive(Serialize)]
struct LeftOutRecord {
    connections: u64,
    messages: u64,
}

impl From<LeftOut> for LeftOutRecord {
    fn from(LeftOut { connections, messages, .. }: LeftOut) -> Self {
        Self { connections, messages }
    }
}

#[derive(Serialize)]
struct Cap {
    name: &'static str,
    peak: u64,
    limit: u64,
}

#[derive(Serialize)]
struct Type<'a> {
    label: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    identified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_kind: Option<&'static str>,
    direction: &'static str,
    messages: u64,
    bytes: u64,
    size: Option<FiguresRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ns: Option<FiguresRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval_ns: Option<FiguresRecord>,
}

#[derive(Serialize)]
struct FiguresRecord {
    min: u64,
    median: u64,
    p99: u64,
    max: u64,
}

impl From<Figures> for FiguresRecord {
    fn from(figures: Figures) -> Self {
        Self { min: figures.min, median: figures.median, p99: figures.p99, max: figures.max }
    }
}

impl<'a> From<&'a TypeSummary> for Type<'a> {
    fn from(kind: &'a TypeSummary) -> Self {
        Self {
            label: kind.label.as_deref(),
            type_name: kind.type_name.as_deref(),
            identified: kind.guessed,
            payload_kind: Some(kind.payload_kind)
                .filter(|kind| *kind != PayloadKind::Protobuf)
                .map(PayloadKind::as_str),
            direction: kind.direction.as_str(),
            messages: kind.messages,
            bytes: kind.bytes,
            size: kind.size.map(Into::into),
            latency_ns: kind.latency_ns.map(Into::into),
            interval_ns: kind.interval_ns.map(Into::into),
        }
    }
}

#[derive(Serialize)]
struct PairsRecord {
    port: u16,
    requests: &'static str,
    request: String,
    answer: String,
    answers: u32,
    matched: u32,
}

impl From<&Pairs> for PairsRecord {
    fn from(pairs: &Pairs) -> Self {
        Self {
            port: pairs.port,
            requests: pairs.requests.as_str(),
            request: pairs.correlation.request.to_string(),
            answer: pairs.correlation.answer.to_string(),
            answers: pairs.answers,
            matched: pairs.matched,
        }
    }
}

#[derive(Serialize)]
struct PhaseOfRun<'a> {
    label: &'a str,
    connections: u64,
    messages: u64,
    first_time: String,
    last_time: String,
}

impl<'a> From<&'a PhaseSummary> for PhaseOfRun<'a> {
    fn from(phase: &'a PhaseSummary) -> Self {
        Self {
            label: &phase.label,
            connections: phase.connections,
            messages: phase.messages,
            first_time: phase.first.to_string(),
            last_time: phase.last.to_string(),
        }
    }
}

impl<'a> SummaryRecord<'a> {
    /// The summary of a run that goes on.
    pub(in crate::report::json) fn interim(so_far: &SoFar<'_>, summary: &'a Summary) -> Self {
        let interim = Interim {
            interim: true,
            time: so_far.time.to_string(),
            time_ns: so_far.time.ns(),
            open_connections: so_far.open_connections,
        };
        Self { interim: Some(interim), ..Self::new(summary) }
    }

    pub(in crate::report::json) fn new(summary: &'a Summary) -> Self {
        let capture = &summary.capture;
        // Of a file what was used is nobody's worry.
        let is_live = summary.capture.files.iter().any(|file| file.format == FileFormat::Live);
        let caps: &[CapUse] = if is_live { &summary.caps } else { &[] };
        Self {
            record: "summary",
            interim: None,
            packets: capture.packets,
            captured_bytes: capture.captured_bytes,
            wire_bytes: capture.wire_bytes,
            snapped_packets: capture.snapped_packets,
            capture: CaptureSummary::new(capture),
            first_time: capture.first_time.map(|time| time.to_string()),
            last_time: capture.last_time.map(|time| time.to_string()),
            unread_packets: summary.unread.iter().map(|(reason, count)| (reason.as_str(), *count)).collect(),
            filtered_packets: summary.filtered,
            left_out: LeftOutRecord::from(summary.left_out),
            connections: summary.connections,
            profiles: summary.profiles.iter().map(|(name, count)| (name.as_str(), *count)).collect(),
            messages: summary.messages,
            shown: summary.shown,
            types: summary.types.iter().map(Type::from).collect(),
            pairs: summary.pairs.iter().map(Into::into).collect(),
            phases: summary.phases.iter().map(PhaseOfRun::from).collect(),
            findings: summary.findings.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
            captured: summary.ledger.captured,
            ledger: ledger(&summary.ledger),
            caps: caps.iter().map(|&CapUse { name, peak, limit }| Cap { name, peak, limit }).collect(),
            hints: &summary.hints,
        }
    }
}
