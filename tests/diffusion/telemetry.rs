//! Telemetry as delimited protobuf: lengths of one, two and three varint bytes.

use super::schema::{Schema, entry, text};
use super::{Frame, Plan, Session, Step, now};
use prost_reflect::Value;
use std::io;

/// Numbers in a trace: 17,600 bytes, more than the 16,383 that a length of two bytes can say.
const TRACE: u16 = 2200;

fn schema() -> io::Result<Schema> {
    Schema::compile("samples/telemetry.proto", "telemetry")
}

/// Batches, one each round. The first is short, every fourth carries a whole trace, the rest are a few hundred bytes.
pub(super) fn script(plan: &Plan) -> io::Result<Vec<Step>> {
    let schema = schema()?;
    (0..plan.heartbeats)
        .map(|round| {
            let payload = batch(&schema, &plan.name, round)?;
            Ok(Step { frames: vec![Frame::new(payload)], pause: round > 0 })
        })
        .collect()
}

fn batch(schema: &Schema, device: &str, round: usize) -> io::Result<Vec<u8>> {
    let sequence = ("sequence", Value::U64(1 + round as u64));
    let device = ("device", text(device));
    let taken_at = ("taken_at_ns", Value::U64(u64::try_from(now().as_nanos()).unwrap_or(u64::MAX)));
    let severity = |number| ("severity", Value::EnumNumber(number));
    if round == 0 {
        let reading = ("temperature_celsius", Value::F32(21.5));
        return schema.encode("Batch", [sequence, device, severity(1), taken_at, reading]);
    }
    if round % 4 == 3 {
        let trace = (0..TRACE).map(|step| Value::F64((f64::from(step) / 50.0).sin())).collect();
        let counter = ("counter", Value::I64(-1));
        return schema
            .encode("Batch", [sequence, device, severity(3), taken_at, ("trace", Value::List(trace)), counter]);
    }
    let position = schema.message(
        "Position",
        [("latitude", Value::F64(48.137)), ("longitude", Value::F64(11.575)), ("altitude_m", Value::I32(-12))],
    )?;
    let deltas = (0..150).map(|step| Value::I32((step * 37 % 101) - 50)).collect();
    let fields = [
        sequence,
        device,
        severity(2),
        taken_at,
        ("deltas", Value::List(deltas)),
        ("tags", entry("site", "north")),
        ("position", position),
    ];
    schema.encode("Batch", fields)
}

/// The server's side: a receipt for each batch.
pub(super) struct Service {
    schema: Schema,
}

impl Service {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { schema: schema()? })
    }
}

impl Session for Service {
    fn answer(&mut self, request: &Frame) -> io::Result<Vec<Frame>> {
        let batch = self.schema.decode("Batch", &request.payload)?;
        let sequence = batch.get_field_by_name("sequence").map_or(Value::U64(0), std::borrow::Cow::into_owned);
        let len = Value::U32(u32::try_from(request.payload.len()).unwrap_or(u32::MAX));
        Ok(vec![Frame::new(self.schema.encode("Receipt", [("sequence", sequence), ("len", len)])?)])
    }
}
