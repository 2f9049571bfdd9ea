//! A message as something to compare with others.

use crate::header::HeaderField;
use crate::stream::ConnectionId;
use crate::units::{Acked, Direction, StreamOffset};

/// One message of which the values are compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// Connection of the message.
    pub id: ConnectionId,
    /// Direction in which the message went.
    pub direction: Direction,
    /// Position of the frame's first byte in its direction.
    pub start: StreamOffset,
    /// Position behind the frame in its direction.
    pub end: StreamOffset,
    /// 1-based number of the packet that completed the message.
    pub packet: u64,
    /// What the sender had of the other direction.
    pub acked: Acked,
    /// Whether the message may be a request, as far as rules say.
    pub may_ask: bool,
    /// Whether the message may be an answer, as far as rules say.
    pub may_answer: bool,
    /// Label of the message, if that depends on nothing but the message.
    pub label: Option<&'a str>,
    /// Header fields of the frame.
    pub header: &'a [HeaderField<'a>],
    /// Payload of the frame.
    pub payload: &'a [u8],
}
