//! The keys of a `finding` record (`docs/output.md`), made from something that is not as it should be.

use crate::record::Finding;
use crate::units::Direction;
use serde::Serialize;

/// A finding outside of messages.
#[derive(Serialize)]
pub(in crate::report::json) struct FindingRecord<'a> {
    record: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_ns: Option<i64>,
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
    pub(in crate::report::json) fn new(finding: &'a Finding) -> Self {
        Self {
            record: "finding",
            time: finding.seen.map(|seen| seen.time.to_string()),
            time_ns: finding.seen.map(|seen| seen.time.ns()),
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
