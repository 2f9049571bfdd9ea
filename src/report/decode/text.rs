//! A single frame for people: what it is, its header, every field with its bytes, the dump.

use super::hexdump::hexdump;
use super::nodes::{self, Row};
use crate::record::{FieldValue, SingleRecord};
use crate::report::table::{Align, render};
use crate::report::text;
use std::io::{self, Write};

/// Bytes of a field that are shown in its row; all of them are in the dump.
const SHOWN: usize = 8;

/// Writes the report on one frame, at most `width` characters wide.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, width: u16, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", title(record))?;
    if let Some(layout) = record.layout {
        write!(out, "\nHeader: {layout}\n{}", header(record, width))?;
    }
    let payload = record.payload_bytes();
    writeln!(out, "\nPayload: {} at offset {}", text::plural(payload.len() as u64, "byte"), record.payload.start)?;
    let rows = nodes::rows(record);
    if !rows.is_empty() {
        write!(out, "{}", fields(record, &rows, width))?;
    }
    for problem in &record.reading.problems {
        writeln!(out, "finding: byte {}: {problem}", record.payload.start + problem.offset)?;
    }
    if let Some(sums) = record.checksum.filter(|sums| sums.stored != sums.computed) {
        writeln!(out, "finding: the trailer says {:08x}, the bytes give {:08x}", sums.stored, sums.computed)?;
    }
    if let (Some(schema), Some(answer)) = (record.schema, record.answer) {
        writeln!(out, "\nIts answer: {}", text::safe(schema.type_name(answer)))?;
        let fields = schema.fields_of(answer).iter();
        let rows = fields.map(|field| vec![field.number.to_string(), field.name.clone(), field.type_text.clone()]);
        write!(
            out,
            "{}",
            render(&[("field", Align::Right), ("name", Align::Left), ("type", Align::Left)], rows, width)
        )?;
    }
    write!(out, "\nBytes\n{}", hexdump(record.bytes, width))
}

fn title(record: &SingleRecord<'_>) -> String {
    let len = text::plural(record.bytes.len() as u64, "byte");
    let at = if record.offset > 0 { format!(" at offset {}", record.offset) } else { String::new() };
    let what = if record.layout.is_some() { "a frame" } else { "a payload without header" };
    let profile = record.profile.map_or_else(String::new, |name| format!(" of {}", text::safe(name)));
    let mut out = format!("{len}{at}: {what}{profile}\n");
    if let Some(len) = record.cut_from {
        out.push_str(&format!("finding: the header says {len} bytes, there are {}\n", record.bytes.len()));
    }
    let label = record.label.unwrap_or("unknown");
    let direction = record.direction.map_or_else(String::new, |direction| format!(", {direction}"));
    out.push_str(&format!("label  {}{direction}\n", text::safe(label)));
    let kind = match (record.type_name, record.type_source) {
        (Some(name), Some(source)) => {
            let confidence = record.confidence.map_or_else(String::new, |sure| format!(", confidence {sure:.3}"));
            format!("{} (by {}{confidence})", text::safe(name), source.as_str())
        }
        _ => "unknown, read by its bytes alone".to_owned(),
    };
    out.push_str(&format!("type   {kind}\n"));
    out
}

fn header(record: &SingleRecord<'_>, width: u16) -> String {
    let fields = record.layout.into_iter().flat_map(|layout| layout.fields(record.bytes));
    let rows = fields.map(|field| {
        let bytes = record.bytes.get(field.range.clone()).unwrap_or_default();
        vec![field.range.start.to_string(), spaced(bytes, SHOWN), field.name.to_owned(), header_value(field.value)]
    });
    render(
        &[("offset", Align::Right), ("bytes", Align::Left), ("field", Align::Left), ("value", Align::Left)],
        rows,
        width,
    )
}

fn header_value(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Number(number) => format!("{number} (0x{number:x})"),
        FieldValue::Bytes(bytes) => {
            let little_endian = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect::<String>();
            format!("{} (0x{little_endian} little-endian)", hex::encode(bytes))
        }
    }
}

fn fields(record: &SingleRecord<'_>, rows: &[Row], width: u16) -> String {
    let columns = [
        ("offset", Align::Right),
        ("len", Align::Right),
        ("bytes", Align::Left),
        ("field", Align::Left),
        ("type", Align::Left),
        ("value", Align::Left),
    ];
    let cells = rows.iter().map(|row| {
        let own = record.bytes.get(row.start..row.own_end()).unwrap_or_default();
        let number = row.path.rsplit('.').next().unwrap_or_default();
        let name = row.name.as_deref().unwrap_or_default();
        let shown = row.value.as_deref().map(String::from_utf8_lossy);
        vec![
            row.start.to_string(),
            own.len().to_string(),
            spaced(own, if width >= 100 { SHOWN } else { SHOWN / 2 }),
            format!("{}{number} {}", "  ".repeat(row.depth), text::safe(name)).trim_end().to_owned(),
            short(&row.kind).to_owned(),
            shown.map_or_else(String::new, |value| text::safe(&value).into_owned()),
        ]
    });
    render(&columns, cells, width)
}

/// The type without its package, `repeated` and the like kept.
fn short(kind: &str) -> &str {
    if kind.contains(' ') { kind } else { kind.rsplit('.').next().unwrap_or(kind) }
}

/// Bytes as hex with spaces, at most `shown` of them.
fn spaced(bytes: &[u8], shown: usize) -> String {
    let mut out: Vec<String> = bytes.iter().take(shown).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > shown {
        out.push("…".to_owned());
    }
    out.join(" ")
}
