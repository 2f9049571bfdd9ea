//! The keys of a `gap` record (`docs/output.md`), made from bytes of a stream that were not captured.

use crate::record::GapRecord;
use serde::Serialize;

/// Bytes of a stream that were not captured.
#[derive(Serialize)]
pub(in crate::report::json) struct Gap {
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
    pub(in crate::report::json) fn new(gap: &GapRecord) -> Self {
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
            reason: gap.reason.as_str(),
            packet: gap.seen.packet,
        }
    }
}
