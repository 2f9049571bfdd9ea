//! The records of the JSON reports, apart from `message`: the types here are the contract of `docs/output.md`.
//!
//! A key that is absent does not apply; `null` is unknown.

use super::SCHEMA_VERSION;
use super::json_capture::CaptureSummary;
use crate::record::{
    CaptureFacts, ConnectionRecord, DirectionRecord, Figures, FileFormat, Finding, GapReason, GapRecord, LedgerRecord,
    Phase, PhaseSummary, State, Summary, TypeSummary,
};
use crate::units::Direction;
use serde::Serialize;
use std::collections::BTreeMap;

/// First record: what is known before the packets are read.
#[derive(Serialize)]
pub(super) struct Capture<'a> {
    record: &'static str,
    schema_version: u32,
    program: &'static str,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    format: &'static str,
    compression: Option<&'static str>,
}

impl<'a> Capture<'a> {
    pub(super) fn new(facts: &'a CaptureFacts) -> Self {
        let files = facts.files.iter().map(|file| File {
            name: &file.name,
            format: format_name(file.format),
            compression: file.compression,
        });
        Self {
            record: "capture",
            schema_version: SCHEMA_VERSION,
            program: concat!("deframe ", env!("CARGO_PKG_VERSION")),
            files: files.collect(),
        }
    }
}

/// `pcap` or `pcapng`.
pub(super) const fn format_name(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Pcap => "pcap",
        FileFormat::PcapNg => "pcapng",
    }
}

/// Bytes of a stream that were not captured.
#[derive(Serialize)]
pub(super) struct Gap {
    record: &'static str,
    time: String,
    time_ns: i64,
    connection: usize,
    client: String,
    server: String,
    direction: &'static str,
    offset: u64,
    len: u64,
    reason: &'static str,
    packet: u64,
}

impl Gap {
    pub(super) fn new(gap: &GapRecord) -> Self {
        Self {
            record: "gap",
            time: gap.seen.time.to_string(),
            time_ns: gap.seen.time.ns(),
            connection: gap.connection.number,
            client: gap.connection.client.to_string(),
            server: gap.connection.server.to_string(),
            direction: gap.direction.as_str(),
            offset: gap.offset.0,
            len: gap.len,
            reason: gap_reason(gap.reason),
            packet: gap.seen.packet,
        }
    }
}

/// As in reports.
pub(super) const fn gap_reason(reason: GapReason) -> &'static str {
    match reason {
        GapReason::NotCaptured => "not-captured",
        GapReason::Snapped => "snapped",
        GapReason::QueueFull => "queue-full",
    }
}

/// A finding outside of messages.
#[derive(Serialize)]
pub(super) struct FindingRecord<'a> {
    record: &'static str,
    kind: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    len: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packet: Option<u64>,
}

impl<'a> FindingRecord<'a> {
    pub(super) fn new(finding: &'a Finding) -> Self {
        Self {
            record: "finding",
            kind: finding.kind.as_str(),
            text: &finding.text,
            connection: finding.connection.map(|connection| connection.number),
            direction: finding.direction.map(Direction::as_str),
            offset: finding.offset.map(|offset| offset.0),
            len: finding.len,
            packet: finding.seen.map(|seen| seen.packet),
        }
    }
}

/// A connection about which nothing more will be said.
#[derive(Serialize)]
pub(super) struct Connection<'a> {
    record: &'static str,
    connection: usize,
    client: String,
    server: String,
    #[serde(skip_serializing_if = "<[u16]>::is_empty")]
    vlans: &'a [u16],
    state: &'static str,
    first_packet: u64,
    last_packet: u64,
    first_time: String,
    last_time: String,
    duration_ns: i64,
    profile: Option<&'a str>,
    messages: u64,
    client_to_server: Side,
    server_to_client: Side,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phases: Vec<PhaseOfConnection<'a>>,
}

#[derive(Serialize)]
struct Side {
    packets: u64,
    captured: u64,
    missing: u64,
    gaps: u64,
    retransmissions: u64,
    out_of_order: u64,
    conflicting: u64,
    ledger: BTreeMap<&'static str, u64>,
}

