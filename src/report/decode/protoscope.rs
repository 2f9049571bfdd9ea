//! A single frame in the language of protoscope: header and trailer as literals, the payload as fields, and what is
//! known of it as comments. Assembled it gives the frame, byte for byte.

use crate::proto::protoscope;
use crate::record::SingleRecord;
use crate::report::text;
use std::io::{self, Write};

/// Writes the text of one frame.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, out: &mut impl Write) -> io::Result<()> {
    for comment in about(record) {
        writeln!(out, "# {}", text::safe(&comment))?;
    }
    let mut written = String::new();
    let payload = record.payload_range();
    protoscope::write_bytes(record.bytes.get(..payload.start).unwrap_or_default(), &mut written);
    match record.payload.decoded() {
        Some(decoded) => protoscope::write(decoded, &mut written),
        None => protoscope::write_bytes(record.payload.bytes(), &mut written),
    }
    protoscope::write_bytes(record.bytes.get(payload.end..).unwrap_or_default(), &mut written);
    out.write_all(written.as_bytes())?;
    for problem in record.payload.problems() {
        writeln!(out, "# finding: byte {}: {problem}", record.payload_start + problem.offset)?;
    }
    Ok(())
}

/// Lines that say what the frame is; none for a payload of which nothing is known.
fn about(record: &SingleRecord<'_>) -> Vec<String> {
    let layout = record.layout.map(|layout| {
        let header = text::plural(record.payload_start as u64, "byte");
        format!(
            "{} at offset {}, {header} of header: {layout}",
            text::plural(record.bytes.len() as u64, "byte"),
            record.offset
        )
    });
    let label = record.label.map(|label| format!("label {label}"));
    let kind = record.type_name.map(|name| format!("type {name}"));
    [layout, label, kind].into_iter().flatten().collect()
}
