//! Rows for the messages, written page by page to a spool.

use super::super::spool::Spool;
use super::grid::{self, Align};
use crate::proto::compact;
use crate::record::{MessageRecord, Summary};
use crate::report::text;
use std::io::{self, Write};

/// From this width on a message takes one line; below it, its content stands in a second one.
const WIDE: u16 = 120;

/// Rows that are rendered together.
const PAGE: usize = 200;

/// Where the second line of a narrow row begins.
const INDENT: usize = 7;

/// The rows so far.
#[derive(Debug)]
pub(super) struct Messages {
    width: u16,
    page: Vec<Row>,
    pages: u64,
    spool: Spool,
}

#[derive(Debug)]
struct Row {
    cells: Vec<String>,
    below: Option<String>,
}

impl Messages {
    pub(super) const fn new(width: u16, spool: Spool) -> Self {
        Self { width, page: Vec::new(), pages: 0, spool }
    }

    pub(super) fn push(&mut self, message: &MessageRecord<'_>) -> io::Result<()> {
        let width = usize::from(self.width);
        self.page.push(if self.width >= WIDE {
            let cells = cells(message, self.width, content(message, last_width(self.width)));
            Row { cells, below: None }
        } else {
            let name = message.label.unwrap_or_else(|| short_type(message));
            let kind = if message.label.is_some() { short_type(message) } else { "" };
            let left = width.saturating_sub(INDENT + kind.len() + 1);
            let below = format!("{:INDENT$}{} {}", "", text::safe(kind), content(message, left));
            let name = text::cut(&text::safe(name), last_width(self.width)).into_owned();
            Row { cells: cells(message, self.width, name), below: Some(below) }
        });
        if self.page.len() >= PAGE { self.flush() } else { Ok(()) }
    }

    /// Renders the rows that wait. All pages have the same widths, so they join into one table.
    fn flush(&mut self) -> io::Result<()> {
        let columns = columns(self.width);
        let heads: Vec<(&str, Align)> = columns.iter().map(|(name, align, _)| (*name, *align)).collect();
        let widths: Vec<u16> = columns.iter().map(|(_, _, width)| *width).collect();
        let mut table = grid::table(&heads, self.width, self.pages == 0);
        let mut below = Vec::new();
        for row in self.page.drain(..) {
            table.add_row(row.cells.into_iter().zip(&heads).map(|(text, (_, align))| grid::cell(text, *align)));
            below.push(row.below);
        }
        grid::fix(&mut table, &widths);
        let lines = grid::lines(&table);
        let header_lines = if self.pages == 0 { 2 } else { 0 };
        self.pages += 1;
        for (index, line) in lines.lines().enumerate() {
            writeln!(self.spool, "{line}")?;
            let row = index.checked_sub(header_lines).and_then(|row| below.get(row));
            if let Some(Some(below)) = row {
                writeln!(self.spool, "{}", below.trim_end())?;
            }
        }
        Ok(())
    }

    /// Writes all rows, and how many messages have none.
    pub(super) fn finish(&mut self, summary: &Summary, out: &mut impl Write) -> io::Result<()> {
        if !self.page.is_empty() {
            self.flush()?;
        }
        self.spool.copy_to(out)?;
        let rest = summary.messages - summary.shown;
        if rest > 0 {
            writeln!(out, "… and {}; --limit 0 shows all", text::plural(rest, "more message"))?;
        }
        Ok(())
    }
}

/// Name, alignment and width of the columns; the last one takes what is left.
fn columns(width: u16) -> Vec<(&'static str, Align, u16)> {
    let mut columns = vec![("#", Align::Right, 5), ("time", Align::Left, 15), ("conn", Align::Right, 4)];
    if width >= WIDE {
        columns.extend([("direction", Align::Left, 14), ("label", Align::Left, 18), ("type", Align::Left, 24)]);
    } else {
        columns.push(("dir", Align::Left, 3));
    }
    columns.extend([("size", Align::Right, 6), ("latency", Align::Right, 8)]);
    let used: u16 = columns.iter().map(|(_, _, fixed)| fixed + 2).sum();
    let name = if width >= WIDE { "content" } else { "message" };
    columns.push((name, Align::Left, width.saturating_sub(used).max(8)));
    columns
}

fn last_width(width: u16) -> usize {
    columns(width).last().map_or(0, |(_, _, width)| usize::from(*width))
}

/// The cells of a row; `last` is that of the last column.
fn cells(message: &MessageRecord<'_>, width: u16, last: String) -> Vec<String> {
    let mut cells =
        vec![message.number.to_string(), text::clock(message.completed.time), message.connection.number.to_string()];
    if width >= WIDE {
        cells.push(message.direction.to_string());
        cells.push(text::cut(&text::safe(message.label.unwrap_or("-")), 18).into_owned());
        cells.push(text::cut(&text::safe(short_type(message)), 24).into_owned());
    } else {
        cells.push(super::short_direction(message.direction).to_owned());
    }
    cells.push(message.frame.len().to_string());
    cells.push(message.answers.map_or_else(String::new, |answer| text::duration(answer.latency_ns)));
    cells.push(last);
    cells
}

/// The last part of a full type name; empty if there is none.
fn short_type<'a>(message: &MessageRecord<'a>) -> &'a str {
    let name = message.type_name.unwrap_or_default();
    name.rsplit('.').next().unwrap_or(name)
}

/// The payload on one line.
fn content(message: &MessageRecord<'_>, width: usize) -> String {
    let mut line = String::new();
    compact::write(message.reading, message.payload, message.schema, width, &mut line);
    line
}
