//! What does not fit in a payload, and how that is said.

use std::fmt;

/// What does not fit in a payload. The rest of it was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 0-based position in the payload at which the problem was met.
    pub offset: usize,
    /// Field path from the payload down: `2.3.1`; empty for the payload itself.
    pub path: String,
    /// Field path in the names of the schema, numbers where it has none: `body.client.1001`; empty where no name is
    /// known.
    pub names: String,
    /// Kind of the problem.
    pub kind: ProblemKind,
}

/// Writes `field 2.3.1 (body.client.id): the value runs past the end of its message`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "field {}", self.path)?;
            if !self.names.is_empty() {
                write!(f, " ({})", self.names)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.kind.as_str())
    }
}

/// Kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A varint longer than ten bytes or larger than 64 bits.
    BadVarint,
    /// A varint that uses more bytes than it needs.
    OverlongVarint,
    /// Field number 0 or above 2^29-1, or wire type 6 or 7.
    BadTag,
    /// A value that runs past the end of its message.
    Truncated,
    /// An end-group tag without its start, or a group that does not end.
    BadGroup,
    /// Messages or groups nested deeper than [`crate::limits::DEPTH`].
    TooDeep,
    /// More fields than [`crate::limits::FIELDS`].
    TooManyFields,
    /// The wire type is not the one of the declared type.
    WrongWireType,
    /// A `string` that is not UTF-8.
    BadUtf8,
    /// A value outside the range of its declared type.
    OutOfRange,
    /// A number that a closed enum does not have.
    UnknownEnumValue,
    /// A required field (proto2) that is not there.
    MissingRequired,
    /// Without a schema: a value that is not of the type that the user gave its field.
    NotAsGiven,
}

impl ProblemKind {
    /// The kind of the problem in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadVarint => "a varint of more than 64 bits",
            Self::OverlongVarint => "a varint with more bytes than it needs",
            Self::BadTag => "no valid field number or wire type: this is not protobuf, or not from here on",
            Self::Truncated => "the value runs past the end of its message",
            Self::BadGroup => "a group that does not end, or ends without a start",
            Self::TooDeep => "nested deeper than is followed",
            Self::TooManyFields => "more fields than are read",
            Self::WrongWireType => "encoded in another way than its type declares",
            Self::BadUtf8 => "a string that is not UTF-8",
            Self::OutOfRange => "a value outside the range of its type",
            Self::UnknownEnumValue => "a number that its enum does not have",
            Self::MissingRequired => "a required field is missing",
            Self::NotAsGiven => "does not read as the type given to its field, and is read by its bytes alone",
        }
    }
}
