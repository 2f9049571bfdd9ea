//! The `streams` report: connections as TCP saw them, client to server / server to client.

use super::table::{Align, render, stream_row};
use super::text;
use crate::limits;
use crate::record::{ConnectionRecord, Sink, Summary};
use std::io::{self, Write};

/// From this width on there is room for the columns about retransmission and order.
const WIDE: u16 = 120;

/// Writes one row for each connection, in pages, so that memory does not grow with their number.
#[derive(Debug)]
pub struct StreamsTable<W> {
    out: W,
    width: u16,
    rows: Vec<(usize, Vec<String>)>,
}

impl<W: Write> StreamsTable<W> {
    /// A report to `out`, at most `width` characters wide.
    pub const fn new(out: W, width: u16) -> Self {
        Self { out, width, rows: Vec::new() }
    }

    fn page(&mut self) -> io::Result<()> {
        self.rows.sort_by_key(|(number, _)| *number);
        let all = [
            ("#", Align::Right, true),
            ("client", Align::Left, true),
            ("server", Align::Left, true),
            ("state", Align::Left, true),
            ("duration", Align::Right, false),
            ("bytes", Align::Right, true),
            ("retransmitted", Align::Right, false),
            ("out of order", Align::Right, false),
            ("gaps", Align::Right, true),
            ("missing", Align::Right, self.width >= 100),
        ];
        let shown: Vec<bool> = all.iter().map(|(_, _, always)| *always || self.width >= WIDE).collect();
        let keep = |index: usize| shown.get(index).copied().unwrap_or(false);
        let columns: Vec<(&str, Align)> = all
            .iter()
            .enumerate()
            .filter(|(index, _)| keep(*index))
            .map(|(_, (name, align, _))| (*name, *align))
            .collect();
        let rows = self.rows.drain(..).map(|(_, row)| {
            row.into_iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, text)| text).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        self.out.write_all(render(&columns, rows, self.width).as_bytes())
    }
}

impl<W: Write> Sink for StreamsTable<W> {
    fn connection(&mut self, connection: &ConnectionRecord) -> io::Result<()> {
        self.rows.push((connection.name.number, stream_row(connection)));
        if self.rows.len() >= limits::STREAM_ROWS {
            self.page()?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.page()?;
        }
        let both = "Two numbers are client to server / server to client, in bytes or segments.";
        match summary.connections {
            0 => writeln!(self.out, "No TCP connection in {}.", text::plural(summary.capture.packets, "packet"))?,
            _ => writeln!(self.out, "\n{}. {both}", text::plural(summary.connections, "connection"))?,
        }
        self.out.flush()
    }
}
