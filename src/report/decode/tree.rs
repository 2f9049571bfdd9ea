//! The fields of a payload as an indented tree, a field on a line; with every reading of each where that is asked for.

use super::fields::kind_and_value;
use super::nodes::{self, Row};
use crate::record::SingleRecord;
use crate::report::content::push_line;
use crate::report::text;
use crate::report::wrap::{cut, hanging};
use std::io::{self, Write};

/// Spaces before the readings of a field, from the field on.
const READINGS: usize = 4;

/// Writes the payload's fields, at most `width` characters wide; with `wire`, the bytes and all readings of each.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, wire: bool, width: u16, out: &mut impl Write) -> io::Result<()> {
    if record.payload.decoded().is_none() && !record.payload.bytes().is_empty() {
        let mut shown = String::new();
        push_line(&record.payload, false, usize::MAX, &mut shown);
        return writeln!(out, "{}", hanging(&shown, width.into(), 2));
    }
    for row in nodes::rows(record) {
        // However deep a field is, there is room for its value.
        let indent = (2 * row.depth).min(usize::from(width) / 2);
        let (field, width) = (line(&row, wire), usize::from(width) - indent);
        writeln!(out, "{:indent$}{}", "", nested(&hanging(&field, width, 2), indent))?;
        if wire {
            readings(record, &row, indent + READINGS, width.saturating_sub(READINGS), out)?;
        }
    }
    Ok(())
}

/// The line of a field: `2 body: message ServiceBody`; with its place
/// `2.1 name, bytes 8..29, len, best by 52.7 bits: string "hi"`.
fn line(row: &Row, wire: bool) -> String {
    let number = row.path.rsplit('.').next().unwrap_or_default();
    let path = if wire { row.path.as_str() } else { number };
    let name = row.name.as_deref().map_or_else(String::new, |name| format!(" {}", text::safe(name)));
    let place = format!(", bytes {}..{}, {}{}", row.start, row.end, row.wire_type, confidence(row));
    let (kind, value) = kind_and_value(row);
    format!("{path}{name}{}: {kind} {value}", if wire { place.as_str() } else { "" }).trim_end().to_owned()
}

fn confidence(row: &Row) -> String {
    if row.margin.is_finite() { format!(", best by {:.1} bits", row.margin) } else { String::new() }
}

/// A line for each reading with the bits that it takes, or how many more than the best, and its reason.
fn readings(record: &SingleRecord<'_>, row: &Row, indent: usize, width: usize, out: &mut impl Write) -> io::Result<()> {
    let found = nodes::readings(record, row);
    let longest = found.iter().map(|reading| reading.kind.len()).max().unwrap_or_default();
    let best = found.first().map_or(0.0, |reading| reading.bits);
    for (position, reading) in found.iter().enumerate() {
        let (bits, unit) = match position {
            0 => (format!("{best:.1}"), "bits"),
            _ => (format!("+{:.1}", reading.bits - best), ""),
        };
        let text = format!("{:longest$}  {bits:>7} {unit:4}  {}", reading.kind, text::safe(&reading.reason));
        writeln!(out, "{:indent$}{}", "", cut(&text, width))?;
    }
    Ok(())
}

/// Indents the lines after the first.
fn nested(lines: &str, indent: usize) -> String {
    lines.replace('\n', &format!("\n{:indent$}", ""))
}
