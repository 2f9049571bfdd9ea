//! The payload of a message, in the form in which it is known.

use crate::payload::PayloadKind;
use crate::proto::json::GivesBytes;
use crate::proto::{Decoded, Problem};

/// A payload, borrowed for the time of the call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// Protobuf that was read into fields.
    Protobuf(Decoded<'a>),
    /// Protobuf without a problem, printed while it was read: for sinks that [want](super::Wants::payload) JSON.
    Printed {
        /// Bytes of the payload.
        bytes: &'a [u8],
        /// The payload as JSON, as [`json::write_message`](crate::proto::json::write_message) writes it.
        json: &'a [u8],
        /// Whether the JSON says [which bytes](crate::proto::json::gives_bytes) the payload has, or its type does.
        gives_bytes: GivesBytes,
    },
    /// Text: a payload that is UTF-8.
    Text(&'a str),
    /// JSON (RFC 8259): a payload that is one object or array, with white space as it was sent; or an empty one where
    /// the others are that.
    Json(&'a [u8]),
    /// MessagePack: a payload that is one map or array, or several; or an empty one where the others are that.
    Msgpack(&'a [u8]),
    /// Bytes that nothing fits, or that were not read, as nobody wants to see their fields.
    Opaque(&'a [u8]),
}

impl<'a> Payload<'a> {
    /// A payload of a `kind` that is not protobuf; its bytes [fit](PayloadKind::fits) the kind, or there are none.
    pub(crate) fn of_kind(kind: PayloadKind, bytes: &'a [u8]) -> Self {
        match kind {
            PayloadKind::Json => Self::Json(bytes),
            PayloadKind::Msgpack => Self::Msgpack(bytes),
            PayloadKind::Text => std::str::from_utf8(bytes).map_or(Self::Opaque(bytes), Self::Text),
            PayloadKind::Protobuf | PayloadKind::Opaque => Self::Opaque(bytes),
        }
    }

    /// Bytes of the payload as they were captured.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Protobuf(decoded) => decoded.bytes,
            Self::Text(text) => text.as_bytes(),
            Self::Printed { bytes, .. } | Self::Json(bytes) | Self::Msgpack(bytes) | Self::Opaque(bytes) => bytes,
        }
    }

    /// Fields of the payload, where it was read.
    #[must_use]
    pub const fn decoded(&self) -> Option<&Decoded<'a>> {
        match self {
            Self::Protobuf(decoded) => Some(decoded),
            Self::Printed { .. } | Self::Text(_) | Self::Json(_) | Self::Msgpack(_) | Self::Opaque(_) => None,
        }
    }

    /// What the payload is taken for.
    #[must_use]
    pub const fn kind(&self) -> PayloadKind {
        match self {
            Self::Protobuf(_) | Self::Printed { .. } => PayloadKind::Protobuf,
            Self::Text(_) => PayloadKind::Text,
            Self::Json(_) => PayloadKind::Json,
            Self::Msgpack(_) => PayloadKind::Msgpack,
            Self::Opaque(_) => PayloadKind::Opaque,
        }
    }

    /// What is wrong in the payload. Only what was read can have problems: the other forms are chosen where there are
    /// none.
    #[must_use]
    pub fn problems(&self) -> &'a [Problem] {
        self.decoded().map_or(&[], |decoded| &decoded.reading.problems)
    }
}
