//! A key-value service framed as Riak frames its own: the message code stands in the header.

use super::schema::{Schema, bytes, entry, text};
use super::{Frame, Plan, Session, Step, now};
use prost_reflect::Value;
use std::collections::BTreeMap;
use std::io;

/// Message codes; the numbers are Riak's.
mod code {
    pub(super) const ERROR: u8 = 0;
    pub(super) const PING: u8 = 1;
    pub(super) const PING_ANSWER: u8 = 2;
    pub(super) const READ: u8 = 9;
    pub(super) const READ_ANSWER: u8 = 10;
    pub(super) const WRITE: u8 = 11;
    pub(super) const WRITE_ANSWER: u8 = 12;
}

fn schema() -> io::Result<Schema> {
    Schema::compile("samples/kv.proto", "kv")
}

/// A ping, then rounds in which a value is written and read back, and one that does not exist is asked for. The three
/// requests of a round go out in one write, so that several frames share a segment.
pub(super) fn script(plan: &Plan) -> io::Result<Vec<Step>> {
    let schema = schema()?;
    let read = |key: &str| {
        let payload =
            schema.encode("GetRequest", [("key", bytes(key.as_bytes())), ("head_only", Value::Bool(false))])?;
        Ok::<_, io::Error>(Frame { code: code::READ, payload })
    };
    let mut steps = vec![Step { frames: vec![Frame { code: code::PING, payload: Vec::new() }], pause: false }];
    for round in 0..plan.heartbeats {
        let key = format!("{}/{round}", plan.name);
        let content = schema.message(
            "Content",
            [
                ("value", bytes(&[round.to_le_bytes(), [0xff, 0, 0x7f, 0x80, 1, 2, 3, 4]].concat())),
                ("content_type", text("application/octet-stream")),
                ("modified_us", Value::U64(u64::try_from(now().as_micros()).unwrap_or(u64::MAX))),
                ("metadata", entry("written by", &plan.name)),
            ],
        )?;
        let payload = schema.encode("PutRequest", [("key", bytes(key.as_bytes())), ("content", content)])?;
        let write = Frame { code: code::WRITE, payload };
        steps.push(Step { frames: vec![write, read(&key)?, read("nothing/here")?], pause: true });
    }
    Ok(steps)
}

/// The server's side: the values that this connection has written.
pub(super) struct Service {
    schema: Schema,
    values: BTreeMap<Vec<u8>, Value>,
    version: u64,
}

impl Service {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { schema: schema()?, values: BTreeMap::new(), version: 0 })
    }

    fn write(&mut self, payload: &[u8]) -> io::Result<Frame> {
        let request = self.schema.decode("PutRequest", payload)?;
        let content = request.get_field_by_name("content").map(std::borrow::Cow::into_owned);
        self.values.insert(key_of(&request), content.ok_or_else(|| io::Error::other("no content"))?);
        self.version += 1;
        let payload = self.schema.encode("PutResponse", [("version", Value::U64(self.version))])?;
        Ok(Frame { code: code::WRITE_ANSWER, payload })
    }

    fn read(&self, payload: &[u8]) -> io::Result<Frame> {
        let request = self.schema.decode("GetRequest", payload)?;
        Ok(if let Some(content) = self.values.get(&key_of(&request)) {
            let fields = [("content", content.clone()), ("version", Value::U64(self.version))];
            Frame { code: code::READ_ANSWER, payload: self.schema.encode("GetResponse", fields)? }
        } else {
            let fields = [("message", text("not found")), ("code", Value::U32(404))];
            Frame { code: code::ERROR, payload: self.schema.encode("ErrorResponse", fields)? }
        })
    }
}

impl Session for Service {
    fn answer(&mut self, request: &Frame) -> io::Result<Vec<Frame>> {
        let answer = match request.code {
            code::PING => Frame { code: code::PING_ANSWER, payload: Vec::new() },
            code::READ => self.read(&request.payload)?,
            code::WRITE => self.write(&request.payload)?,
            other => return Err(io::Error::other(format!("no answer to code {other}"))),
        };
        Ok(vec![answer])
    }
}

fn key_of(request: &prost_reflect::DynamicMessage) -> Vec<u8> {
    request.get_field_by_name("key").and_then(|key| key.as_bytes().map(|key| key.to_vec())).unwrap_or_default()
}
