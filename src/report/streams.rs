//! The `streams` report: connections as TCP saw them, client to server / server to client.

use super::table::streams;
use super::text;
use super::wrap::wrap;
use crate::limits;
use crate::record::{CONTINUE, ConnectionRecord, Sink, SinkResult, Summary, Wants};
use std::io::{self, Write};

/// Writes one row for each connection, in pages, so that memory does not grow with their number.
#[derive(Debug)]
pub struct StreamsTable<W> {
    out: W,
    width: u16,
    page: Vec<ConnectionRecord>,
}

impl<W: Write> StreamsTable<W> {
    /// A report that is written to `out`, at most `width` characters wide.
    pub const fn new(out: W, width: u16) -> Self {
        Self { out, width, page: Vec::new() }
    }

    fn page(&mut self) -> io::Result<()> {
        self.page.sort_by_key(|connection| connection.name.number);
        self.out.write_all(streams(&self.page, self.width).as_bytes())?;
        self.page.clear();
        Ok(())
    }
}

impl<W: Write> Sink for StreamsTable<W> {
    fn wants(&self) -> Wants {
        Wants::connections()
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.page.push(connection.clone());
        if self.page.len() >= limits::STREAM_ROWS {
            self.page()?;
        }
        CONTINUE
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if !self.page.is_empty() {
            self.page()?;
        }
        let last = if summary.connections == 0 {
            format!("No TCP connection to show of {}.", text::plural(summary.capture.packets, "packet"))
        } else {
            let connections = text::plural(summary.connections, "connection");
            format!("\n{connections}. Two numbers are client to server / server to client, in bytes or segments.")
        };
        for line in wrap(&last, self.width.into()) {
            writeln!(self.out, "{line}")?;
        }
        if summary.filtered > 0 {
            writeln!(self.out, "Filtered packets: {}.", text::count(summary.filtered))?;
        }
        if summary.left_out.connections > 0 {
            let all = text::plural(summary.connections + summary.left_out.connections, "connection");
            writeln!(self.out, "Selected: {} of {all}.", text::count(summary.connections))?;
        }
        let unread = summary.unread.iter().map(|(reason, count)| format!("{} {reason}", text::count(*count)));
        let unread: Vec<String> = unread.collect();
        if !unread.is_empty() {
            for line in wrap(&format!("Unread packets: {}.", unread.join(", ")), self.width.into()) {
                writeln!(self.out, "{line}")?;
            }
        }
        for problem in &summary.capture.problems {
            let file = summary.capture.files.get(problem.file).map_or("?", |file| file.name.as_str());
            let line = format!("finding: {}, byte {}: {}", text::safe(file), problem.offset, text::safe(&problem.what));
            for line in wrap(&line, self.width.into()) {
                writeln!(self.out, "{line}")?;
            }
        }
        self.out.flush()
    }
}
