//! Events become records: frames are named and their payloads read.
//!
//! In: the events of some connections, each connection's in order. Out: what they are, to a [`Records`];
//! exactly one call for each event that is to be told. Invariant: what is told of an event depends on its
//! ticket and on the events before it in its shard, and on nothing else. Not responsible for the order of
//! connections, or for counting but [`Statistics`].

use super::conversations::{Conversations, Named};
use super::findings;
use super::payloads::{Payloads, Read};
use super::records::{Omission, Records};
use super::ticket::Ticket;
use crate::conversation::{Observation, Statistics, TypeKeyRef, TypeSource};
use crate::header::HeaderFields;
use crate::learning::Surveys;
use crate::payload::PayloadKind;
use crate::pipeline::event::{Event, FrameEvent, What};
use crate::pipeline::setup::Setup;
use crate::proto::json::Style;
use crate::proto::{self, Reading, TopLevel};
use crate::record::{BytesRecord, Finding, GapRecord, MessageRecord, Payload, PayloadForm};
use crate::stream::Slot;

/// What is to be done with a frame whose meaning is known.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// The frame is counted: nobody wants to see it, and nothing is wrong with its payload.
    Count,
    /// The message is passed on with its payload as it is: nobody wants to see fields, and nothing is wrong with them.
    Pass,
    /// The payload reads as protobuf, and whether it is that is found out, but nobody wants to see fields.
    Judge,
    /// The payload is read into fields.
    Read,
    /// The payload is printed as JSON in this style, or read into fields where that cannot be.
    Print(Style),
}

/// Reads the events of some connections.
#[derive(Debug)]
pub(in crate::pipeline) struct Reader<'s> {
    setup: &'s Setup,
    surveys: &'s Surveys,
    conversations: Conversations<'s>,
    payloads: Payloads<'s>,
    /// For each candidate, whether its schema has `Any`, whose content has problems of its own.
    has_any: Vec<bool>,
    /// For each candidate, whether the user says of fields what types they have.
    has_readings: Vec<bool>,
    /// For each candidate, whether anything is said of what payloads are.
    has_payloads: Vec<bool>,
    /// Memory for header fields.
    spare: HeaderFields<'static>,
    findings: Vec<Finding>,
    pub statistics: Statistics,
}

impl<'s> Reader<'s> {
    pub(in crate::pipeline) fn new(setup: &'s Setup, surveys: &'s Surveys) -> Self {
        Self {
            setup,
            surveys,
            conversations: Conversations::new(setup, Some(surveys)),
            payloads: Payloads::new(surveys),
            has_any: setup
                .candidates
                .iter()
                .map(|candidate| candidate.profile.schema.as_ref().is_some_and(|schema| schema.has_any()))
                .collect(),
            has_readings: setup.candidates.iter().map(|candidate| candidate.profile.has_readings()).collect(),
            has_payloads: setup.candidates.iter().map(|candidate| candidate.profile.has_payloads()).collect(),
            spare: HeaderFields::default(),
            findings: Vec::new(),
            statistics: Statistics::default(),
        }
    }

    /// Prepares for events of the connection in `slot`.
    pub(in crate::pipeline) fn at_hand(&self, slot: Slot) {
        self.conversations.fetch(slot);
    }

    /// Gives back what payloads beyond the usual had to have room for.
    pub(in crate::pipeline) fn give_back_room(&mut self) {
        self.payloads.give_back_room();
    }

