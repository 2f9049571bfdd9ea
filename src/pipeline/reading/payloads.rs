//! Payloads are read: into fields, or straight to JSON; or shown to be what they are where they are no protobuf.
//!
//! In: frames with their meaning. Out: a [`Read`], lent until the next one. Invariant: memory for fields and JSON is
//! used again, so that a payload costs no allocation. Not responsible for which payloads are worth reading.

use super::conversations::{Named, shard_of};
use super::ticket::Ticket;
use crate::learning::{Known, Learning, Surveys, Untyped};
use crate::limits::{self, SHARDS};
use crate::payload::PayloadKind;
use crate::pipeline::room;
use crate::proto::json::{self, GivesBytes, Style};
use crate::proto::learned::Printer;
use crate::proto::{Reading, Schema, TypeId};
use crate::record::Payload;
use crate::stream::{ConnectionId, Slot, Slots};
use crate::units::{Both, Direction};

/// Reads one payload after the other.
#[derive(Debug)]
pub(in crate::pipeline) struct Payloads<'s> {
    /// What payloads without a type teach, in shards of which each has its own caps.
    learning: Vec<Learning<'s>>,
    reading: Reading,
    printer: Printer,
    json: Vec<u8>,
    /// Connections whose payloads without a type were protobuf beyond doubt so far, by direction.
    so_far: Slots<Both<bool>>,
}

/// A payload that was read.
pub(super) struct Read<'p> {
    pub(super) payload: Payload<'p>,
    /// What the payload is; none if neither it nor any that is alike holds a byte.
    pub(super) kind: Option<PayloadKind>,
    /// How sure that is, where it was found out.
    pub(super) confidence: Option<f32>,
    /// What the payload should be, and is not.
    pub(super) missed: Option<Missed>,
}

/// What a payload should be, and whether somebody said so or the others are it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missed {
    pub(super) kind: PayloadKind,
    pub(super) is_given: bool,
}

/// What came of a payload on the way to a [`Payload`].
enum Made {
    /// Fields, in `reading`.
    Fields,
    /// JSON of protobuf, in `json`.
    Printed { gives_bytes: GivesBytes },
    /// The payload is of another kind, and stands for itself.
    Other(PayloadKind),
}

impl Missed {
    /// What a payload should be and is not.
    fn of(kind: Option<PayloadKind>, payload: &[u8], is_given: bool) -> Option<Self> {
        kind.filter(|kind| kind.is_missed_by(payload)).map(|kind| Self { kind, is_given })
    }
}

impl<'s> Payloads<'s> {
    pub(in crate::pipeline) fn new(surveys: &'s Surveys) -> Self {
        Self {
            learning: (0..SHARDS).map(|_| Learning::new(surveys)).collect(),
            reading: Reading::default(),
            printer: Printer::default(),
            json: Vec::new(),
            so_far: Slots::default(),
        }
    }

