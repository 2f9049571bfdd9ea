//! A message, as reports see it.

use super::{Answer, ConnectionName, Finding, Payload, TypeSource};
use crate::header::HeaderField;
use crate::payload::PayloadKind;
use crate::units::{Direction, Origin, StreamOffset};

/// A frame with its meaning, borrowed for the time of the call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MessageRecord<'a> {
    /// Number of the message, 1-based in capture order over all connections.
    pub number: u64,
    /// Connection of the message.
    pub connection: ConnectionName,
    /// Direction in which the message went.
    pub direction: Direction,
    /// 1-based number of the packet that carried the frame's first byte.
    pub first_packet: u64,
    /// The packet that completed the frame.
    pub completed: Origin,
    /// Position of the frame's first byte in its direction.
    pub offset: StreamOffset,
    /// Bytes of the whole frame.
    pub frame: &'a [u8],
    /// Header fields of the frame, in its order.
    pub header: &'a [HeaderField<'a>],
    /// Payload of the frame, and what was made of it.
    pub payload: Payload<'a>,
    /// What the payload is; none if neither it nor any that is alike holds a byte.
    pub payload_kind: Option<PayloadKind>,
    /// How sure the kind is, from 0.5 to 1, where it was found out.
    pub payload_confidence: Option<f32>,
    /// 0-based index of the profile that the message was read with, among those of the run.
    pub profile: usize,
    /// Label of the message, if a rule gives it one.
    pub label: Option<&'a str>,
    /// Full name of the message type, if it is known.
    pub type_name: Option<&'a str>,
    /// How the type was found; none without a type.
    pub type_source: Option<TypeSource>,
    /// How sure the type is, from 0 to 1, where it was identified.
    pub confidence: Option<f32>,
    /// The request that the message answers.
    pub answers: Option<Answer>,
    /// Whether the message answers a request, and it cannot be told which.
    pub is_doubtful: bool,
    /// What is wrong with the message.
    pub findings: &'a [Finding],
}
