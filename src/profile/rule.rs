//! A rule: which frames it is for, and what it calls them.

use crate::header::{self, HeaderField, HeaderValue};
use crate::payload::PayloadKind;
use crate::proto::learned::Given;
use crate::proto::path::{FieldPath, RawValue};
use crate::proto::{TopLevel, TypeId};
use crate::units::Direction;
use std::sync::Arc;

/// Types that the user gives to fields.
pub type Readings = Vec<(FieldPath, Given)>;

/// Names the frames that meet all of its conditions.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Label of the frames that the rule matches.
    pub label: Arc<str>,
    /// Direction of the frames; none means both.
    pub direction: Option<Direction>,
    /// Labels of requests (`*`: any), one of which the frames must answer; empty means any frame.
    pub answers: Vec<Arc<str>>,
    /// 0-based index in [`Profile::correlations`](super::Profile::correlations) of what the frames have in common with
    /// the requests that they answer.
    pub correlation: Option<usize>,
    /// What header fields must hold, by name.
    pub header: Vec<(String, Condition)>,
    /// What payload fields must hold, by path.
    pub fields: Vec<(FieldPath, Condition)>,
    /// Message type of the frames.
    pub message: Option<TypeId>,
    /// What the payloads are, for frames without a message type; none where that is found out.
    pub payload: Option<PayloadKind>,
    /// Types of payload fields, for frames without a message type.
    pub readings: Readings,
}

/// What a field must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The field holds exactly this text.
    Text(String),
    /// The field holds exactly this number; a negative one is compared as two's complement.
    Number(u64),
    /// One of several conditions holds.
    OneOf(Vec<Condition>),
    /// `true`: the field is there, `false`: it is not.
    Present(bool),
}

impl Condition {
    fn accepts_bytes(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Text(text) => text.as_bytes() == bytes,
            Self::Number(_) => false,
            Self::OneOf(several) => several.iter().any(|one| one.accepts_bytes(bytes)),
            Self::Present(present) => *present,
        }
    }

    fn accepts_number(&self, number: u64) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Number(wanted) => *wanted == number,
            Self::OneOf(several) => several.iter().any(|one| one.accepts_number(number)),
            Self::Present(present) => *present,
        }
    }

    const fn accepts_absence(&self) -> bool {
        matches!(self, Self::Present(false))
    }

    fn accepts_payload(&self, value: Option<RawValue<'_>>) -> bool {
        match value {
            None => self.accepts_absence(),
            Some(RawValue::Bytes(bytes)) => self.accepts_bytes(bytes),
            Some(RawValue::Varint(number) | RawValue::I64(number)) => self.accepts_number(number),
            Some(RawValue::I32(number)) => self.accepts_number(u64::from(number)),
        }
    }

    fn accepts_header(&self, value: Option<HeaderValue<'_>>) -> bool {
        match value {
            None => self.accepts_absence(),
            Some(HeaderValue::Bytes(bytes)) => self.accepts_bytes(bytes),
            Some(HeaderValue::Number(number)) => self.accepts_number(number),
        }
    }
}

impl Rule {
    /// Whether all conditions of the rule but the pairing hold for a frame: direction, header and payload fields. `top`
    /// is the top level of `payload`; `header` may be empty for rules that [say nothing of it](Rule::reads_header).
    #[inline]
    #[must_use]
    pub fn matches(&self, direction: Direction, header: &[HeaderField<'_>], payload: &[u8], top: &TopLevel) -> bool {
        self.direction.is_none_or(|wanted| wanted == direction)
            && self.header.iter().all(|(name, condition)| condition.accepts_header(header::find(header, name)))
            && self.fields.iter().all(|(path, condition)| condition.accepts_payload(top.find(payload, path)))
    }

    /// Whether the payload alone shows that the rule is meant: the rule has conditions, none on the header, and all
    /// hold.
    #[must_use]
    pub fn matches_payload(&self, payload: &[u8]) -> bool {
        let holds = |(path, condition): &(FieldPath, Condition)| condition.accepts_payload(path.find(payload));
        self.header.is_empty() && !self.fields.is_empty() && self.fields.iter().all(holds)
    }

    /// Whether the rule is for answers to requests labelled `label`.
    #[must_use]
    pub fn answers(&self, label: &str) -> bool {
        self.answers.iter().any(|wanted| &**wanted == label || &**wanted == "*")
    }

    /// Whether the rule is for answers to any request, whatever its label.
    #[must_use]
    pub fn answers_all(&self) -> bool {
        self.answers.iter().any(|wanted| &**wanted == "*")
    }

    /// Whether the rule has conditions on header fields.
    #[must_use]
    pub fn reads_header(&self) -> bool {
        !self.header.is_empty()
    }

    /// Whether the rule is for answers at all.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        !self.answers.is_empty()
    }
}
