//! Rows for the messages, written as they come to a spool.

use super::super::spool::Spool;
use super::rows::Rows;
use crate::record::{MessageRecord, Summary};
use crate::report::text;
use std::io::{self, Write};

/// The rows of messages so far.
#[derive(Debug)]
pub(super) struct Messages {
    pub(super) rows: Rows,
    spool: Spool,
}

impl Messages {
    pub(super) fn new(width: u16, spool: Spool) -> Self {
        Self { rows: Rows::new(width), spool }
    }

    pub(super) fn push(&mut self, message: &MessageRecord<'_>) -> io::Result<()> {
        self.spool.write_all(self.rows.message(message).as_bytes())
    }

    /// Writes all rows, and how many messages have none.
    pub(super) fn finish(&mut self, summary: &Summary, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.rows.header().as_bytes())?;
        self.spool.copy_to(out)?;
        let rest = summary.messages - summary.shown;
        if rest > 0 {
            writeln!(out, "… and {}; --limit 0 shows all", text::plural(rest, "more message"))?;
        }
        Ok(())
    }
}
