//! One JSON object a line, as `docs/output.md` describes them.

use super::message::{MessageWriter, Renderer};
use super::records;
use crate::proto::json::Style;
use crate::record::{
    CONTINUE, CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, Render, Rendered, Sink, SinkResult,
    SoFar, Summary, Wants,
};
use crate::report::json_safe;
use serde::Serialize;
use std::io::{self, Write};

/// Bytes of messages that are written together, where nobody waits for each.
const BLOCK: usize = 64 << 10;

/// Writes NDJSON.
#[derive(Debug)]
pub struct Ndjson<W> {
    out: W,
    /// Messages that are not written yet; fewer bytes than `block`.
    lines: Vec<u8>,
    block: usize,
    writer: MessageWriter,
}

impl<W: Write> Ndjson<W> {
    /// A report that is written to `out`, which gets every record at once.
    pub fn new(out: W) -> Self {
        Self { out, lines: Vec::new(), block: 0, writer: MessageWriter::default() }
    }

    /// Writes messages in blocks, which saves `out` the buffer.
    #[must_use]
    pub fn in_blocks(self) -> Self {
        Self { block: BLOCK, ..self }
    }

    /// Writes payloads in this style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.writer.style = style;
        self
    }

    /// Writes the messages that wait, if they are `at_least` so many bytes.
    fn write_lines(&mut self, at_least: usize) -> io::Result<()> {
        if self.lines.len() >= at_least {
            self.out.write_all(&self.lines)?;
            self.lines.clear();
        }
        Ok(())
    }

    fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        self.write_lines(0)?;
        json_safe::write(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Sink for Ndjson<W> {
    fn wants(&self) -> Wants {
        Wants::messages().with_json(self.writer.style)
    }

    fn begin(&mut self, facts: &CaptureFacts) -> SinkResult {
        self.record(&records::Capture::new(facts))?;
        CONTINUE
    }

    fn renderer(&self) -> Option<Box<dyn Render>> {
        Some(Renderer::boxed(&self.writer, b"", b"\n"))
    }

    fn rendered(&mut self, rendered: &Rendered<'_>) -> SinkResult {
        if rendered.bytes.len() >= self.block {
            self.write_lines(0)?;
            self.out.write_all(rendered.bytes)?;
        } else {
            self.lines.extend_from_slice(rendered.bytes);
            self.write_lines(self.block)?;
        }
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.writer.write(message, &mut self.lines);
        self.lines.push(b'\n');
        self.write_lines(self.block)?;
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.record(&records::Gap::new(gap))?;
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.record(&records::FindingRecord::new(finding))?;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.record(&records::Connection::new(connection))?;
        CONTINUE
    }

    fn interim(&mut self, so_far: &SoFar<'_>, summary: &Summary) -> io::Result<()> {
        self.record(&records::SummaryRecord::interim(so_far, summary))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.record(&records::SummaryRecord::new(summary))?;
        self.out.flush()
    }
}
