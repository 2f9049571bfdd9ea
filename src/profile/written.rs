//! The parts of a profile file as they are written.

use serde::Deserialize;
use std::collections::BTreeMap;

/// `frame = "…"` or `frame = { client = "…", server = "…" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
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
#[serde(untagged)]
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
#[serde(untagged)]
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
    pub contains: Vec<(String, String)>,
    /// Label of frames that contain none of the texts.
    #[serde(default)]
    pub other: Option<String>,
}
