//! The `message` record, written without an intermediate value: it is the hot path of every JSON report.

use super::repeated::Repeated;
use crate::header::{HeaderField, HeaderValue};
use crate::payload::PayloadKind;
use crate::proto::json::{GivesBytes, Style, push_f32, push_hex, push_i64, push_order, push_string, push_u64};
use crate::record::{Finding, MessageRecord, Payload, Render, TypeSource};
use crate::report::content::{self, SURE};
use crate::units::Direction;
use std::io::Write as _;

/// Writes messages as JSON objects.
#[derive(Debug, Default)]
pub(super) struct MessageWriter {
    /// How payloads are written.
    pub(super) style: Style,
    repeated: Repeated,
}

/// Writes messages away from the report, each between `before` and `behind`.
#[derive(Debug)]
pub(super) struct Renderer {
    writer: MessageWriter,
    before: &'static [u8],
    behind: &'static [u8],
}

impl Renderer {
    /// A renderer that writes as `writer` does.
    pub(super) fn boxed(writer: &MessageWriter, before: &'static [u8], behind: &'static [u8]) -> Box<dyn Render> {
        let writer = MessageWriter { style: writer.style, ..MessageWriter::default() };
        Box::new(Self { writer, before, behind })
    }
}

impl Render for Renderer {
    fn another(&self) -> Box<dyn Render> {
        Self::boxed(&self.writer, self.before, self.behind)
    }

    fn render(&mut self, message: &MessageRecord<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(self.before);
        self.writer.write(message, out);
        out.extend_from_slice(self.behind);
    }
}

impl MessageWriter {
    /// Writes the record to `out`, without a line end.
    pub(super) fn write(&mut self, message: &MessageRecord<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"record\":\"message\",\"number\":");
        push_u64(out, message.number);
        out.extend_from_slice(b",\"time\":\"");
        self.repeated.push_time(out, message.completed.time);
        out.extend_from_slice(b"\",\"time_ns\":");
        push_i64(out, message.completed.time.ns());
        self.repeated.push_connection(out, &message.connection);
        out.extend_from_slice(match message.direction {
            Direction::ClientToServer => b",\"direction\":\"client->server\"",
            Direction::ServerToClient => b",\"direction\":\"server->client\"",
        });
        number(out, b",\"first_packet\":", message.first_packet);
        number(out, b",\"last_packet\":", message.completed.packet);
        number(out, b",\"offset\":", message.offset.0);
        number(out, b",\"size\":", message.frame.len() as u64);
        number(out, b",\"len\":", message.payload.bytes().len() as u64);
        out.extend_from_slice(b",\"header\":");
        header(message.header, out);
        text(out, b",\"label\":", message.label);
        text(out, b",\"type\":", message.type_name);
        text(out, b",\"type_source\":", message.type_source.map(TypeSource::as_str));
        if let Some(confidence) = message.confidence {
            out.extend_from_slice(b",\"confidence\":");
            push_f32(out, confidence);
        }
        payload(message, self.style, out);
        if let Some(answer) = message.answers {
            number(out, b",\"answers\":", answer.number);
            out.extend_from_slice(b",\"latency_ns\":");
            push_i64(out, answer.latency_ns);
            out.extend_from_slice(b",\"answers_by\":\"");
            out.extend_from_slice(answer.by.as_str().as_bytes());
            out.push(b'"');
        } else if message.is_doubtful {
            out.extend_from_slice(b",\"answers\":null,\"latency_ns\":null");
        }
        if !message.findings.is_empty() {
            out.extend_from_slice(b",\"findings\":");
            findings(message.findings, out);
        }
        out.push(b'}');
    }
}

/// Appends what the payload is, and its content under the key of that.
#[inline(always)]
fn payload(message: &MessageRecord<'_>, style: Style, out: &mut Vec<u8>) {
    let is_protobuf = message.payload.kind() == PayloadKind::Protobuf;
    match (message.payload_kind, message.payload_confidence) {
        // Nearly all are this, and what is of known length costs no call.
        (Some(PayloadKind::Protobuf), None) if is_protobuf && message.type_name.is_some() => {
            out.extend_from_slice(b",\"payload_kind\":\"protobuf\",\"message\":");
        }
        (Some(PayloadKind::Protobuf), None) if is_protobuf => {
            out.extend_from_slice(b",\"payload_kind\":\"protobuf\",\"fields\":");
        }
        _ => kind_and_key(message, out),
    }
    if let GivesBytes::Yes(beside) = content::push_json(&message.payload, style, out) {
        if beside.floats {
            out.extend_from_slice(b",\"floats\":32");
        }
        if beside.order {
            out.extend_from_slice(b",\"order\":");
            push_order(message.payload.bytes(), out);
        }
        return;
    }
    match message.payload {
        Payload::Json(json) => text(out, b",\"text\":", std::str::from_utf8(json).ok()),
        other => {
            out.extend_from_slice(b",\"bytes\":");
            content::push_hex_of(other.bytes(), out);
        }
    }
}

/// Appends the kind of a payload, how sure it is, and the key of its content.
fn kind_and_key(message: &MessageRecord<'_>, out: &mut Vec<u8>) {
    let kind: &[u8] = match message.payload_kind {
        Some(PayloadKind::Protobuf) => b",\"payload_kind\":\"protobuf\"",
        Some(PayloadKind::Json) => b",\"payload_kind\":\"json\"",
        Some(PayloadKind::Text) => b",\"payload_kind\":\"text\"",
        Some(PayloadKind::Msgpack) => b",\"payload_kind\":\"msgpack\"",
        Some(PayloadKind::Opaque) => b",\"payload_kind\":\"opaque\"",
        None => b",\"payload_kind\":null",
    };
    out.extend_from_slice(kind);
    if let Some(confidence) = message.payload_confidence.filter(|confidence| *confidence < SURE) {
        out.extend_from_slice(b",\"payload_confidence\":");
        push_f32(out, confidence);
    }
    let key: &[u8] = match message.payload.kind() {
        PayloadKind::Json => b",\"json\":",
        PayloadKind::Text => b",\"text\":",
        PayloadKind::Msgpack => b",\"msgpack\":",
        PayloadKind::Opaque => b",\"bytes\":",
        PayloadKind::Protobuf if message.type_name.is_some() => b",\"message\":",
        PayloadKind::Protobuf => b",\"fields\":",
    };
    out.extend_from_slice(key);
}

/// Appends a number under `key`, which has the comma before it and the colon behind it.
#[inline(always)]
fn number<const N: usize>(out: &mut Vec<u8>, key: &[u8; N], value: u64) {
    out.extend_from_slice(key);
    push_u64(out, value);
}

/// Appends a text under `key`, which has the comma before it and the colon behind it; nothing if there is none.
#[inline(always)]
fn text<const N: usize>(out: &mut Vec<u8>, key: &[u8; N], value: Option<&str>) {
    let Some(value) = value else { return };
    out.extend_from_slice(key);
    push_string(out, value);
}

/// Appends the header fields by name: numbers as numbers, magic and other bytes as hex.
pub(in crate::report) fn header(fields: &[HeaderField<'_>], out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, HeaderField { name, value, .. }) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(out, name);
        out.push(b':');
        match value {
            HeaderValue::Number(value) => push_u64(out, *value),
            HeaderValue::Bytes(bytes) => push_hex(out, bytes),
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
            number(out, b",\"offset\":", offset.0);
        }
        out.push(b'}');
    }
    out.push(b']');
}
