//! A single frame as JSON: everything that the text says, by the keys of `docs/output.md`.

use super::{latin1, missed, nodes};
use crate::header::HeaderValue;
use crate::payload::PayloadKind;
use crate::proto::json::Style;
use crate::proto::{Schema, TypeId};
use crate::record::{SingleRecord, TypeSource};
use crate::report::{SCHEMA_VERSION, content, json_safe, text};
use crate::units::Direction;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes the report on one frame as a JSON object and a line end; with `wire`, all readings of every field;
/// the message in `style`.
///
/// # Errors
/// If it cannot be written.
pub fn write(record: &SingleRecord<'_>, wire: bool, style: Style, out: &mut impl Write) -> io::Result<()> {
    json_safe::write_pretty(out, &value(record, wire, style)?)?;
    out.write_all(b"\n")
}

fn value(record: &SingleRecord<'_>, wire: bool, style: Style) -> io::Result<Value> {
    let payload = record.payload.bytes();
    let mut object = json!({
        "record": "frame",
        "schema_version": SCHEMA_VERSION,
        "packet_size": record.bytes.len(),
        "offset": record.offset,
        "hex_data": hex::encode(record.bytes),
        "ascii_data": text::ascii(record.bytes),
        "label": record.label,
        "direction": record.direction.map(Direction::as_str),
        "protocol_analysis": {
            "profile": record.profile,
            "layout": record.layout,
            "header": record.layout.map(|_| header(record)),
            "protocol_valid": record.layout.is_some() && record.cut_from.is_none(),
            "payload": {
                "offset": record.payload_start,
                "size": payload.len(),
                "hex": hex::encode(payload),
                "ascii": latin1(payload),
            },
        },
    });
    if let Some(map) = object.as_object_mut() {
        match record.payload.kind() {
            PayloadKind::Protobuf => {
                map.insert("protobuf_analysis".to_owned(), protobuf(record, wire, style)?);
            }
            kind => {
                map.insert("payload_kind".to_owned(), kind.as_str().into());
                let key = if kind == PayloadKind::Opaque { "bytes" } else { kind.as_str() };
                map.insert(key.to_owned(), shown(record, style)?);
                map.insert("findings".to_owned(), missed(record).into_iter().collect());
            }
        }
    }
    if let (Some(map), Some(answer)) = (object.as_object_mut(), record.answer) {
        map.insert("response".to_owned(), response(answer));
    }
    Ok(object)
}

/// The payload as JSON, whatever it is.
fn shown(record: &SingleRecord<'_>, style: Style) -> io::Result<Value> {
    let mut written = Vec::new();
    content::push_json(&record.payload, style, &mut written);
    Ok(serde_json::from_slice(&written)?)
}

/// The header as JSON: `length`, `length_hex`, `magic_bytes`, `magic_ascii`, and each other field by its name.
fn header(record: &SingleRecord<'_>) -> Value {
    let mut object = Map::new();
    for field in record.header {
        let bytes = record.bytes.get(field.place.clone()).unwrap_or_default();
        let name = if field.name == "len" { "length" } else { field.name };
        match field.value {
            HeaderValue::Number(number) => {
                object.insert(name.to_owned(), number.into());
                object.insert(format!("{name}_hex"), hex::encode(bytes).into());
            }
            HeaderValue::Bytes(_) => {
                object.insert(format!("{name}_bytes"), hex::encode(bytes).into());
                object.insert(format!("{name}_ascii"), latin1(bytes).into());
            }
        }
    }
    Value::Object(object)
}

fn protobuf(record: &SingleRecord<'_>, wire: bool, style: Style) -> io::Result<Value> {
    let mut fields = Vec::new();
    for row in nodes::rows(record) {
        let value: Option<Value> = row.value.as_deref().map(serde_json::from_slice).transpose()?;
        let mut field = json!({
            "path": row.path,
            "name": row.name,
            "offset": row.start,
            "size": row.end - row.start,
            "wire_type": row.wire_type,
            "type": row.kind,
            "value": value,
        });
        if let (true, Some(map)) = (wire, field.as_object_mut()) {
            map.insert("readings".to_owned(), readings(record, &row));
        }
        fields.push(field);
    }
    let findings = record.payload.problems().iter();
    let findings =
        findings.map(|problem| json!({ "offset": record.payload_start + problem.offset, "text": problem.to_string() }));
    let content = shown(record, style)?;
    let is_typed = record.payload.decoded().is_some_and(|decoded| decoded.reading.message_type.is_some());
    let key = if is_typed { "message" } else { "fields" };
    Ok(json!({
        "type": record.type_name,
        "type_source": record.type_source.map(TypeSource::as_str),
        "confidence": record.confidence,
        key: content,
        "wire": fields,
        "findings": findings.collect::<Vec<_>>(),
    }))
}

/// Every reading of a field as JSON, best first.
fn readings(record: &SingleRecord<'_>, row: &nodes::Row) -> Value {
    let one = |reading: nodes::OneReading| json!({ "type": reading.kind, "bits": tenths(reading.bits), "reason": reading.reason });
    nodes::readings(record, row).into_iter().map(one).collect()
}

/// Rounds bits to tenths, in which they are counted; a tenth of 32 bits has digits in 64 that mean nothing.
fn tenths(bits: f32) -> f64 {
    (f64::from(bits) * 10.0).round() / 10.0
}

/// The fields of the answer to this request, as JSON.
fn response((schema, answer): (&Schema, TypeId)) -> Value {
    let fields = schema.fields_of(answer).iter();
    let fields = fields.map(|field| json!({ "number": field.number, "name": field.name, "type": field.type_text }));
    json!({ "response_type": schema.type_name(answer), "fields": fields.collect::<Vec<_>>() })
}
