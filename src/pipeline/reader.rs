//! Events become records: frames are named and their payloads read.
//!
//! In: the events of some connections, each connection's in order. Out: what they are, to a [`Tell`]; exactly one call for
//! each event that is to be told. Invariant: what is told of an event depends on its ticket and on the events before it in
//! its shard, and on nothing else. Not responsible for the order of connections, or for counting but [`Statistics`].

use super::conversations::{Conversations, Named, shard_of};
use super::event::{Event, FrameEvent, What};
use super::setup::Setup;
use super::tell;
use super::ticket::Ticket;
use crate::conversation::{Observation, Statistics, TypeKeyRef, TypeSource};
use crate::learning::{Learning, Surveys};
use crate::limits::SHARDS;
use crate::proto::json::Style;
use crate::proto::learned::Printer;
use crate::proto::{self, Reading, TopLevel};
use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord};
use crate::stream::Slot;

/// Receives what the events are.
pub(super) trait Tell {
    /// Whether messages without a finding are wanted.
    fn wants_messages(&self) -> bool;
    /// The style of JSON that does as well as a reading, if any does.
    fn json_style(&self) -> Option<Style>;
    /// Whether no message counts any more.
    fn is_over(&self) -> bool {
        false
    }
    /// A message that the filter accepts. Its payload was read if messages are wanted, or if it has a finding.
    fn message(&mut self, message: &MessageRecord<'_>);
    fn bytes(&mut self, bytes: &BytesRecord<'_>);
    fn gap(&mut self, gap: GapRecord);
    fn finding(&mut self, finding: Finding);
    fn closed(&mut self, connection: Box<ConnectionRecord>);
}

/// Reads the events of some connections.
#[derive(Debug)]
pub(super) struct Reader<'s> {
    setup: &'s Setup,
    conversations: Conversations,
    /// What payloads without a type teach, in shards that share caps, and nothing with others.
    learning: Vec<Learning<'s>>,
    /// Whether the schema of each candidate has `Any`, whose content has problems of its own.
    has_any: Vec<bool>,
    /// Whether the user says of fields of each what types they have.
    has_readings: Vec<bool>,
    reading: Reading,
    printer: Printer,
    json: Vec<u8>,
    findings: Vec<Finding>,
    pub statistics: Statistics,
}

impl<'s> Reader<'s> {
    pub(super) fn new(setup: &'s Setup, surveys: &'s Surveys) -> Self {
        Self {
            setup,
            conversations: Conversations::with_room(setup.caps.request_bytes()),
            learning: (0..SHARDS).map(|_| Learning::new(surveys)).collect(),
            has_any: setup
                .candidates
                .iter()
                .map(|candidate| candidate.profile.schema.as_ref().is_some_and(|schema| schema.has_any()))
                .collect(),
            has_readings: setup.candidates.iter().map(|candidate| candidate.profile.has_readings()).collect(),
            reading: Reading::default(),
            printer: Printer::default(),
            json: Vec::new(),
            findings: Vec::new(),
            statistics: Statistics::default(),
        }
    }

    /// Events may come of the connection in `slot`.
    pub(super) fn at_hand(&self, slot: Slot) {
        self.conversations.fetch(slot);
    }

    /// Takes an event with its ticket; `top` is the top level of its payload.
    pub(super) fn push(&mut self, event: Event<'_>, ticket: Ticket, top: &TopLevel, teller: &mut impl Tell) {
        match event.what {
            What::Frame(ref frame) => self.frame(&event, frame, ticket, top, teller),
            What::Bytes(ref bytes) => teller.bytes(&BytesRecord {
                connection: event.connection,
                direction: event.direction,
                offset: bytes.offset,
                bytes: &bytes.bytes,
                packet: bytes.packet,
                available: bytes.available,
            }),
            What::Gap(gap) => {
                self.conversations.gap(event.slot, event.direction);
                teller.gap(GapRecord {
                    connection: event.connection,
                    direction: event.direction,
                    offset: gap.offset,
                    len: gap.len,
                    reason: gap.reason,
                    seen: gap.seen,
                });
            }
            What::Skipped(ref skipped) => {
                tell::skipped(&event, skipped).into_iter().for_each(|found| teller.finding(found));
            }
            What::Conflict(offset) => teller.finding(tell::conflict(&event, offset)),
            What::Closed(mut record) => {
                let ended = self.conversations.end(event.slot);
                if let Some(learning) = self.learning.get_mut(shard_of(event.slot)) {
                    learning.end(event.id);
                }
                record.messages = ended.messages;
                record.phases = ended.conversation.into_phases();
                teller.closed(record);
            }
        }
    }