    /// Takes an event with its ticket; `top` is the top level of its payload.
    pub(in crate::pipeline) fn push(
        &mut self,
        event: Event<'_>,
        ticket: Ticket,
        top: &TopLevel,
        records: &mut impl Records,
    ) {
        match event.what {
            What::Frame(ref frame) => self.frame(&event, frame, ticket, top, records),
            What::Bytes(_) | What::Skipped(_) | What::Conflict(_) if !ticket.is_selected => {}
            What::Bytes(ref bytes) => records.bytes(&BytesRecord {
                connection: event.connection,
                direction: event.direction,
                offset: bytes.offset,
                bytes: &bytes.bytes,
                packet: bytes.packet,
                available: bytes.available,
            }),
            What::Gap(gap) => {
                if ticket.is_selected {
                    records.gap(GapRecord {
                        connection: event.connection,
                        direction: event.direction,
                        offset: gap.offset,
                        len: gap.len,
                        reason: gap.reason,
                        seen: gap.seen,
                    });
                }
            }
            What::Skipped(ref skipped) => {
                findings::skipped(&event, skipped).into_iter().for_each(|found| records.finding(found));
            }
            What::Conflict(offset) => records.finding(findings::conflict(&event, offset)),
            What::Closed(mut record) => {
                let ended = self.conversations.end(event.slot);
                self.payloads.end(event.slot, event.id);
                if !ticket.is_selected {
                    return records.left_out(Omission::Connection);
                }
                record.messages = ended.messages;
                record.doubtful_answers = ended.conversation.doubtful_answers();
                record.doubt = ended.conversation.doubt();
                record.unanswered = ended.conversation.unanswered();
                record.found = ended.found(record.name.server.port);
                let (phases, uses) = ended.conversation.into_parts();
                record.phases = phases;
                if !uses.is_empty() {
                    let mut candidates = self.setup.candidates.iter().map(|candidate| &candidate.profile);
                    let profile = candidates.find(|profile| Some(&profile.name) == record.profile.as_ref());
                    let given = profile.map(|profile| profile.correlations.iter().cloned());
                    record.matches = given.into_iter().flatten().zip(uses).collect();
                }
                records.closed(record);
            }
        }
    }

    fn frame(
        &mut self,
        event: &Event<'_>,
        frame: &FrameEvent<'_>,
        ticket: Ticket,
        top: &TopLevel,
        records: &mut impl Records,
    ) {
        if records.is_over() {
            return;
        }
        let mut header = HeaderFields::default();
        let Self { setup, conversations, spare, .. } = self;
        let named = conversations.name(setup, event, frame, ticket, top, (&mut header, spare));
        if let Some(named) = &named {
            let task = self.task((event, frame.profile, ticket), named, top, records.wants_payload());
            self.message(task, (event, frame, ticket), named, &mut header, records);
        }
        header.give_back(&mut self.spare);
    }

    /// What is to be done with a frame. Payloads are wanted in the form that is given; none if only findings are.
    #[inline(always)]
    fn task(
        &self,
        (event, candidate, ticket): (&Event<'_>, usize, Ticket),
        named: &Named<'_>,
        top: &TopLevel,
        form: Option<PayloadForm>,
    ) -> Task {
        // Conditions on the payload look at its fields.
        let is_free = self.setup.filter.clauses.is_empty();
        let is_passed = match form {
            Some(PayloadForm::Json(style)) if is_free => return Task::Print(style),
            Some(PayloadForm::Bytes) if is_free => true,
            None if is_free => false,
            Some(_) | None => return Task::Read,
        };
        if !self.is_sound(candidate, named, top) {
            return Task::Read;
        }
        // What reads as protobuf by chance may be something else, as others of its kind show.
        let is_protobuf = named.typed().is_some()
            || self.payloads.were_protobuf(event.slot, event.direction)
            || self.surveys.is_protobuf(ticket.surveyed);
        match is_protobuf {
            false => Task::Judge,
            true if is_passed => Task::Pass,
            true => Task::Count,
        }
    }

    /// Whether nothing is wrong with the payload, as far as that can be told without reading it into fields.
    fn is_sound(&self, candidate: usize, named: &Named<'_>, top: &TopLevel) -> bool {
        let typed = named.typed();
        // What the user says of fields, and of what payloads are, may be wrong of any payload.
        if typed.is_none()
            && (self.has_readings.get(candidate) != Some(&false) || self.has_payloads.get(candidate) != Some(&false))
        {
            return false;
        }
        // These were found by looking whether the payload fits.
        let by_fit = [TypeSource::Answer, TypeSource::Shape, TypeSource::Identified];
        let fits = named.meaning.type_source.is_some_and(|source| by_fit.contains(&source))
            && self.has_any.get(candidate) == Some(&false);
        fits && proto::is_sound_if_fit(named.payload) || proto::is_sound(named.payload, top, typed)
    }

    /// Does the `task`, and passes on the message that comes of it.
    fn message<'a>(
        &mut self,
        task: Task,
        (event, frame, ticket): (&Event<'_>, &'a FrameEvent<'_>, Ticket),
        named: &Named<'a>,
        header: &mut HeaderFields<'a>,
        records: &mut impl Records,
    ) {
        let Self { setup, payloads, has_payloads, spare, findings, statistics, .. } = self;
        let layout = named.profile.layout(event.direction);
        let given = || {
            let has_payloads = has_payloads.get(frame.profile) != Some(&false);
            has_payloads.then(|| named.given_kind()).flatten()
        };
        if !ticket.is_selected || !setup.filter.accepts_message(event.direction, named.label()) {
            // What others are read by does not depend on which are told.
            if matches!(task, Task::Judge | Task::Read | Task::Print(_)) && named.typed().is_none() {
                frame.fill((header, spare), layout);
                let untyped = named.untyped(event, frame, header);
                untyped.iter().for_each(|untyped| payloads.learn(untyped, given(), (event.slot, ticket)));
            }
            return records.left_out(Omission::Message);
        }
        let teller = Teller { setup, spare, findings, statistics };
        let unread = Read {
            payload: Payload::Opaque(named.payload),
            kind: Some(PayloadKind::Protobuf),
            confidence: None,
            missed: None,
        };
        let of = (event, frame, ticket);
        if !matches!(task, Task::Count) {
            frame.fill((header, teller.spare), layout);
        }
        let read = match task {
            // In most runs most messages are not read, so they have a way of their own.
            Task::Count | Task::Pass => return teller.tell(of, named, unread, header, records),
            Task::Judge => {
                let untyped = named.untyped(event, frame, header);
                untyped.map_or(unread, |untyped| payloads.judge(named, &untyped, (event.slot, ticket)))
            }
            Task::Read | Task::Print(_) => {
                let untyped = named.untyped(event, frame, header);
                let untyped = untyped.as_ref().map(|untyped| (untyped, given()));
                payloads.read(named, untyped, (event.slot, ticket), task.style())
            }
        };
        teller.tell(of, named, read, header, records);
    }
}

/// Passes on messages with what is known of their payloads.
struct Teller<'t> {
    setup: &'t Setup,
    spare: &'t mut HeaderFields<'static>,
    findings: &'t mut Vec<Finding>,
    statistics: &'t mut Statistics,
}