impl From<&DirectionRecord> for Side {
    fn from(direction: &DirectionRecord) -> Self {
        let facts = &direction.facts;
        Self {
            packets: facts.packets,
            captured: facts.captured,
            missing: facts.missing,
            gaps: facts.gaps,
            retransmissions: facts.retransmissions,
            out_of_order: facts.out_of_order,
            conflicting: facts.conflicting,
            ledger: ledger(&direction.ledger),
        }
    }
}

fn ledger(ledger: &LedgerRecord) -> BTreeMap<&'static str, u64> {
    ledger.parts().into_iter().collect()
}

/// As in reports.
pub(super) const fn state_name(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::HalfClosed => "half-closed",
        State::Closed => "closed",
        State::Reset => "reset",
        State::Idle => "idle",
        State::Evicted => "evicted",
    }
}

#[derive(Serialize)]
struct PhaseOfConnection<'a> {
    label: &'a str,
    first_time: String,
    last_time: String,
    messages: u64,
}

impl<'a> From<&'a Phase> for PhaseOfConnection<'a> {
    fn from(phase: &'a Phase) -> Self {
        Self {
            label: &phase.label,
            first_time: phase.first.to_string(),
            last_time: phase.last.to_string(),
            messages: phase.messages,
        }
    }
}

impl<'a> Connection<'a> {
    pub(super) fn new(record: &'a ConnectionRecord) -> Self {
        let [to_server, to_client] = &record.directions;
        Self {
            record: "connection",
            connection: record.name.number,
            client: record.name.client.to_string(),
            server: record.name.server.to_string(),
            vlans: &record.vlans,
            state: state_name(record.state),
            first_packet: record.first.packet,
            last_packet: record.last.packet,
            first_time: record.first.time.to_string(),
            last_time: record.last.time.to_string(),
            duration_ns: record.duration_ns(),
            profile: record.profile.as_deref(),
            messages: record.messages,
            client_to_server: to_server.into(),
            server_to_client: to_client.into(),
            phases: record.phases.iter().map(PhaseOfConnection::from).collect(),
        }
    }
}

/// Last record.
#[derive(Serialize)]
pub(super) struct SummaryRecord<'a> {
    record: &'static str,
    packets: u64,
    captured_bytes: u64,
    wire_bytes: u64,
    snapped_packets: u64,
    #[serde(flatten)]
    capture: CaptureSummary<'a>,
    first_time: Option<String>,
    last_time: Option<String>,
    unread_packets: BTreeMap<&'a str, u64>,
    connections: u64,
    profiles: BTreeMap<&'a str, u64>,
    messages: u64,
    shown: u64,
    types: Vec<Type<'a>>,
    phases: Vec<PhaseOfRun<'a>>,
    findings: BTreeMap<&'static str, u64>,
    captured: u64,
    ledger: BTreeMap<&'static str, u64>,
    hints: &'a [String],
}

#[derive(Serialize)]
struct Type<'a> {
    label: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
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
    pub(super) fn new(summary: &'a Summary) -> Self {
        let capture = &summary.capture;
        Self {
            record: "summary",
            packets: capture.packets,
            captured_bytes: capture.captured_bytes,
            wire_bytes: capture.wire_bytes,
            snapped_packets: capture.snapped_packets,
            capture: CaptureSummary::new(capture),
            first_time: capture.first_time.map(|time| time.to_string()),
            last_time: capture.last_time.map(|time| time.to_string()),
            unread_packets: summary.unread.iter().map(|(reason, count)| (reason.as_str(), *count)).collect(),
            connections: summary.connections,
            profiles: summary.profiles.iter().map(|(name, count)| (name.as_str(), *count)).collect(),
            messages: summary.messages,
            shown: summary.shown,
            types: summary.types.iter().map(Type::from).collect(),
            phases: summary.phases.iter().map(PhaseOfRun::from).collect(),
            findings: summary.findings.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
            captured: summary.ledger.captured,
            ledger: ledger(&summary.ledger),
            hints: &summary.hints,
        }
    }
}
