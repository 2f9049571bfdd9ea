//! One JSON object a line, as `docs/output.md` describes them.

use super::message::{MessageWriter, Renderer};
use super::records;
use crate::proto::json::Style;
use crate::record::{
    CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, Render, Rendered, Sink, SoFar, Summary,
};
use crate::report::json_safe;
use serde::Serialize;
use std::io::{self, Write};

/// Writes NDJSON.
#[derive(Debug)]
pub struct Ndjson<W> {
    out: W,
    line: Vec<u8>,
    writer: MessageWriter,
}

impl<W: Write> Ndjson<W> {
    /// A report to `out`.
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new(), writer: MessageWriter::default() }
    }

    /// The same with payloads in this style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.writer.style = style;
        self
    }

    fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        json_safe::write(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Sink for Ndjson<W> {
    fn begin(&mut self, facts: &CaptureFacts) -> io::Result<()> {
        self.record(&records::Capture::new(facts))
    }

    fn takes_json(&self) -> bool {
        true
    }

    fn renderer(&self) -> Option<Box<dyn Render>> {
        Some(Renderer::boxed(&self.writer, b"", b"\n"))
    }

    fn rendered(&mut self, rendered: &Rendered<'_>) -> io::Result<()> {
        self.out.write_all(rendered.bytes)
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> io::Result<()> {
        self.line.clear();
        self.writer.write(message, &mut self.line);
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    fn gap(&mut self, gap: &GapRecord) -> io::Result<()> {
        self.record(&records::Gap::new(gap))
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.record(&records::FindingRecord::new(finding))
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> io::Result<()> {
        self.record(&records::Connection::new(connection))
    }

    fn interim(&mut self, so_far: &SoFar<'_>, summary: &Summary) -> io::Result<()> {
        self.record(&records::SummaryRecord::interim(so_far, summary))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.record(&records::SummaryRecord::new(summary))?;
        self.out.flush()
    }
}