impl Teller<'_> {
    #[inline(always)]
    fn tell<'a>(
        self,
        (event, frame, ticket): (&Event<'_>, &'a FrameEvent<'_>, Ticket),
        named: &Named<'a>,
        Read { payload, kind, confidence, missed }: Read<'_>,
        header: &mut HeaderFields<'a>,
        records: &mut impl Records,
    ) {
        let Self { setup, spare, findings, statistics } = self;
        if !setup.filter.clauses.is_empty() {
            // What is no protobuf has no field that a condition could mean.
            let nothing = Reading::default();
            if !setup.filter.accepts_payload(payload.decoded().unwrap_or(&nothing.of(&[], None))) {
                return records.left_out(Omission::Message);
            }
        }
        findings.clear();
        findings.extend(missed.map(|missed| findings::missed(event, frame, ticket.number, missed)));
        findings::of_frame(findings, event, frame, ticket.number, payload.problems());
        if !findings.is_empty() {
            frame.fill((header, spare), named.profile.layout(event.direction));
        }
        count(statistics, (event, frame, ticket), named, kind);
        let meaning = &named.meaning;
        records.message(&MessageRecord {
            number: ticket.number,
            connection: event.connection,
            direction: event.direction,
            first_packet: frame.first_packet,
            completed: event.at,
            offset: frame.offset,
            frame: &frame.bytes,
            header,
            payload,
            payload_kind: kind,
            payload_confidence: confidence,
            profile: frame.profile,
            label: named.label(),
            type_name: named.type_name().map(|name| &**name),
            type_source: meaning.type_source,
            confidence: meaning.confidence,
            answers: meaning.answers,
            is_doubtful: meaning.is_doubtful,
            findings,
        });
    }
}

impl Task {
    /// The style of JSON, if that is wanted.
    const fn style(self) -> Option<Style> {
        if let Self::Print(style) = self { Some(style) } else { None }
    }
}

/// Counts a message.
fn count(
    statistics: &mut Statistics,
    (event, frame, ticket): (&Event<'_>, &FrameEvent<'_>, Ticket),
    named: &Named<'_>,
    kind: Option<PayloadKind>,
) {
    let meaning = &named.meaning;
    let key = TypeKeyRef {
        label: meaning.label,
        type_name: named.type_name(),
        guessed: meaning.type_source == Some(TypeSource::Identified),
        payload_kind: kind.unwrap_or(PayloadKind::Protobuf),
        direction: event.direction,
    };
    statistics.push(&Observation {
        key,
        number: ticket.number,
        size: frame.bytes.len() as u64,
        latency_ns: meaning.answers.map(|answer| answer.latency_ns),
        interval_ns: meaning.interval_ns,
    });
}
