//! The JSON file beside each file of [`Dump`](super::Dump): the types here are the contract of `docs/output.md`.

use super::SCHEMA_VERSION;
use crate::record::{ConnectionName, ConnectionRecord, GapRecord};
use crate::units::{Direction, Origin, StreamOffset};
use serde::Serialize;

/// The start of a sidecar file: what is known before the first gap.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    record: &'static str,
    schema_version: u32,
    file: &'a str,
    connection: usize,
    client: String,
    server: String,
    direction: &'static str,
}

impl<'a> Head<'a> {
    pub(super) fn new(name: ConnectionName, direction: Direction, file: &'a str) -> Self {
        Self {
            record: "stream",
            schema_version: SCHEMA_VERSION,
            file,
            connection: name.number,
            client: name.client.to_string(),
            server: name.server.to_string(),
            direction: direction.as_str(),
        }
    }
}

/// An element of a sidecar's `gaps`.
#[derive(Serialize)]
pub(super) struct GapEntry {
    offset: u64,
    file_offset: u64,
    len: u64,
    filler: u64,
    sparse: bool,
    reason: &'static str,
    packet: u64,
}

impl GapEntry {
    /// A gap at `file_offset`, for which `filler` zeros stand in the file.
    pub(super) const fn new(gap: &GapRecord, file_offset: u64, filler: u64, sparse: bool) -> Self {
        Self {
            offset: gap.offset.0,
            file_offset,
            len: gap.len,
            filler,
            sparse,
            reason: gap.reason.as_str(),
            packet: gap.seen.packet,
        }
    }
}

/// The end of a sidecar file: what is known when the connection is closed.
#[derive(Serialize)]
pub(super) struct Tail {
    file_len: u64,
    first_offset: Option<u64>,
    bytes: u64,
    missing: u64,
    captured: u64,
    duplicate: u64,
    late: u64,
    packets: u64,
    retransmissions: u64,
    out_of_order: u64,
    conflicting: u64,
    first_packet: Option<u64>,
    last_packet: Option<u64>,
    first_time: Option<String>,
    last_time: Option<String>,
    syn: bool,
    fin: bool,
    rst: bool,
    state: &'static str,
    completeness: u8,
}

impl Tail {
    /// The end of the sidecar of a direction; `span` are the packets with the first and the last bytes of the file, and
    /// `first_offset` is where in its direction the first of them stands.
    pub(super) fn new(
        connection: &ConnectionRecord,
        direction: Direction,
        file_len: u64,
        span: Option<[Origin; 2]>,
        first_offset: Option<StreamOffset>,
    ) -> Self {
        let facts = &connection.directions.of(direction).facts;
        let [first, last] = [span.map(|[first, _]| first), span.map(|[_, last]| last)];
        Self {
            file_len,
            first_offset: first_offset.map(|offset| offset.0),
            bytes: facts.delivered,
            missing: facts.missing,
            captured: facts.captured,
            duplicate: facts.duplicate,
            late: facts.late,
            packets: facts.packets,
            retransmissions: facts.retransmissions,
            out_of_order: facts.out_of_order,
            conflicting: facts.conflicting,
            first_packet: first.map(|origin| origin.packet),
            last_packet: last.map(|origin| origin.packet),
            first_time: first.map(|origin| origin.time.to_string()),
            last_time: last.map(|origin| origin.time.to_string()),
            syn: facts.syn,
            fin: facts.fin,
            rst: facts.rst,
            state: connection.state.as_str(),
            completeness: connection.completeness.bits(),
        }
    }
}
