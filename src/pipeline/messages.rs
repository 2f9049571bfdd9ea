//! From events to records: names the frames, reads their payloads, counts everything, tells the sink.

use super::Setup;
use super::event::{BytesEvent, Event, FrameEvent, What};
use super::learning::{Learning, Survey, Untyped};
use super::talks::Talks;
use super::tell;
use super::totals::{Read, Totals};
use crate::conversation::{Guesses, Observation, TypeKeyRef, TypeSource, Unnamed};
use crate::proto::learned::Scales;
use crate::proto::{self, Reading, TopLevel};
use crate::record::{
    BytesRecord, ConnectionRecord, Finding, FindingKind, GapRecord, MessageRecord, Sink, SoFar, Summary,
};
use crate::units::{Direction, Timestamp};
use std::io;

/// Receives events in capture order, and passes records on.
pub(super) struct Messages<'s> {
    setup: &'s Setup,
    sink: &'s mut dyn Sink,
    /// Whether the sink wants messages without a finding.
    wants_messages: bool,
    talks: Talks,
    /// Indexed as the candidates.
    guesses: Vec<Guesses>,
    top: TopLevel,
    reading: Reading,
    learning: Learning<'s>,
    /// Where payloads are only learned from.
    surveying: Option<(&'s mut Survey, Scales)>,
    findings: Vec<Finding>,
    totals: Totals,
    numbered: u64,
    failed: Option<io::Error>,
}

impl<'s> Messages<'s> {
    pub(super) fn new(setup: &'s Setup, sink: &'s mut dyn Sink) -> Self {
        Self {
            setup,
            wants_messages: sink.wants_messages(),
            sink,
            talks: Talks::default(),
            guesses: setup.candidates.iter().map(|_| Guesses::default()).collect(),
            top: TopLevel::default(),
            reading: Reading::default(),
            learning: Learning::new(&setup.survey),
            surveying: None,
            findings: Vec::new(),
            totals: Totals::default(),
            numbered: 0,
            failed: None,
        }
    }

    /// The same for a run that reports no messages and learns from their payloads.
    pub(super) fn surveying(setup: &'s Setup, sink: &'s mut dyn Sink, survey: &'s mut Survey) -> Self {
        Self { surveying: Some((survey, Scales::default())), ..Self::new(setup, sink) }
    }

