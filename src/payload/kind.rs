//! The kinds of payloads, and their names.

use std::fmt;
use std::str::FromStr;

/// What a payload is. The names are those of options, profiles and records alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PayloadKind {
    /// Fields of protobuf.
    Protobuf,
    /// One JSON object or array (RFC 8259).
    Json,
    /// UTF-8 without control characters but those of text.
    Text,
    /// Maps and arrays of MessagePack.
    Msgpack,
    /// Bytes that are none of the others.
    Opaque,
}

/// A name that is no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of payload; give protobuf, json, text, msgpack or opaque")]
pub struct UnknownKind(pub String);

impl PayloadKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Protobuf, Self::Json, Self::Text, Self::Msgpack, Self::Opaque];

    /// The one word for the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protobuf => "protobuf",
            Self::Json => "json",
            Self::Text => "text",
            Self::Msgpack => "msgpack",
            Self::Opaque => "opaque",
        }
    }

    /// Whether `payload` is of the kind to its last byte. Any bytes may be opaque; whether they are protobuf is not
    /// asked here, as what does not read is told where it is read.
    #[must_use]
    pub fn fits(self, payload: &[u8]) -> bool {
        match self {
            Self::Protobuf | Self::Opaque => true,
            Self::Json => super::json::is_json(payload),
            Self::Text => super::is_text(payload),
            Self::Msgpack => super::msgpack::is_msgpack(payload),
        }
    }

    /// Whether `payload` should be of the kind and is not; an empty one may be anything.
    pub(crate) fn is_missed_by(self, payload: &[u8]) -> bool {
        !payload.is_empty() && !self.fits(payload)
    }
}

impl fmt::Display for PayloadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PayloadKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}
