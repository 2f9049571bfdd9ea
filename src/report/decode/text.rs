//! A single frame for people: what it is, its header, every field with its bytes, the dump.

use super::fields;
use super::hexdump::hexdump;
use super::{missed, nodes, tree};
use crate::header::HeaderValue;
use crate::payload::PayloadKind;
use crate::record::SingleRecord;
use crate::report::content;
use crate::report::table::{Column, render};
use crate::report::text;
use crate::report::wrap::hanging;
use std::io::{self, Write};

/// Bytes of a header field that are shown in its row; all of them are in the dump.
const SHOWN: usize = 8;

/// Writes the report on one frame, at most `width` characters wide; with `wire`, all readings of every field
/// in place of the table of fields.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, wire: bool, width: u16, out: &mut impl Write) -> io::Result<()> {
    let line = |text: &str| hanging(text, width.into(), 2);
    for text in about(record) {
        writeln!(out, "{}", line(&text))?;
    }
    if let Some(layout) = record.layout {
        writeln!(out, "\n{}", line(&format!("Header: {layout}")))?;
        out.write_all(header(record, width).as_bytes())?;
    }
    let payload_len = record.payload.bytes().len() as u64;
    writeln!(out, "\nPayload: {} at offset {}", text::plural(payload_len, "byte"), record.payload_start)?;
    let rows = nodes::rows(record);
    if wire {
        tree::write(record, wire, width, out)?;
    } else if record.payload.decoded().is_none() && record.payload.kind() != PayloadKind::Opaque {
        let mut shown = String::new();
        content::push_line(&record.payload, false, usize::MAX, &mut shown);
        writeln!(out, "{}", line(&shown))?;
    } else if !rows.is_empty() {
        out.write_all(fields::table(record, &rows, width).as_bytes())?;
    }
    if let Some(text) = missed(record) {
        writeln!(out, "{}", line(&format!("finding: {text}")))?;
    }
    for problem in record.payload.problems() {
        writeln!(out, "{}", line(&format!("finding: byte {}: {problem}", record.payload_start + problem.offset)))?;
    }
    if let Some(sums) = record.checksum.filter(|sums| sums.stored != sums.computed) {
        let text = format!("finding: the trailer says {:08x}, the bytes give {:08x}", sums.stored, sums.computed);
        writeln!(out, "{}", line(&text))?;
    }
    if let Some((schema, answer)) = record.answer {
        writeln!(out, "\n{}", line(&format!("Its answer: {}", text::safe(schema.type_name(answer)))))?;
        let fields = schema.fields_of(answer).iter();
        let rows = fields.map(|field| vec![field.number.to_string(), field.name.clone(), field.type_text.clone()]);
        let columns = [Column::number("field"), Column::text("name", 20), Column::text("type", 20)];
        out.write_all(render(&columns, &rows.collect::<Vec<_>>(), width).as_bytes())?;
    }
    write!(out, "\nBytes\n{}", hexdump(record.bytes, width))
}

/// Lines that say what the frame is.
fn about(record: &SingleRecord<'_>) -> Vec<String> {
    let len = text::plural(record.bytes.len() as u64, "byte");
    let at = if record.offset > 0 { format!(" at offset {}", record.offset) } else { String::new() };
    let what = if record.layout.is_some() { "a frame" } else { "a payload without header" };
    let profile = record.profile.map_or_else(String::new, |name| format!(" of {}", text::safe(name)));
    let mut out = vec![format!("{len}{at}: {what}{profile}")];
    if let Some(len) = record.cut_from {
        out.push(format!("finding: the header says {len} bytes, there are {}", record.bytes.len()));
    }
    if record.layout.is_none() && record.offset > 0 {
        out.push("finding: these bytes follow a frame and do not start with a header".to_owned());
    }
    let direction = record.direction.map_or_else(String::new, |direction| format!(", {direction}"));
    out.push(match record.label {
        Some(label) => format!("label  {}{direction}", text::safe(label)),
        None => "label  none: no rule names it".to_owned(),
    });
    out.push(match (record.type_name, record.type_source) {
        (Some(name), Some(source)) => {
            let confidence = record.confidence.map_or_else(String::new, |sure| format!(", confidence {sure:.3}"));
            format!("type   {} (by {}{confidence})", text::safe(name), source.as_str())
        }
        _ if record.payload.bytes().is_empty() => "type   none: there is no payload".to_owned(),
        _ if record.payload.decoded().is_none() => format!("payload  {}", record.payload.kind()),
        _ => "type   unknown, read by its bytes alone".to_owned(),
    });
    out
}

fn header(record: &SingleRecord<'_>, width: u16) -> String {
    let rows = record.header.iter().map(|field| {
        let bytes = record.bytes.get(field.place.clone()).unwrap_or_default();
        let place = field.place.start.to_string();
        vec![place, fields::spaced(bytes, SHOWN), field.name.to_owned(), header_value(field.value)]
    });
    let columns =
        [Column::number("offset"), Column::word("bytes"), Column::text("field", 16), Column::text("value", 20)];
    render(&columns, &rows.collect::<Vec<_>>(), width)
}

fn header_value(value: HeaderValue<'_>) -> String {
    match value {
        HeaderValue::Number(number) => format!("{number} (0x{number:x})"),
        HeaderValue::Bytes(bytes) if matches!(bytes.len(), 2..=8) => {
            let little_endian = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect::<String>();
            format!("{} (0x{little_endian} little-endian)", hex::encode(bytes))
        }
        HeaderValue::Bytes(bytes) => hex::encode(bytes),
    }
}
