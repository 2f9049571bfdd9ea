//! The table of a payload's fields: place, bytes, name, type and value of each.

use super::nodes::Row;
use crate::record::SingleRecord;
use crate::report::table::{Column, leaves_out, render};
use crate::report::text;
use crate::report::wrap::cut;

/// Numbers of a field's bytes that its row may show: as many as leave room for the value. The dump has all bytes.
const SHOWN: [usize; 4] = [16, 8, 4, 2];

/// Characters of a value that are worth more than its bytes in the same row.
const VALUE: usize = 40;

/// The table of the fields, at most `width` characters wide.
pub(super) fn table(record: &SingleRecord<'_>, rows: &[Row], width: u16) -> String {
    let columns = [
        Column::number("offset"),
        Column::number("len").optional(1),
        Column::word("bytes").optional(2),
        Column::text("field", 24),
        Column::text("type", 18),
        Column::text("value", VALUE),
    ];
    // About four lines of a column that is half as wide as the table.
    let longest = 2 * usize::from(width);
    let cells =
        |shown: usize| -> Vec<Vec<String>> { rows.iter().map(|row| cells(record, row, shown, longest)).collect() };
    let fit = |shown: &usize| !leaves_out(&columns, &cells(*shown), width, "bytes");
    let shown = SHOWN.into_iter().find(fit).unwrap_or(0);
    render(&columns, &cells(shown), width)
}

fn cells(record: &SingleRecord<'_>, row: &Row, shown: usize, longest: usize) -> Vec<String> {
    let own = record.bytes.get(row.start..row.own_end()).unwrap_or_default();
    let number = row.path.rsplit('.').next().unwrap_or_default();
    let name = row.name.as_deref().unwrap_or_default();
    let (kind, value) = kind_and_value(row);
    vec![
        row.start.to_string(),
        own.len().to_string(),
        spaced(own, shown),
        format!("{}{number} {}", "  ".repeat(row.depth), text::safe(name)).trim_end().to_owned(),
        kind,
        cut(&value, longest).into_owned(),
    ]
}

/// Cells for the type and the value of a field. A message has no value of its own: there stands its type.
pub(super) fn kind_and_value(row: &Row) -> (String, String) {
    let declared = element(&row.kind);
    match &row.value {
        None if matches!(declared, "message" | "group" | "message timestamp") => {
            (declared.to_owned(), row.told.clone().unwrap_or_default())
        }
        None => ("message".to_owned(), short(declared).to_owned()),
        Some(json) => {
            let told = row.told.as_ref().map_or_else(String::new, |told| format!(" = {told}"));
            (short(declared).to_owned(), value(&String::from_utf8_lossy(json)) + &told)
        }
    }
}

/// The declared type of one element.
fn element(kind: &str) -> &str {
    let labels = ["repeated ", "optional ", "required "];
    labels.iter().find_map(|label| kind.strip_prefix(label)).unwrap_or(kind)
}

/// The type without its package.
fn short(kind: &str) -> &str {
    if kind.contains([' ', '<']) { kind } else { kind.rsplit('.').next().unwrap_or(kind) }
}

/// A value for people: bytes as `hex 0a0b`, packed numbers as `[1, 2]`, everything else as in JSON.
fn value(json: &str) -> String {
    let inside = |start: &str, end: &str| json.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    if let Some(digits) = inside("{\"hex\":\"", "\"}") {
        return if digits.is_empty() { "no bytes".to_owned() } else { format!("hex {digits}") };
    }
    if let Some((numbers, _)) = inside("{\"packed\":[", "\"}").and_then(|rest| rest.split_once("],\"hex\":\"")) {
        return format!("[{}]", numbers.replace(',', ", "));
    }
    text::safe(json).into_owned()
}

/// Bytes as hex with spaces, at most `shown` of them.
pub(super) fn spaced(bytes: &[u8], shown: usize) -> String {
    let mut out: Vec<String> = bytes.iter().take(shown).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > shown {
        out.push("…".to_owned());
    }
    out.join(" ")
}
