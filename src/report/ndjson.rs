//! One JSON object a line, as `docs/output.md` describes them.

use super::{json_message, json_records, json_text};
use crate::record::{CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, Sink, Summary};
use serde::Serialize;
use std::io::{self, Write};

/// Writes NDJSON.
#[derive(Debug)]
pub struct Ndjson<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Ndjson<W> {
    /// A report to `out`.
    pub const fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        json_text::write(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Sink for Ndjson<W> {
    fn begin(&mut self, facts: &CaptureFacts) -> io::Result<()> {
        self.record(&json_records::Capture::new(facts))
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> io::Result<()> {
        self.line.clear();
        json_message::write(message, &mut self.line);
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    fn gap(&mut self, gap: &GapRecord) -> io::Result<()> {
        self.record(&json_records::Gap::new(gap))
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.record(&json_records::FindingRecord::new(finding))
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> io::Result<()> {
        self.record(&json_records::Connection::new(connection))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.record(&json_records::SummaryRecord::new(summary))?;
        self.out.flush()
    }
}
