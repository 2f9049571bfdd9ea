//! What goes to a worker, and what comes back.

use crate::pipeline::event::{Event, What};
use crate::pipeline::reading::{Omission, Ticket};
use crate::pipeline::room;
use crate::record::{ConnectionRecord, Finding, GapRecord};
use std::borrow::Cow;
use std::ops::Range;

/// Events of connections of one worker, in order, with the bytes of their frames.
#[derive(Debug, Default)]
pub(super) struct Batch {
    parcels: Vec<Parcel>,
    bytes: Vec<u8>,
}

/// An event whose bytes are in the batch.
#[derive(Debug)]
struct Parcel {
    event: Event<'static>,
    bytes: Range<usize>,
    ticket: Ticket,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.parcels.is_empty()
    }

    /// Puts an event in; returns how many bytes of a frame it has.
    pub(super) fn push(&mut self, mut event: Event<'_>, ticket: Ticket) -> usize {
        let start = self.bytes.len();
        if let What::Frame(frame) = &mut event.what {
            room::make(&mut self.bytes, frame.bytes.len());
            self.bytes.extend_from_slice(&frame.bytes);
            frame.bytes = Cow::Borrowed(&[]);
        }
        let bytes = start..self.bytes.len();
        let len = bytes.len();
        self.parcels.push(Parcel { event: event.into_owned(), bytes, ticket });
        len
    }

    /// Takes everything out, in order.
    pub(super) fn unpack(&mut self, mut take: impl FnMut(Event<'_>, Ticket)) {
        for Parcel { event, bytes, ticket } in self.parcels.drain(..) {
            let mut event: Event<'_> = event;
            if let What::Frame(frame) = &mut event.what {
                frame.bytes = Cow::Borrowed(self.bytes.get(bytes).unwrap_or_default());
            }
            take(event, ticket);
        }
        room::give_back(&mut self.bytes);
    }
}

/// What became of an event.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing came of the event: it is not asked for, or as it should be.
    Nothing,
    /// The event is counted among those that were left out.
    LeftOut(Omission),
    /// A message came of the event: its range in [`Outcomes::bytes`], and what is wrong with it.
    Message(Range<usize>, Vec<Finding>),
    Gap(Box<GapRecord>),
    Finding(Box<Finding>),
    Closed(Box<ConnectionRecord>),
}

/// What became of a batch: one outcome for each event, in order.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    pub events: Vec<Outcome>,
    pub bytes: Vec<u8>,
    /// The batch, empty, to be used again.
    pub batch: Batch,
}

impl Outcomes {
    /// Prepares for what a payload of `len` bytes becomes in a report: as hex, twice as much.
    pub(super) fn expect(&mut self, len: usize) {
        room::make(&mut self.bytes, 2 * len);
    }

    /// Makes room for others, and gives the batch back that they came of.
    pub(super) fn clear(&mut self) -> Batch {
        self.events.clear();
        room::give_back(&mut self.bytes);
        std::mem::take(&mut self.batch)
    }
}
