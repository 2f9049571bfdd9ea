//! Messages by name and field name, encoded and decoded through a `.proto` file.

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MapKey, Value};
use std::io;
use std::path::Path;

/// The messages of one `.proto` file.
pub(super) struct Schema {
    pool: DescriptorPool,
    package: &'static str,
}

impl Schema {
    /// Compiles `path`, which is relative to the project's folder and declares `package`.
    pub(super) fn compile(path: &str, package: &'static str) -> io::Result<Self> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = protox::compile([project.join(path)], [project]).map_err(io::Error::other)?;
        let pool = DescriptorPool::from_file_descriptor_set(files).map_err(io::Error::other)?;
        Ok(Self { pool, package })
    }

    /// An empty message.
    fn empty(&self, name: &str) -> io::Result<DynamicMessage> {
        let name = format!("{}.{name}", self.package);
        let descriptor = self.pool.get_message_by_name(&name);
        descriptor.map(DynamicMessage::new).ok_or_else(|| io::Error::other(format!("no message {name}")))
    }

    /// A message with these fields. A zero is written where the field has presence, as in every protobuf encoder.
    pub(super) fn message<const N: usize>(&self, name: &str, fields: [(&str, Value); N]) -> io::Result<Value> {
        let mut message = self.empty(name)?;
        for (field, value) in fields {
            message.try_set_field_by_name(field, value).map_err(io::Error::other)?;
        }
        Ok(Value::Message(message))
    }

    /// The bytes of a message with these fields.
    pub(super) fn encode<const N: usize>(&self, name: &str, fields: [(&str, Value); N]) -> io::Result<Vec<u8>> {
        match self.message(name, fields)? {
            Value::Message(message) => Ok(message.encode_to_vec()),
            other => Err(io::Error::other(format!("{name} became {other:?}"))),
        }
    }

    /// Reads a message; an error if the bytes are not one.
    pub(super) fn decode(&self, name: &str, bytes: &[u8]) -> io::Result<DynamicMessage> {
        let mut message = self.empty(name)?;
        message.merge(bytes).map_err(io::Error::other)?;
        Ok(message)
    }
}

/// A string field's value.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// A bytes field's value.
pub(super) fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec().into())
}

/// The value of a `map<string, string>` with one entry; more would be written in random order.
pub(super) fn entry(key: &str, value: &str) -> Value {
    Value::Map([(MapKey::String(key.to_owned()), text(value))].into())
}
