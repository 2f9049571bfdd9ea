//! What happens on a connection, between framing and naming: borrowed where it goes out at once, owned where it waits.

use crate::frame::layout::Layout;
use crate::frame::{Checksum, Skipped};
use crate::header::HeaderFields;
use crate::record::{ConnectionName, ConnectionRecord};
use crate::stream::{Connection, ConnectionId, Slot};
use crate::units::{Direction, Gap, Origin, StreamOffset, allocated};
use std::borrow::Cow;
use std::ops::Range;

/// One direction of a connection that is followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct DirectionId {
    pub id: ConnectionId,
    pub slot: Slot,
    pub connection: ConnectionName,
    pub direction: Direction,
    /// Whether the direction was captured from its first byte.
    pub from_start: bool,
}

impl DirectionId {
    pub(super) fn new(connection: &Connection, direction: Direction) -> Self {
        let from_start = connection.has_syn(direction);
        Self { id: connection.id, slot: connection.slot, connection: connection.into(), direction, from_start }
    }
}

/// Something that happened on a connection.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub id: ConnectionId,
    /// Slot of the event's connection until that is closed, which is the last event with it.
    pub slot: Slot,
    pub connection: ConnectionName,
    pub direction: Direction,
    /// The packet at which the event happened; decides its place in the output.
    pub at: Origin,
    pub what: What<'a>,
}

#[derive(Debug)]
pub(super) enum What<'a> {
    Frame(FrameEvent<'a>),
    Bytes(BytesEvent<'a>),
    Skipped(Skipped),
    Gap(Gap),
    Conflict(StreamOffset),
    /// The connection was closed; its messages and phases are not known yet.
    Closed(Box<ConnectionRecord>),
}

/// Ordered bytes, where the report wants them.
#[derive(Debug)]
pub(super) struct BytesEvent<'a> {
    pub offset: StreamOffset,
    pub bytes: Cow<'a, [u8]>,
    /// 1-based number of the packet that carried the bytes.
    pub packet: u64,
    pub available: Origin,
}

#[derive(Debug)]
pub(super) struct FrameEvent<'a> {
    /// 0-based index of the profile among the candidates.
    pub profile: usize,
    pub offset: StreamOffset,
    pub bytes: Cow<'a, [u8]>,
    pub payload: Range<usize>,
    pub first_packet: u64,
    /// Whether the frame's direction was captured from its first byte.
    pub from_start: bool,
    pub checksum: Option<Checksum>,
}

impl FrameEvent<'_> {
    /// Puts the fields of the frame's header into `header`, unless they are there already.
    pub(super) fn fill<'a>(
        &'a self,
        (header, spare): (&mut HeaderFields<'a>, &mut HeaderFields<'static>),
        layout: &'a Layout,
    ) {
        header.fill(spare, layout.fields(&self.bytes));
    }
}

impl Event<'_> {
    /// Payload of the frame, if the event is one.
    pub(super) fn payload(&self) -> Option<&[u8]> {
        let What::Frame(frame) = &self.what else { return None };
        frame.bytes.get(frame.payload.clone())
    }

    /// A copy of the event that does not borrow from the packet.
    pub(super) fn into_owned(self) -> Event<'static> {
        let Self { id, slot, connection, direction, at, what } = self;
        let what = match what {
            What::Frame(frame) => What::Frame(FrameEvent { bytes: Cow::Owned(frame.bytes.into_owned()), ..frame }),
            What::Bytes(bytes) => What::Bytes(BytesEvent { bytes: Cow::Owned(bytes.bytes.into_owned()), ..bytes }),
            What::Skipped(skipped) => What::Skipped(skipped),
            What::Gap(gap) => What::Gap(gap),
            What::Conflict(offset) => What::Conflict(offset),
            What::Closed(record) => What::Closed(record),
        };
        Event { id, slot, connection, direction, at, what }
    }

    /// Memory that the event takes while it waits, in bytes, in a list that may have as much room again.
    pub(super) fn held_len(&self) -> usize {
        let own = match &self.what {
            What::Frame(frame) => frame.bytes.len(),
            What::Bytes(bytes) => bytes.bytes.len(),
            What::Closed(_) => size_of::<ConnectionRecord>(),
            What::Skipped(_) | What::Gap(_) | What::Conflict(_) => 0,
        };
        allocated(own) + 2 * size_of::<Self>()
    }
}
