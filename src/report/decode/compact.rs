//! The fields of a payload on one line, as the tables of messages show them, but whole.

use crate::record::SingleRecord;
use crate::report::content::push_line;
use std::io::{self, Write};

/// Writes one line; with `defaults`, also the fields that are not there.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, defaults: bool, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    push_line(&record.payload, defaults, usize::MAX, &mut line);
    writeln!(out, "{line}")
}
