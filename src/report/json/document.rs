//! One JSON document, as `docs/output.md` describes it: the records of NDJSON, sorted by kind.

use super::message::{MessageWriter, Renderer};
use super::records;
use crate::proto::json::Style;
use crate::record::{
    CONTINUE, CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, Render, Rendered, Sink, SinkResult,
    Summary, Wants,
};
use crate::report::SCHEMA_VERSION;
use crate::report::json_safe;
use crate::report::spool::Spool;
use serde::Serialize;
use std::io::{self, Write};

/// Writes one JSON document. Messages are written as they come; what stands behind them waits in spools.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
    line: Vec<u8>,
    writer: MessageWriter,
    messages: u64,
    gaps: Spool,
    findings: Spool,
    connections: Spool,
    at_once: bool,
}

impl<W: Write> Json<W> {
    /// A report that is written to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            line: Vec::new(),
            writer: MessageWriter::default(),
            messages: 0,
            gaps: Spool::new(),
            findings: Spool::new(),
            connections: Spool::new(),
            at_once: false,
        }
    }

    /// Writes payloads in this style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.writer.style = style;
        self
    }

    /// Hands each message on to `out` and whatever stands behind it as soon as it is written, for readers that wait.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }
}

/// Adds an element to an array of which the brackets are not written yet.
fn element(spool: &mut Spool, record: &impl Serialize) -> io::Result<()> {
    let separator: &[u8] = if spool.is_empty() { b"\n" } else { b",\n" };
    spool.write_all(separator)?;
    json_safe::write(spool, record)
}

impl<W: Write> Sink for Json<W> {
    fn wants(&self) -> Wants {
        Wants::messages().with_json(self.writer.style)
    }

    fn begin(&mut self, facts: &CaptureFacts) -> SinkResult {
        write!(self.out, "{{\"schema_version\":{SCHEMA_VERSION},\n\"capture\":")?;
        json_safe::write(&mut self.out, &records::Capture::new(facts))?;
        self.out.write_all(b",\n\"messages\":[")?;
        CONTINUE
    }

    fn renderer(&self) -> Option<Box<dyn Render>> {
        Some(Renderer::boxed(&self.writer, b",\n", b""))
    }

    fn rendered(&mut self, rendered: &Rendered<'_>) -> SinkResult {
        // No comma stands before the first one.
        let from = usize::from(self.messages == 0);
        self.messages += 1;
        self.out.write_all(rendered.bytes.get(from..).unwrap_or_default())?;
        if self.at_once {
            self.out.flush()?;
        }
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.line.clear();
        self.line.extend_from_slice(if self.messages == 0 { b"\n" } else { b",\n" });
        self.messages += 1;
        self.writer.write(message, &mut self.line);
        self.out.write_all(&self.line)?;
        if self.at_once {
            self.out.flush()?;
        }
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        element(&mut self.gaps, &records::Gap::new(gap))?;
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        element(&mut self.findings, &records::FindingRecord::new(finding))?;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        element(&mut self.connections, &records::Connection::new(connection))?;
        CONTINUE
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let spools =
            [("gaps", &mut self.gaps), ("findings", &mut self.findings), ("connections", &mut self.connections)];
        for (name, spool) in spools {
            write!(self.out, "],\n\"{name}\":[")?;
            spool.copy_to(&mut self.out)?;
        }
        self.out.write_all(b"],\n\"summary\":")?;
        json_safe::write(&mut self.out, &records::SummaryRecord::new(summary))?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}
