//! The report for people of a capture that goes on: a row for each message as it completes, the rest at the end.

use super::direction::arrow;
use super::rows::Rows;
use super::sections::{Table, TableOptions};
use super::types;
use crate::proto::json::Style;
use crate::record::{CONTINUE, ConnectionRecord, Finding, GapRecord, MessageRecord, Sink, SinkResult, SoFar, Summary};
use crate::report::text;
use crate::units::Timestamp;
use std::io::{self, Write};

/// How the rows of a live table are shown.
#[derive(Clone, Copy, Debug)]
pub struct LiveOptions {
    /// Most characters in a line.
    pub width: u16,
    /// Rows after which the header is shown again; 0 shows it once.
    pub header_every: usize,
}

/// Writes rows as they come, then the sections of [`Table`].
#[derive(Debug)]
pub struct LiveTable<W> {
    table: Table<W>,
    rows: Rows,
    header_every: usize,
    /// Rows since the header; none before the first one.
    since_header: Option<usize>,
}

impl<W: Write> LiveTable<W> {
    /// A report that is written to `out`.
    pub fn new(out: W, options: LiveOptions) -> Self {
        let LiveOptions { width, header_every } = options;
        let table = Table::new(out, TableOptions { width, messages: false });
        Self { table, rows: Rows::new(width), header_every, since_header: None }
    }

    /// Writes payloads in this style. Tables have the names of the `.proto` file in any style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.rows.defaults = style.defaults;
        self
    }

    /// Ends the report with what to do next, as a report does that is not told otherwise, or not.
    #[must_use]
    pub fn with_hints(self, gives_hints: bool) -> Self {
        Self { table: self.table.with_hints(gives_hints), ..self }
    }

    /// Shows lines at once, under a header. They are one write, so that nothing comes between them.
    fn show(&mut self, lines: &str) -> io::Result<()> {
        let is_due = self.since_header.is_none_or(|rows| self.header_every > 0 && rows >= self.header_every);
        let header = if is_due { self.rows.header() } else { String::new() };
        let rows = if is_due { 0 } else { self.since_header.unwrap_or(0) };
        self.since_header = Some(rows + lines.lines().count());
        self.table.out.write_all((header + lines).as_bytes())?;
        self.table.out.flush()
    }

    fn note(&mut self, time: Timestamp, finding: &str, about: [&str; 2]) -> io::Result<()> {
        let lines = self.rows.note(time, about, finding);
        self.show(&lines)
    }
}

impl<W: Write> Sink for LiveTable<W> {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.table.note_findings(message);
        let lines = self.rows.message(message);
        self.show(&lines)?;
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.table.findings.gap(gap);
        let what = format!("{} missing: {}", text::plural(gap.len, "byte"), gap.reason.as_str());
        let connection = gap.connection.number.to_string();
        self.note(gap.seen.time, &what, [&connection, arrow(gap.direction)])?;
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.table.findings.push(finding);
        let Some(seen) = finding.seen else { return CONTINUE };
        let connection = finding.connection.map_or_else(String::new, |connection| connection.number.to_string());
        let direction = finding.direction.map_or("", arrow);
        self.note(seen.time, &text::safe(&finding.text), [&connection, direction])?;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.table.connection(connection)
    }

    fn interim(&mut self, so_far: &SoFar<'_>, summary: &Summary) -> io::Result<()> {
        let said = format!(
            "\n{} UTC: {}, {} dropped, {}, {} open\n",
            text::date_and_clock(so_far.time),
            text::plural(summary.capture.packets, "packet"),
            text::count(summary.capture.dropped_packets()),
            text::plural(summary.messages, "message"),
            text::plural(so_far.open_connections as u64, "connection"),
        );
        let section = types::section(&summary.types, self.table.options.width);
        self.since_header = None;
        self.table.out.write_all(format!("{said}{section}\n").as_bytes())?;
        self.table.out.flush()
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if self.since_header.is_some() {
            self.table.out.write_all(b"\n")?;
        }
        self.table.end(summary)
    }
}
