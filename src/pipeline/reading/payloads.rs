//! Payloads are read: into fields, or straight to JSON.
//!
//! In: frames with their meaning. Out: a [`Payload`], lent until the next one. Invariant: memory for fields and JSON is
//! used again, so that a payload costs no allocation. Not responsible for which payloads are worth reading.

use super::conversations::{Named, shard_of};
use super::ticket::Ticket;
use crate::learning::{Learning, Surveys, Untyped};
use crate::limits::SHARDS;
use crate::proto::json::{self, Style};
use crate::proto::learned::Printer;
use crate::proto::{Reading, Schema, TypeId};
use crate::record::Payload;
use crate::stream::{ConnectionId, Slot};

/// Reads one payload after the other.
#[derive(Debug)]
pub(in crate::pipeline) struct Payloads<'s> {
    /// What payloads without a type teach, in shards of which each has its own caps.
    learning: Vec<Learning<'s>>,
    reading: Reading,
    printer: Printer,
    json: Vec<u8>,
}

impl<'s> Payloads<'s> {
    pub(in crate::pipeline) fn new(surveys: &'s Surveys) -> Self {
        Self {
            learning: (0..SHARDS).map(|_| Learning::new(surveys)).collect(),
            reading: Reading::default(),
            printer: Printer::default(),
            json: Vec::new(),
        }
    }

    /// Reads the payload of a frame of the connection in `slot`: as JSON if a `style` is given and the payload allows
    /// it, else as fields. `untyped` is there if the payload has no type.
    pub(in crate::pipeline) fn read<'p>(
        &'p mut self,
        named: &Named<'p>,
        untyped: Option<&Untyped<'_>>,
        (slot, ticket): (Slot, Ticket),
        style: Option<Style>,
    ) -> Payload<'p> {
        self.json.clear();
        let is_printed = match (named.typed(), untyped) {
            (None, Some(untyped)) => self.untyped(untyped, (slot, ticket), style),
            (typed, _) => self.typed(named.payload, typed, style),
        };
        if is_printed {
            Payload::Printed { bytes: named.payload, json: &self.json }
        } else {
            Payload::Protobuf(self.reading.of(named.payload, named.profile.schema.as_deref()))
        }
    }

    /// Learns from a payload that nobody reads.
    pub(in crate::pipeline) fn learn(&mut self, untyped: &Untyped<'_>, (slot, ticket): (Slot, Ticket)) {
        if let Some(learning) = self.learning.get_mut(shard_of(slot)) {
            learning.paths(untyped, ticket.surveyed);
        }
    }

    /// Reads a payload by what others of its kind have taught, and learns from it; returns whether it was printed.
    fn untyped(&mut self, untyped: &Untyped<'_>, (slot, ticket): (Slot, Ticket), style: Option<Style>) -> bool {
        let Self { learning, reading, printer, json } = self;
        let Some(learning) = learning.get_mut(shard_of(slot)) else { return false };
        let paths = learning.paths(untyped, ticket.surveyed);
        let is_printed = style.is_some() && printer.print(untyped.payload, &paths, json);
        if !is_printed {
            reading.read_learned(untyped.payload, &paths);
        }
        is_printed
    }

    /// Reads a payload by its type; returns whether it was printed.
    fn typed(&mut self, payload: &[u8], typed: Option<(&Schema, TypeId)>, style: Option<Style>) -> bool {
        let Self { reading, json, .. } = self;
        let print = |(style, typed)| json::print_typed(payload, typed, style, reading, json);
        let is_printed = style.zip(typed).is_some_and(print);
        if !is_printed {
            reading.read(payload, typed);
        }
        is_printed
    }

    /// Forgets a connection of which no more messages come.
    pub(in crate::pipeline) fn end(&mut self, slot: Slot, id: ConnectionId) {
        if let Some(learning) = self.learning.get_mut(shard_of(slot)) {
            learning.end(id);
        }
    }
}
