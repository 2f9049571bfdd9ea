//! A message, as reports see it.

use super::{Answer, ConnectionName, Finding, Payload, TypeSource};
use crate::header::HeaderField;
use crate::units::{Direction, Origin, StreamOffset};

/// A frame with its meaning, borrowed for the time of the call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MessageRecord<'a> {
    /// 1-based, in capture order, over all connections.
    pub number: u64,
    /// The connection.
    pub connection: ConnectionName,
    /// Which way it went.
    pub direction: Direction,
    /// 1-based number of the packet that carried its first byte.
    pub first_packet: u64,
    /// The packet that completed it.
    pub completed: Origin,
    /// Position of its first byte in the stream.
    pub offset: StreamOffset,
    /// The whole frame.
    pub frame: &'a [u8],
    /// The fields of its header, in the order of the frame.
    pub header: &'a [HeaderField<'a>],
    /// Its payload.
    pub payload: Payload<'a>,
    /// The profile that it was read with: its 0-based index among those of the run.
    pub profile: usize,
    /// What it is called.
    pub label: Option<&'a str>,
    /// Full name of its type.
    pub type_name: Option<&'a str>,
    /// How the type was found; none without a type.
    pub type_source: Option<TypeSource>,
    /// From 0 to 1, where the type was identified.
    pub confidence: Option<f32>,
    /// The request that it answers.
    pub answers: Option<Answer>,
    /// What is wrong with it.
    pub findings: &'a [Finding],
}
