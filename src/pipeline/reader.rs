//! Events become records: frames are named and their payloads read.
//!
//! In: the events of some connections, each connection's in order. Out: what they are, to a [`Tell`]; exactly one call for
//! each event that is to be told. Invariant: what is told of an event depends on its ticket and on the events before it in
//! its shard, and on nothing else. Not responsible for the order of connections, or for counting but [`Statistics`].

use super::Setup;
use super::event::{Event, FrameEvent, What};
use super::learning::{Learning, Survey, Untyped};
use super::talks::{Talks, shard_of};
use super::tell;
use super::ticket::Ticket;
use crate::conversation::{Observation, Statistics, TypeKeyRef, TypeSource, Unnamed};
use crate::limits::SHARDS;
use crate::proto::json::Style;
use crate::proto::learned::{Printer, Scales};
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
    shards: Vec<Shard<'s>>,
    /// Whether the schema of each candidate has `Any`, whose content has problems of its own.
    has_any: Vec<bool>,
    /// Whether the user says of fields of each what types they have.
    has_readings: Vec<bool>,
    /// Where payloads are only learned from.
    surveying: Option<(&'s mut Survey, Scales)>,
    reading: Reading,
    printer: Printer,
    json: Vec<u8>,
    findings: Vec<Finding>,
    pub statistics: Statistics,
}

/// What is remembered of the connections whose slots are alike modulo [`SHARDS`]. They share caps, and nobody else does.
#[derive(Debug)]
struct Shard<'s> {
    talks: Talks,
    learning: Learning<'s>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(setup: &'s Setup) -> Self {
        let room = setup.caps.request_bytes() / SHARDS;
        let shard = || Shard { talks: Talks::with_room(room), learning: Learning::new(&setup.survey) };
        Self {
            setup,
            has_any: setup
                .candidates
                .iter()
                .map(|candidate| candidate.profile.schema.as_ref().is_some_and(|schema| schema.has_any()))
                .collect(),
            has_readings: setup.candidates.iter().map(|candidate| candidate.profile.has_readings()).collect(),
            shards: (0..SHARDS).map(|_| shard()).collect(),
            surveying: None,
            reading: Reading::default(),
            printer: Printer::default(),
            json: Vec::new(),
            findings: Vec::new(),
            statistics: Statistics::default(),
        }
    }

    /// The same for a run that tells nothing of messages and learns from their payloads.
    pub(super) fn surveying(setup: &'s Setup, survey: &'s mut Survey) -> Self {
        Self { surveying: Some((survey, Scales::default())), ..Self::new(setup) }
    }

    /// Events may come of the connection in `slot`.
    pub(super) fn at_hand(&self, slot: Slot) {
        if let Some(shard) = self.shards.get(shard_of(slot)) {
            shard.talks.fetch(slot);
        }
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
                if let Some(shard) = self.shards.get_mut(shard_of(event.slot)) {
                    shard.talks.gap(event.slot, event.direction);
                }
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
                if let Some(shard) = self.shards.get_mut(shard_of(event.slot)) {
                    let talk = shard.talks.end(event.slot);
                    shard.learning.end(event.id);
                    record.messages = talk.messages;
                    record.phases = talk.conversation.into_phases();
                }
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
        let Self { setup, shards, has_any, has_readings, surveying, reading, printer, json, findings, statistics } =
            self;
        let Some(profile) = setup.profile(frame.profile) else { return };
        let Some(payload) = frame.bytes.get(frame.payload.clone()) else { return };
        let Some(Shard { talks, learning }) = shards.get_mut(shard_of(event.slot)) else { return };
        let unnamed = Unnamed {
            number: ticket.number,
            direction: event.direction,
            time: event.at.time,
            frame: &frame.bytes,
            payload,
            top,
            guess: ticket.guess,
        };
        let meaning = talks.message(event.slot, |conversation, is_room| conversation.push(profile, &unnamed, is_room));
        let schema = profile.schema.as_deref();
        let typed = schema.zip(meaning.message_type);
        let untyped = typed.is_none().then_some(Untyped {
            id: event.id,
            connection: event.connection,
            candidate: frame.profile,
            profile,
            label: meaning.label,
            unnamed: &unnamed,
            packet: event.at.packet,
        });
        if let Some((survey, scales)) = surveying {
            untyped.iter().for_each(|untyped| survey.learn(untyped, scales));
            return;
        }
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
                let paths = learning.paths(&untyped);
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
        if !setup.filter.accepts_payload(reading, payload, schema) {
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
