//! The keys of a `connection` record (`docs/output.md`), made from a connection that is closed.

use super::ledger;
use crate::record::{ConnectionRecord, DirectionRecord, Phase};
use crate::units::Both;
use serde::Serialize;
use std::collections::BTreeMap;

/// A connection about which nothing more will be said.
#[derive(Serialize)]
pub(in crate::report::json) struct Connection<'a> {
    record: &'static str,
    connection: usize,
    client: String,
    server: String,
    #[serde(skip_serializing_if = "<[u16]>::is_empty")]
    vlans: &'a [u16],
    state: &'static str,
    completeness: u8,
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
    pub(in crate::report::json) fn new(record: &'a ConnectionRecord) -> Self {
        let Both { to_server, to_client } = &record.directions;
        Self {
            record: "connection",
            connection: record.name.number,
            client: record.name.client.to_string(),
            server: record.name.server.to_string(),
            vlans: &record.vlans,
            state: record.state.as_str(),
            completeness: record.completeness.bits(),
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