    /// Memory for what conversations remember, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        self.talks.held_bytes()
    }

    /// Nothing comes up to `time`, when `open_connections` are followed.
    pub(super) fn time(&mut self, time: Timestamp, open_connections: usize, read: &Read<'_>) -> io::Result<()> {
        let Self { sink, totals, setup, .. } = self;
        let summary = || totals.summary(read, setup.phases());
        let messages = totals.messages;
        sink.time(&SoFar { time, capture: read.capture, open_connections, messages, summary: &summary })
    }

    /// Whether the sink still takes records.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Takes an event; after the sink has failed, nothing more.
    pub(super) fn push(&mut self, event: Event<'_>) {
        if self.failed.is_some() {
            return;
        }
        let told = match event.what {
            What::Frame(ref frame) => self.frame(&event, frame),
            What::Bytes(ref bytes) => self.bytes(&event, bytes),
            What::Gap(gap) => self.gap(&event, gap),
            What::Skipped(skipped) => match tell::skipped(&event, &skipped) {
                Some(finding) => self.finding(&finding),
                None => Ok(()),
            },
            What::Conflict(offset) => self.finding(&tell::conflict(&event, offset)),
            What::Closed(record) => self.closed(event.id, *record),
        };
        self.failed = told.err();
    }

    fn frame(&mut self, event: &Event<'_>, frame: &FrameEvent<'_>) -> io::Result<()> {
        let Some(profile) = self.setup.profile(frame.profile) else { return Ok(()) };
        let Some(guesses) = self.guesses.get_mut(frame.profile) else { return Ok(()) };
        let Some(payload) = frame.bytes.get(frame.payload.clone()) else { return Ok(()) };
        self.numbered += 1;
        self.top.read(payload);
        let unnamed = Unnamed {
            number: self.numbered,
            direction: event.direction,
            time: event.at.time,
            frame: &frame.bytes,
            payload,
            top: &self.top,
        };
        let meaning = self.talks.message(event.id, |conversation| conversation.push(profile, guesses, &unnamed));
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
        if let Some((survey, scales)) = &mut self.surveying {
            untyped.iter().for_each(|untyped| survey.learn(untyped, scales));
            return Ok(());
        }
        let label = meaning.label.map(|label| &**label);
        if !self.setup.filter.accepts(event.connection.number, event.direction, label) {
            return Ok(());
        }
        let is_shown = self.setup.filter.limit.is_none_or(|limit| self.totals.shown < limit);
        let is_wanted = is_shown && self.wants_messages;
        let is_read = is_wanted
            || !self.setup.filter.clauses.is_empty()
            // What the user says of fields may be wrong of any payload.
            || (typed.is_none() && profile.has_readings())
            || !proto::is_sound(payload, &self.top, typed);
        match untyped {
            _ if !is_read => self.reading.clear(),
            Some(untyped) => self.learning.read(&untyped, &mut self.reading),
            None => self.reading.read(payload, typed),
        }
        if !self.setup.filter.accepts_payload(&self.reading, payload, schema) {
            return Ok(());
        }
        self.findings.clear();
        tell::of_frame(&mut self.findings, event, frame, self.numbered, &self.reading);
        for finding in &self.findings {
            self.totals.finding(finding.kind);
        }
        let key = TypeKeyRef {
            label: meaning.label,
            type_name: typed.and_then(|(schema, id)| schema.shared_name(id)),
            guessed: meaning.type_source == Some(TypeSource::Identified),
            direction: event.direction,
        };
        self.totals.statistics.push(&Observation {
            key,
            size: frame.bytes.len() as u64,
            latency_ns: meaning.answers.map(|answer| answer.latency_ns),
            interval_ns: meaning.interval_ns,
        });
        self.totals.messages += 1;
        if !is_shown {
            return Ok(());
        }
        self.totals.shown += 1;
        if !is_wanted && self.findings.is_empty() {
            return Ok(());
        }
        self.sink.message(&MessageRecord {
            number: self.numbered,
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
            reading: &self.reading,
            schema,
            findings: &self.findings,
            sd: &profile.sd,
        })
    }

    fn bytes(&mut self, event: &Event<'_>, bytes: &BytesEvent<'_>) -> io::Result<()> {
        self.sink.bytes(&BytesRecord {
            connection: event.connection,
            direction: event.direction,
            offset: bytes.offset,
            bytes: &bytes.bytes,
            packet: bytes.packet,
            available: bytes.available,
        })
    }

    fn gap(&mut self, event: &Event<'_>, gap: crate::stream::Gap) -> io::Result<()> {
        self.talks.gap(event.id, event.direction);
        if !self.setup.filter.accepts_connection(event.connection.number) {
            return Ok(());
        }
        self.totals.finding(FindingKind::Gap);
        self.sink.gap(&GapRecord {
            connection: event.connection,
            direction: event.direction,
            offset: gap.offset,
            len: gap.len,
            reason: gap.reason,
            seen: gap.seen,
        })
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let accepts = |number| self.setup.filter.accepts_connection(number);
        if finding.connection.is_some_and(|connection| !accepts(connection.number)) {
            return Ok(());
        }
        self.totals.finding(finding.kind);
        self.sink.finding(finding)
    }

    fn closed(&mut self, id: crate::stream::ConnectionId, mut record: ConnectionRecord) -> io::Result<()> {
        let talk = self.talks.end(id);
        self.learning.end(id);
        record.messages = talk.messages;
        record.phases = talk.conversation.phases().to_vec();
        self.totals.any_connection = true;
        if !self.setup.filter.accepts_connection(record.name.number) {
            return Ok(());
        }
        self.totals.connection(&record);
        for (direction, side) in Direction::BOTH.into_iter().zip(record.directions) {
            if side.facts.late > 0 {
                self.finding(&tell::late(&record, direction, side.facts.late))?;
            }
        }
        self.sink.connection(&record)
    }

    /// The end of all packets.
    pub(super) fn finish(mut self, read: &Read<'_>) -> io::Result<Summary> {
        self.check()?;
        for finding in tell::of_capture(read.capture).chain(tell::unread(read.decoder)).chain(tell::refused(read.gate))
        {
            self.finding(&finding)?;
        }
        let summary = self.totals.summary(read, self.setup.phases());
        self.sink.end(&summary)?;
        Ok(summary)
    }
}
