//! One frame or payload that was given by itself, without a capture around it.

use super::{Payload, TypeSource};
use crate::frame::Checksum;
use crate::header::HeaderField;
use crate::payload::PayloadKind;
use crate::proto::{Schema, TypeId};
use crate::units::Direction;
use std::ops::Range;

/// A frame or a bare payload with its meaning, borrowed for the time of the call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SingleRecord<'a> {
    /// All bytes of the frame or bare payload.
    pub bytes: &'a [u8],
    /// Position of the first byte in the input, 0-based.
    pub offset: usize,
    /// The payload; of a bare one all bytes.
    pub payload: Payload<'a>,
    /// What the payload is said to be, where it is not.
    pub missed: Option<PayloadKind>,
    /// 0-based position in `bytes` at which the payload starts.
    pub payload_start: usize,
    /// Name of the profile that the bytes were read with.
    pub profile: Option<&'a str>,
    /// How the frame is laid out, in one line; none for a bare payload.
    pub layout: Option<&'a str>,
    /// Header fields of the frame, in its order.
    pub header: &'a [HeaderField<'a>],
    /// Length of the frame as its header says, where that is more than there is.
    pub cut_from: Option<usize>,
    /// Checksum of the frame, if its layout has one.
    pub checksum: Option<Checksum>,
    /// Label of the message, if a rule gives it one.
    pub label: Option<&'a str>,
    /// Direction in which such messages go, as far as the profile says.
    pub direction: Option<Direction>,
    /// Full name of the message type, if it is known.
    pub type_name: Option<&'a str>,
    /// How the type was found.
    pub type_source: Option<TypeSource>,
    /// How sure the type is, from 0 to 1, where it was identified.
    pub confidence: Option<f32>,
    /// The type that the profile expects of its answer, and the schema that has it.
    pub answer: Option<(&'a Schema, TypeId)>,
}

impl SingleRecord<'_> {
    /// Range of the payload in `bytes`.
    #[must_use]
    pub fn payload_range(&self) -> Range<usize> {
        self.payload_start..self.payload_start + self.payload.bytes().len()
    }
}
