//! The report for people: sections of tables as wide as the terminal.
//!
//! Messages come before it is known what stands above them, so their rows wait in a spool; memory does not grow with
//! the capture.

use super::findings::Findings;
use super::messages::Messages;
use super::{capture, connections, ledger, pairs, phases, types};
use crate::limits;
use crate::proto::json::Style;
use crate::record::{
    CONTINUE, ConnectionRecord, Finding, GapRecord, MessageRecord, Render, Rendered, Sink, SinkResult, Summary, Wants,
};
use crate::report::spool::Spool;
use crate::report::wrap::hanging;
use std::io::{self, Write};

/// What the report of tables shows.
#[derive(Clone, Copy, Debug)]
pub struct TableOptions {
    /// Most characters in a line.
    pub width: u16,
    /// Whether there is a row for each message.
    pub messages: bool,
}

/// Writes the report of tables, for people.
#[derive(Debug)]
pub struct Table<W> {
    pub(super) out: W,
    pub(super) options: TableOptions,
    /// Connections with the lowest numbers, in order.
    connections: Vec<ConnectionRecord>,
    pub(super) messages: Messages,
    pub(super) findings: Findings,
    gives_hints: bool,
}

impl<W: Write> Table<W> {
    /// A report that is written to `out`.
    pub fn new(out: W, options: TableOptions) -> Self {
        Self {
            out,
            options,
            connections: Vec::new(),
            messages: Messages::new(options.width, Spool::new()),
            findings: Findings::default(),
            gives_hints: true,
        }
    }

    /// Writes payloads in this style. Tables have the names of the `.proto` file in any style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.messages.rows.defaults = style.defaults;
        self
    }

    /// Ends the report with what to do next, as a report does that is not told otherwise, or not.
    #[must_use]
    pub fn with_hints(self, gives_hints: bool) -> Self {
        Self { gives_hints, ..self }
    }

    pub(super) fn section(&mut self, title: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        write!(self.out, "\n{title}\n{text}")
    }
}

impl<W> Table<W> {
    pub(super) fn note_findings(&mut self, message: &MessageRecord<'_>) {
        for finding in message.findings {
            self.findings.push(finding);
        }
    }
}

/// Renders nothing.
struct Nothing;

impl Render for Nothing {
    fn another(&self) -> Box<dyn Render> {
        Box::new(Self)
    }

    fn render(&mut self, _message: &MessageRecord<'_>, _out: &mut Vec<u8>) {}
}

impl<W: Write> Sink for Table<W> {
    fn wants(&self) -> Wants {
        if self.options.messages { Wants::messages() } else { Wants::findings() }
    }

    /// Renders nothing, where only findings are wanted; rows depend on the ones before them, so they are not rendered
    /// elsewhere.
    fn renderer(&self) -> Option<Box<dyn Render>> {
        (!self.options.messages).then(|| Box::new(Nothing) as Box<dyn Render>)
    }

    fn rendered(&mut self, rendered: &Rendered<'_>) -> SinkResult {
        rendered.findings.iter().for_each(|finding| self.findings.push(finding));
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.note_findings(message);
        if self.options.messages {
            self.messages.push(message)?;
        }
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.findings.gap(gap);
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.findings.push(finding);
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        // They come as they close; those with the lowest numbers are shown.
        let number = connection.name.number;
        let at = self.connections.partition_point(|shown| shown.name.number < number);
        if at < limits::ROWS {
            self.connections.insert(at, connection.clone());
            self.connections.truncate(limits::ROWS);
        }
        CONTINUE
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let width = self.options.width;
        self.out.write_all(capture::section(summary, width).as_bytes())?;
        self.section("Connections", &connections::section(&self.connections, summary, width))?;
        if self.options.messages && summary.messages > 0 {
            self.out.write_all(b"\nMessages\n")?;
            self.messages.finish(summary, &mut self.out)?;
        }
        self.section("Types", &types::section(&summary.types, width))?;
        self.section("Pairs", &pairs::section(&summary.pairs, width))?;
        self.section("Phases", &phases::section(&self.connections, summary, width))?;
        self.section("Findings", &self.findings.section(summary, width))?;
        self.section("Bytes", &ledger::section(summary, width))?;
        for hint in summary.hints.iter().filter(|_| self.gives_hints) {
            writeln!(self.out, "\n{}", hanging(&format!("hint: {hint}"), width.into(), 6))?;
        }
        self.out.flush()
    }
}
