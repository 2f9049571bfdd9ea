//! The messages that the oracle made.

use super::python;
use deframe::proto::Schema;
use serde::Deserialize;

/// A message with what is known of it.
#[derive(Deserialize)]
pub(crate) struct Message {
    /// Full name of its type.
    #[serde(rename = "type")]
    pub(crate) name: String,
    hex: String,
    /// Protobuf's own JSON, as text: as it is, with the names of the schema, with defaults, with both.
    pub(crate) json: [String; 4],
    /// Every value that is not empty.
    pub(crate) values: Vec<Value>,
}

impl Message {
    pub(crate) fn payload(&self) -> Vec<u8> {
        hex::decode(&self.hex).unwrap()
    }
}

/// A value that is not empty.
#[derive(Deserialize)]
pub(crate) struct Value {
    /// Where the value starts in the message, and ends, in bytes.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Type of the value by the descriptor.
    pub(crate) kind: String,
    /// Field numbers from the message down.
    pub(crate) path: String,
    /// What blackboxprotobuf says that it is.
    pub(crate) other: String,
    /// Whether the value stands in an `Any`, where one path has values of several types.
    pub(crate) in_any: bool,
}

/// Messages and their types.
pub(crate) struct Corpus {
    pub(crate) messages: Vec<Message>,
    pub(crate) schema: Schema,
}

impl Corpus {
    /// Has the messages made; `arguments` are those of `generate.py`.
    ///
    /// # Errors
    /// The oracle is not there, and why.
    pub(crate) fn generate(arguments: &[String]) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        python::generate(folder.path(), arguments)?;
        let lines = std::fs::read_to_string(folder.path().join("messages.ndjson")).unwrap();
        let messages = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let schema = Schema::load(&[folder.path().join("types.fds")], &[]).unwrap();
        Ok(Self { messages, schema })
    }
}
