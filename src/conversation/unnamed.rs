//! A frame before it has a meaning, with all that is asked about it.

use super::pairing::Sent;
use crate::header::HeaderField;
use crate::learning::{Guess, Studied};
use crate::proto::TopLevel;
use crate::units::{Direction, Origin, StreamOffset};

/// A frame whose label and type are not known yet.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed<'a> {
    /// 1-based number of the frame's message.
    pub number: u64,
    /// Direction in which the frame went.
    pub direction: Direction,
    /// Position of the frame's first byte in its direction.
    pub offset: StreamOffset,
    /// Length of the frame in bytes.
    pub len: u64,
    /// Position of the first frame of the direction, if that was captured from its first byte.
    pub start: Option<StreamOffset>,
    /// The packet that completed the frame.
    pub at: Origin,
    /// Header fields of the frame; may be empty where [nobody asks for them](super::Manner::reads_header).
    pub header: &'a [HeaderField<'a>],
    /// Payload of the frame.
    pub payload: &'a [u8],
    /// Top level of the payload.
    pub top: &'a TopLevel,
    /// Type of payloads of this kind, as [`Guesses`](crate::learning::Guesses) say.
    pub guess: Option<Guess>,
    /// What is known of the values of the connection's server port.
    pub studied: Option<&'a Studied>,
}

impl Unnamed<'_> {
    /// Whether messages that go this way may be requests by what was found, whatever rules say.
    pub(super) fn may_ask(&self) -> bool {
        self.studied.is_some_and(|studied| studied.found_for(self.direction).is_some())
    }

    pub(super) fn sent(&self) -> Sent {
        Sent { start: self.offset.0, end: self.offset.0 + self.len, at: self.at }
    }
}
