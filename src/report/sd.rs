//! The `sd` report: a JSON array with one flat record for each frame, as capture scripts of the Star Network write it.

use super::{json_safe, text};
use crate::record::{CONTINUE, CaptureFacts, MessageRecord, Sink, SinkResult, Summary, Wants};
use crate::units::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the `sd` report: two-space indented, keys always in the same order.
#[derive(Debug)]
pub struct Sd<W, L> {
    out: W,
    zone: TimeZone,
    labels: L,
    records: u64,
    at_once: bool,
}

#[derive(Serialize)]
struct Record<'a> {
    timestamp: String,
    direction: &'static str,
    size: usize,
    #[serde(rename = "type")]
    kind: &'a str,
    hex_data: String,
    ascii_data: String,
    connection: String,
}

impl<'l, W: Write, L: Fn(usize, &[u8]) -> Option<&'l str>> Sd<W, L> {
    /// A report that is written to `out`, with times of `zone`. `labels` gives the `type` of a message by the index of
    /// its profile and its payload; where it gives none, that is the message's own label.
    pub const fn new(out: W, zone: TimeZone, labels: L) -> Self {
        Self { out, zone, labels, records: 0, at_once: false }
    }

    /// Hands each message on to `out` and whatever stands behind it as soon as it is written, for readers that wait.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// A time as naive ISO 8601 with microseconds.
    fn timestamp(&self, time: Timestamp) -> String {
        time.civil().to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string()
    }
}

impl<'l, W: Write, L: Fn(usize, &[u8]) -> Option<&'l str>> Sink for Sd<W, L> {
    fn wants(&self) -> Wants {
        Wants::messages().with_payload_bytes()
    }

    fn begin(&mut self, _facts: &CaptureFacts) -> SinkResult {
        self.out.write_all(b"[")?;
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        let label = (self.labels)(message.profile, message.payload.bytes()).or(message.label);
        let record = Record {
            timestamp: self.timestamp(message.completed.time),
            direction: message.direction.as_str(),
            size: message.frame.len(),
            kind: label.unwrap_or("Unknown"),
            hex_data: hex::encode(message.frame),
            ascii_data: text::ascii(message.frame),
            connection: message.connection.client.to_string(),
        };
        let mut text = Vec::new();
        json_safe::write_pretty(&mut text, &record)?;
        let record = String::from_utf8_lossy(&text);
        self.out.write_all(if self.records == 0 { b"\n" } else { b",\n" })?;
        self.records += 1;
        for (index, line) in record.lines().enumerate() {
            write!(self.out, "{}  {line}", if index > 0 { "\n" } else { "" })?;
        }
        if self.at_once {
            self.out.flush()?;
        }
        CONTINUE
    }

    fn end(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.write_all(if self.records == 0 { b"]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}
