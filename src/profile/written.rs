//! The parts of a profile file as they are written.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;

/// `frame = "…"` or `frame = { client = "…", server = "…" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected a layout or the name of a preset, or { client = \"…\", server = \"…\" } with one for each side"
)]
pub enum FrameValue {
    /// One text for both directions, as `--frame` takes it.
    Both(String),
    /// One layout for what the client sends, one for what the server sends.
    Each {
        /// Layout of client->server.
        client: String,
        /// Layout of server->client.
        server: String,
    },
}

/// One `[[rule]]` of a profile file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleValue {
    /// Label of the frames that the rule matches.
    pub label: String,
    /// Direction of the frames: `client->server` or `server->client`.
    #[serde(default)]
    pub direction: Option<String>,
    /// Labels of the requests that the frames answer, or `*` for any.
    #[serde(default)]
    pub answers: OneOrMore,
    /// What the frames have in common with the requests that they answer.
    #[serde(default, rename = "match")]
    pub correlation: Option<MatchValue>,
    /// What header fields must hold, by name.
    #[serde(default)]
    pub header: BTreeMap<String, toml::Value>,
    /// What payload fields must hold, by path.
    #[serde(default, rename = "where")]
    pub fields: BTreeMap<String, toml::Value>,
    /// Message type of the frames.
    #[serde(default)]
    pub message: Option<String>,
    /// What the payloads are, where there is no message type.
    #[serde(default)]
    pub payload: Option<String>,
    /// Types of fields by path, where there is no message type.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
}

/// `match = "…"` or `match = { request = "…", answer = "…" }`: a header field by name, a field path, or keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected a header field, a path or keys, or { request = \"…\", answer = \"…\" } with one for each"
)]
pub enum MatchValue {
    /// One place for requests and answers.
    Both(String),
    /// One place for requests, one for answers.
    Each {
        /// Where requests have the value.
        request: String,
        /// Where answers have it.
        answer: String,
    },
}

/// A string or an array of strings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged, expecting = "expected a string or an array of strings")]
pub enum OneOrMore {
    /// The key is not given.
    #[default]
    None,
    /// One string.
    One(String),
    /// An array of strings.
    More(Vec<String>),
}

/// The table `[sd]` of a profile file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdValue {
    /// Pairs of text and label; the first text that a payload contains decides.
    #[serde(default)]
    pub contains: Vec<SdPair>,
    /// Label of frames that contain none of the texts.
    #[serde(default)]
    pub other: Option<String>,
}

/// A text that payloads may contain, and the label of those that do.
#[derive(Clone, Debug, Deserialize)]
#[serde(expecting = "a pair of text and label")]
pub struct SdPair(pub String, pub String);

/// The key `ports`.
pub(super) fn ports<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into_iter().map(|Port(port)| port).collect())
}

/// A TCP port.
struct Port(u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(PortVisitor)
    }
}

struct PortVisitor;

impl Visitor<'_> for PortVisitor {
    type Value = Port;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port, 1 to 65535")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Port, E> {
        let port = u16::try_from(number).ok().filter(|port| *port > 0);
        port.map(Port).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}
