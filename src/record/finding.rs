//! What is not as it should be.

use super::ConnectionName;
use crate::units::{Direction, Origin, StreamOffset};

/// Kinds of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A capture file is damaged; everything before the damage was read.
    Capture,
    /// Bytes of a stream were not captured.
    Gap,
    /// A frame of which some bytes were not captured.
    DamagedFrame,
    /// Where a header should be there is none.
    BadHeader,
    /// Bytes that were passed over in search of a header.
    Resync,
    /// A frame that the end of its stream cut off.
    IncompleteFrame,
    /// Packets that could not be read.
    Unread,
    /// Packets that were left out because the filter's expression means nothing for their link type.
    Filter,
    /// Bytes that came after their place had been declared a gap, or from before the start of the stream.
    Late,
    /// A retransmission that differs from the bytes that came first.
    Conflict,
    /// A trailer that does not match its frame.
    Checksum,
    /// A payload that does not fit its type, or is not protobuf.
    Payload,
    /// A layout that fits the traffic of a server port poorly.
    Layout,
    /// Answers of which it could not be told which requests they are for.
    Pairing,
}

impl FindingKind {
    /// Name of the kind in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Gap => "gap",
            Self::DamagedFrame => "damaged-frame",
            Self::BadHeader => "bad-header",
            Self::Resync => "resync",
            Self::IncompleteFrame => "incomplete-frame",
            Self::Unread => "unread-packets",
            Self::Filter => "filter",
            Self::Late => "late",
            Self::Conflict => "conflict",
            Self::Checksum => "checksum",
            Self::Payload => "payload",
            Self::Layout => "layout",
            Self::Pairing => "pairing",
        }
    }
}

/// Something that is not as it should be, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// Kind of the finding.
    pub kind: FindingKind,
    /// What is wrong, in words.
    pub text: String,
    /// Connection that the finding is about, if it is about one.
    pub connection: Option<ConnectionName>,
    /// Direction that the finding is about, if it is about one.
    pub direction: Option<Direction>,
    /// Position in the stream, if the finding has one.
    pub offset: Option<StreamOffset>,
    /// Number of bytes that the finding is about.
    pub len: Option<u64>,
    /// 1-based number of the message that the finding is about.
    pub message: Option<u64>,
    /// The packet that showed what is wrong.
    pub seen: Option<Origin>,
}
