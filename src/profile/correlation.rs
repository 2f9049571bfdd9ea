//! A correlation: what a request and its answer have in common.
//!
//! In: the key `match` of a profile or a rule, or what was found in the traffic. Out: the value in a frame that says
//! which request goes with which answer. Not responsible for which frames are requests, nor for who keeps the values.

use crate::header::{self, HeaderField, HeaderValue};
use crate::payload::keys::{KeyPath, Scalar};
use crate::proto::TopLevel;
use crate::proto::path::{FieldPath, PathError, RawValue};
use smallvec::SmallVec;
use std::fmt;

/// Where in a frame a value stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The header field of this name.
    Header(String),
    /// The payload field at this path.
    Payload(FieldPath),
    /// The value at these keys of a JSON object or a MessagePack map.
    Key(KeyPath),
}

/// What a request and its answer have in common: the same value, perhaps in different places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Correlation {
    /// Where the request has it.
    pub request: Place,
    /// Where the answer has it.
    pub answer: Place,
}

/// A value that names a request. Values of header and payload are the same where their numbers or their bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    /// A number, in whatever encoding.
    Number(u64),
    /// Text or other bytes.
    Bytes(SmallVec<[u8; 16]>),
}

impl Id {
    /// Length in bytes of the longest text that names a request; a longer one is content.
    pub const MAX_LEN: usize = 64;

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        (1..=Self::MAX_LEN).contains(&bytes.len()).then(|| Self::Bytes(SmallVec::from_slice(bytes)))
    }

    /// The value of a header field, if it may name a request.
    #[must_use]
    pub fn of_header(value: HeaderValue<'_>) -> Option<Self> {
        match value {
            HeaderValue::Number(number) => Some(Self::Number(number)),
            HeaderValue::Bytes(bytes) => Self::of_bytes(bytes),
        }
    }

    /// The value at a key, if it may name a request.
    #[must_use]
    pub fn of_scalar(value: Scalar<'_>) -> Option<Self> {
        match value {
            Scalar::Number(number) => Some(Self::Number(number)),
            Scalar::Bytes(bytes) => Self::of_bytes(&bytes),
        }
    }

    /// The value of a payload field, if it may name a request.
    #[must_use]
    pub fn of_payload(value: RawValue<'_>) -> Option<Self> {
        match value {
            RawValue::Varint(number) | RawValue::I64(number) => Some(Self::Number(number)),
            RawValue::I32(number) => Some(Self::Number(number.into())),
            RawValue::Bytes(bytes) => Self::of_bytes(bytes),
        }
    }
}

impl Place {
    /// Parses what `match` names: numbers with dots between them are a field path, anything else a header field if it
    /// `is_field`, else the keys of a value.
    ///
    /// # Errors
    /// If it begins like a path and is none.
    pub fn parse(text: &str, is_field: impl Fn(&str) -> bool) -> Result<Self, PathError> {
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            return FieldPath::parse(text).map(Self::Payload);
        }
        let keys = KeyPath::parse(text).filter(|_| !is_field(text));
        Ok(keys.map_or_else(|| Self::Header(text.to_owned()), Self::Key))
    }

    /// The value at the place, if it is there and may name a request. `top` is the top level of `payload`.
    #[must_use]
    pub fn value(&self, header: &[HeaderField<'_>], payload: &[u8], top: &TopLevel) -> Option<Id> {
        match self {
            Self::Header(name) => header::find(header, name).and_then(Id::of_header),
            Self::Payload(path) => top.find(payload, path).and_then(Id::of_payload),
            Self::Key(keys) => keys.find(payload).and_then(Id::of_scalar),
        }
    }

    /// Whether the place is in the header.
    #[must_use]
    pub const fn is_header(&self) -> bool {
        matches!(self, Self::Header(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header field {name}"),
            Self::Payload(path) => write!(f, "field {path}"),
            Self::Key(keys) => write!(f, "key {keys}"),
        }
    }
}

impl Correlation {
    /// Whether a header field is asked for.
    #[must_use]
    pub const fn reads_header(&self) -> bool {
        self.request.is_header() || self.answer.is_header()
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, answer } = self;
        if request == answer { request.fmt(f) } else { write!(f, "{request} of the request, {answer} of the answer") }
    }
}
