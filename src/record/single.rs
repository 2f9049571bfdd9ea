//! One frame or payload that was given by itself, without a capture around it.

use super::{Payload, TypeSource};
use crate::frame::Checksum;
use crate::header::HeaderField;
use crate::proto::{Schema, TypeId};
use crate::units::Direction;
use std::ops::Range;

/// A frame or a bare payload with its meaning, borrowed for the time of the call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SingleRecord<'a> {
    /// Everything that belongs to it.
    pub bytes: &'a [u8],
    /// Position in the input, in bytes.
    pub offset: usize,
    /// The payload; all bytes of a bare one.
    pub payload: Payload<'a>,
    /// Where the payload starts in `bytes`.
    pub payload_start: usize,
    /// The profile that it was read with.
    pub profile: Option<&'a str>,
    /// How the frame is laid out, in one line; none for a bare payload.
    pub layout: Option<&'a str>,
    /// The fields of its header, in the order of the frame.
    pub header: &'a [HeaderField<'a>],
    /// Length of the frame as its header says, where that is more than there is.
    pub cut_from: Option<usize>,
    /// What its trailer says, if it has one that is checked.
    pub checksum: Option<Checksum>,
    /// What it is called.
    pub label: Option<&'a str>,
    /// Which way such messages go, as far as the profile says.
    pub direction: Option<Direction>,
    /// Full name of its type.
    pub type_name: Option<&'a str>,
    /// How the type was found.
    pub type_source: Option<TypeSource>,
    /// From 0 to 1, where the type was identified.
    pub confidence: Option<f32>,
    /// The type that the profile expects of its answer, and the schema that has it.
    pub answer: Option<(&'a Schema, TypeId)>,
}

impl SingleRecord<'_> {
    /// Where the payload is in `bytes`.
    #[must_use]
    pub fn payload_range(&self) -> Range<usize> {
        self.payload_start..self.payload_start + self.payload.bytes().len()
    }
}