    /// Reads the payload of a frame of the connection in `slot`: as JSON if a `style` is given and the payload allows
    /// it, else as fields. `untyped` is there if the payload has no type, with what it is if that is given.
    pub(super) fn read<'p>(
        &'p mut self,
        named: &Named<'p>,
        untyped: Option<(&Untyped<'_>, Option<PayloadKind>)>,
        (slot, ticket): (Slot, Ticket),
        style: Option<Style>,
    ) -> Read<'p> {
        self.json.clear();
        if style.is_some() {
            room::make(&mut self.json, 2 * named.payload.len());
        }
        let (made, kind, confidence) = match (named.typed(), untyped) {
            (None, Some((untyped, given))) => self.untyped(untyped, given, (slot, ticket), style),
            (typed, _) => (self.typed(named.payload, typed, style), Some(PayloadKind::Protobuf), None),
        };
        let payload = named.payload;
        let is_given = untyped.is_some_and(|(_, given)| given.is_some());
        let missed = Missed::of(kind, payload, is_given);
        let (payload, kind) = match made {
            Made::Printed { gives_bytes } => (Payload::Printed { bytes: payload, json: &self.json, gives_bytes }, kind),
            Made::Fields => (Payload::Protobuf(self.reading.of(payload, named.profile.schema.as_deref())), kind),
            Made::Other(kind) => {
                let kind = if missed.is_some() { PayloadKind::Opaque } else { kind };
                (Payload::of_kind(kind, payload), Some(kind))
            }
        };
        if let Some((untyped, _)) = untyped {
            note(&mut self.so_far, (slot, untyped), (kind, confidence, missed));
        }
        Read { payload, kind, confidence, missed }
    }

    /// Finds out what a payload without a type is that reads as protobuf and that nobody is shown.
    pub(super) fn judge<'p>(
        &mut self,
        named: &Named<'p>,
        untyped: &Untyped<'_>,
        (slot, ticket): (Slot, Ticket),
    ) -> Read<'p> {
        let known = self.learning.get_mut(shard_of(slot)).map(|learning| {
            let Known { kind, confidence, .. } = learning.known(untyped, ticket.surveyed, false);
            (kind, confidence)
        });
        let (kind, confidence) = known.unwrap_or_default();
        let payload = named.payload;
        let missed = Missed::of(kind, payload, false);
        note(&mut self.so_far, (slot, untyped), (kind, confidence, missed));
        let kind = if missed.is_some() { Some(PayloadKind::Opaque) } else { kind };
        Read { payload: Payload::Opaque(payload), kind, confidence, missed }
    }

    /// Gives back what was made room for, for payloads beyond the usual.
    pub(super) fn give_back_room(&mut self) {
        let Self { reading, printer, json, .. } = self;
        room::give_back(json);
        reading.shrink_to(limits::KEPT_BATCH_BYTES);
        printer.shrink_to(limits::KEPT_BATCH_BYTES);
    }

    /// Whether the payloads without a type that went this way on the connection in `slot` were protobuf beyond doubt.
    pub(super) fn were_protobuf(&self, slot: Slot, direction: Direction) -> bool {
        self.so_far.at(slot).is_some_and(|so_far| *so_far.of(direction))
    }

    /// Learns from a payload that nobody reads.
    pub(super) fn learn(&mut self, untyped: &Untyped<'_>, given: Option<PayloadKind>, (slot, ticket): (Slot, Ticket)) {
        if given.is_some_and(|kind| kind != PayloadKind::Protobuf) {
            return;
        }
        if let Some(learning) = self.learning.get_mut(shard_of(slot)) {
            learning.known(untyped, ticket.surveyed, true);
        }
    }

    /// Reads a payload by what others of its kind have taught, and learns from it.
    fn untyped(
        &mut self,
        untyped: &Untyped<'_>,
        given: Option<PayloadKind>,
        (slot, ticket): (Slot, Ticket),
        style: Option<Style>,
    ) -> (Made, Option<PayloadKind>, Option<f32>) {
        let Self { learning, reading, printer, json, .. } = self;
        if let Some(kind) = given.filter(|kind| *kind != PayloadKind::Protobuf) {
            return (Made::Other(kind), given, None);
        }
        let Some(learning) = learning.get_mut(shard_of(slot)) else { return (Made::Fields, given, None) };
        let Known { paths, kind, confidence } = learning.known(untyped, ticket.surveyed, true);
        let (kind, confidence) = given.map_or((kind, confidence), |given| (Some(given), None));
        if let Some(other) = kind.filter(|kind| *kind != PayloadKind::Protobuf) {
            return (Made::Other(other), kind, confidence);
        }
        let is_printed = style.is_some() && printer.print(untyped.payload, &paths, json);
        if !is_printed {
            reading.read_learned(untyped.payload, &paths);
        }
        let made = if is_printed { Made::Printed { gives_bytes: printer.gives_bytes() } } else { Made::Fields };
        (made, kind, confidence)
    }

    /// Reads a payload by its type.
    fn typed(&mut self, payload: &[u8], typed: Option<(&Schema, TypeId)>, style: Option<Style>) -> Made {
        let Self { reading, json, .. } = self;
        let print = |(style, typed)| json::print_typed(payload, typed, style, reading, json);
        if style.zip(typed).is_some_and(print) {
            return Made::Printed { gives_bytes: GivesBytes::ALL };
        }
        reading.read(payload, typed);
        Made::Fields
    }

    /// Forgets a connection of which no more messages come.
    pub(in crate::pipeline) fn end(&mut self, slot: Slot, id: ConnectionId) {
        self.so_far.clear(slot);
        if let Some(learning) = self.learning.get_mut(shard_of(slot)) {
            learning.end(id);
        }
    }
}

/// Takes note of what a payload without a type is; an empty one says nothing.
fn note(
    so_far: &mut Slots<Both<bool>>,
    (slot, untyped): (Slot, &Untyped<'_>),
    (kind, confidence, missed): (Option<PayloadKind>, Option<f32>, Option<Missed>),
) {
    const SURE: f32 = 0.99;
    if !untyped.payload.is_empty() {
        let is_sure = missed.is_none() && confidence.is_none_or(|confidence| confidence >= SURE);
        let so_far = so_far.at_or_insert_with(slot, || Both::from_fn(|_| false));
        *so_far.of_mut(untyped.direction) = is_sure && kind == Some(PayloadKind::Protobuf);
    }
}
