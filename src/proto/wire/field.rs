//! A field as it stands on the wire, or why there is none.
//!
//! Invariant: positions are bytes from the start of the payload, 32 bits wide.

use crate::proto::ProblemKind;

/// How a field is encoded (protobuf encoding, "Message Structure").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WireType {
    /// Wire type 0: a base-128 integer.
    Varint,
    /// Wire type 1: eight bytes, little-endian.
    I64,
    /// Wire type 2: a length, then that many bytes.
    Len,
    /// Wire type 3: start of a group.
    StartGroup,
    /// Wire type 4: end of a group.
    EndGroup,
    /// Wire type 5: four bytes, little-endian.
    I32,
}

impl WireType {
    /// Whether a field of this wire type is the start or the end of a group.
    #[must_use]
    pub const fn is_group(self) -> bool {
        matches!(self, Self::StartGroup | Self::EndGroup)
    }
}

/// Largest field number, 2^29 - 1.
pub const MAX_NUMBER: u32 = (1 << 29) - 1;

/// One field as it stands on the wire. Positions are bytes from the start of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawField {
    /// Field number, 1 to [`MAX_NUMBER`].
    pub number: u32,
    /// How the value is encoded; the tags of groups are fields without a value.
    pub wire_type: WireType,
    /// Whether the tag, the length or the value is a varint with more bytes than it needs.
    pub overlong: bool,
    /// Where the tag starts.
    pub start: u32,
    /// Where the value starts: after the tag and, for [`WireType::Len`], the length.
    pub value_start: u32,
    /// Where the value and the field end.
    pub value_end: u32,
    /// Value of a varint, or of a fixed-width field as little-endian integer; 0 for the others.
    pub value: u64,
}

/// Why no field could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// 0-based position in the payload of the fault: the first byte of the varint or value that is wrong.
    pub offset: u32,
    /// Kind of the fault: [`ProblemKind::BadVarint`], [`ProblemKind::BadTag`] or [`ProblemKind::Truncated`]; from
    /// messages and groups also [`ProblemKind::BadGroup`], [`ProblemKind::TooDeep`] and [`ProblemKind::TooManyFields`].
    pub kind: ProblemKind,
}

/// A position in a payload; a cursor lets none past 32 bits.
#[inline]
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