    fn frame(
        &mut self,
        event: &Event<'_>,
        frame: &FrameEvent<'_>,
        ticket: Ticket,
        top: &TopLevel,
        teller: &mut impl Tell,
    ) {
        if teller.is_over() {
            return;
        }
        let Self {
            setup,
            conversations,
            learning,
            has_any,
            has_readings,
            reading,
            printer,
            json,
            findings,
            statistics,
        } = self;
        let Some(named) = conversations.name(setup, event, frame, ticket, top) else { return };
        let Some(learning) = learning.get_mut(shard_of(event.slot)) else { return };
        let untyped = named.untyped(event, frame);
        let Named { profile, payload, meaning } = named;
        let schema = profile.schema.as_deref();
        let typed = schema.zip(meaning.message_type);
        let label = meaning.label.map(|label| &**label);
        if !setup.filter.accepts(event.connection.number, event.direction, label) {
            return;
        }
        // These were found by looking whether the payload fits.
        let by_fit = [TypeSource::Answer, TypeSource::Shape, TypeSource::Identified];
        let fits = meaning.type_source.is_some_and(|source| by_fit.contains(&source))
            && has_any.get(frame.profile) == Some(&false);
        let is_read = teller.wants_messages()
            || !setup.filter.clauses.is_empty()
            // What the user says of fields may be wrong of any payload.
            || (typed.is_none() && has_readings.get(frame.profile) != Some(&false))
            || !(fits && proto::is_sound_if_fit(payload) || proto::is_sound(payload, top, typed));
        let style = teller.json_style().filter(|_| setup.filter.clauses.is_empty());
        let mut is_printed = false;
        json.clear();
        match untyped {
            _ if !is_read => {}
            Some(untyped) => {
                let paths = learning.paths(&untyped, ticket.surveyed);
                is_printed = style.is_some() && printer.print(payload, &paths, json);
                if !is_printed {
                    reading.read_learned(payload, &paths);
                }
            }
            None => {
                let print = |(style, typed)| proto::json::print_typed(payload, typed, style, reading, json);
                is_printed = style.zip(typed).is_some_and(print);
                if !is_printed {
                    reading.read(payload, typed);
                }
            }
        }
        if !is_read || is_printed {
            reading.clear();
        }
        if !setup.filter.accepts_payload(&reading.of(payload, schema)) {
            return;
        }
        findings.clear();
        tell::of_frame(findings, event, frame, ticket.number, reading);
        let key = TypeKeyRef {
            label: meaning.label,
            type_name: typed.and_then(|(schema, id)| schema.shared_name(id)),
            guessed: meaning.type_source == Some(TypeSource::Identified),
            direction: event.direction,
        };
        statistics.push(&Observation {
            key,
            number: ticket.number,
            size: frame.bytes.len() as u64,
            latency_ns: meaning.answers.map(|answer| answer.latency_ns),
            interval_ns: meaning.interval_ns,
        });
        teller.message(&MessageRecord {
            number: ticket.number,
            connection: event.connection,
            direction: event.direction,
            first_packet: frame.first_packet,
            completed: event.at,
            offset: frame.offset,
            frame: &frame.bytes,
            payload,
            layout: profile.layout(event.direction),
            label,
            type_name: key.type_name.map(|name| &**name),
            type_source: meaning.type_source,
            confidence: meaning.confidence,
            answers: meaning.answers,
            reading,
            json: is_printed.then_some(&**json),
            schema,
            findings,
            sd: &profile.sd,
        });
    }
}
