//! One frame or payload that was given by itself, without a capture around it.

use super::{Layout, TypeSource};
use crate::frame::Checksum;
use crate::proto::{Decoded, Reading, Schema, TypeId};
use crate::units::Direction;
use std::ops::Range;

/// A frame or a bare payload with its meaning, borrowed for the time of the call.
#[derive(Clone, Debug)]
pub struct SingleRecord<'a> {
    /// Everything that belongs to it.
    pub bytes: &'a [u8],
    /// Position in the input, in bytes.
    pub offset: usize,
    /// Where the payload is in `bytes`; all of them for a bare payload.
    pub payload: Range<usize>,
    /// The profile that it was read with.
    pub profile: Option<&'a str>,
    /// How the frame is laid out; none for a bare payload.
    pub layout: Option<&'a Layout>,
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
    /// The payload's fields.
    pub reading: &'a Reading,
    /// The schema that names them.
    pub schema: Option<&'a Schema>,
    /// The type that the profile expects of its answer.
    pub answer: Option<TypeId>,
}

impl<'a> SingleRecord<'a> {
    /// The payload.
    #[must_use]
    pub fn payload_bytes(&self) -> &'a [u8] {
        self.bytes.get(self.payload.clone()).unwrap_or_default()
    }

    /// The payload with what was read of it.
    #[must_use]
    pub fn decoded(&self) -> Decoded<'a> {
        self.reading.of(self.payload_bytes(), self.schema)
    }
}
