//! The `message` record, written without an intermediate value: it is the hot path of every JSON report.

use crate::proto::json::{self, push_f32, push_hex, push_string, push_u64};
use crate::record::{FieldValue, Finding, MessageRecord, TypeSource};
use std::io::Write as _;

/// Writes the record to `out`, without a line end.
pub(super) fn write(message: &MessageRecord<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"record\":\"message\"");
    number(out, "number", message.number);
    // Writing to a vector does not fail.
    let _ = write!(out, ",\"time\":\"{}\",\"time_ns\":{}", message.completed.time, message.completed.time.ns());
    number(out, "connection", message.connection.number as u64);
    let _ = write!(out, ",\"client\":\"{}\",\"server\":\"{}\"", message.connection.client, message.connection.server);
    let _ = write!(out, ",\"direction\":\"{}\"", message.direction.as_str());
    number(out, "first_packet", message.first_packet);
    number(out, "last_packet", message.completed.packet);
    number(out, "offset", message.offset.0);
    number(out, "size", message.frame.len() as u64);
    number(out, "len", message.payload.len() as u64);
    out.extend_from_slice(b",\"header\":");
    header(message, out);
    text(out, "label", message.label);
    text(out, "type", message.type_name);
    text(out, "type_source", message.type_source.map(TypeSource::as_str));
    if let Some(confidence) = message.confidence {
        out.extend_from_slice(b",\"confidence\":");
        push_f32(out, confidence);
    }
    let key = if message.reading.message_type.is_some() { "message" } else { "fields" };
    let _ = write!(out, ",\"{key}\":");
    json::write_message(message.reading, message.payload, message.schema, out);
    if let Some(answer) = message.answers {
        number(out, "answers", answer.number);
        let _ = write!(out, ",\"latency_ns\":{}", answer.latency_ns);
    }
    if !message.findings.is_empty() {
        out.extend_from_slice(b",\"findings\":");
        findings(message.findings, out);
    }
    out.push(b'}');
}

fn number(out: &mut Vec<u8>, key: &str, value: u64) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
    push_u64(out, value);
}

fn text(out: &mut Vec<u8>, key: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    out.extend_from_slice(b",\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
    push_string(out, value);
}

/// The header fields by name: numbers as numbers, magic and other bytes as hex.
pub(in crate::report) fn header(message: &MessageRecord<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (name, value)) in message.layout.header_fields(message.frame).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(out, name);
        out.push(b':');
        match value {
            FieldValue::Number(value) => push_u64(out, value),
            FieldValue::Bytes(bytes) => push_hex(out, bytes),
        }
    }
    out.push(b'}');
}

fn findings(findings: &[Finding], out: &mut Vec<u8>) {
    for (index, finding) in findings.iter().enumerate() {
        out.push(if index == 0 { b'[' } else { b',' });
        let _ = write!(out, "{{\"kind\":\"{}\",\"text\":", finding.kind.as_str());
        push_string(out, &finding.text);
        if let Some(offset) = finding.offset {
            number(out, "offset", offset.0);
        }
        out.push(b'}');
    }
    out.push(b']');
}
