//! Messages that wait until enough of their server port was seen to learn what its payloads are made of.
//!
//! In: events in capture order, with their tickets. Out: the same events in the same order, each by the survey of its
//! port. A port is surveyed by its own first [`limits::SURVEY_BYTES`] of frames, whenever it begins; what comes after
//! these on any connection waits with them. Invariant: at most [`limits::HELD_FOR_SURVEY_BYTES`] wait, past which the
//! surveys end with what they have. Not responsible for what is learned.

use super::conversations::Conversations;
use super::own_study::compared;
use super::ticket::Ticket;
use crate::header::HeaderFields;
use crate::learning::{SurveyId, Surveyed, Surveyor, Surveys};
use crate::limits;
use crate::pipeline::event::{Event, What};
use crate::pipeline::setup::Setup;
use crate::proto::{KeptTopLevels, TopLevel};
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};

/// The events that wait, and what they have taught so far.
pub(in crate::pipeline) struct Held<'s> {
    setup: &'s Setup,
    surveys: &'s Surveys,
    surveyor: Surveyor,
    /// Conversations on ports that are surveyed, as far as events were seen.
    conversations: Conversations<'s>,
    /// Whether anybody is shown what payloads are made of.
    reads_payloads: bool,
    /// Used again for each payload whose top level nobody has read.
    own_top: TopLevel,
    /// Memory for header fields.
    spare: HeaderFields<'static>,
    ports: HashMap<u16, Port, RandomState>,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    /// Top levels of the payloads that wait and were read by who gave them.
    tops: KeptTopLevels,
}

/// How far the survey of a server port is.
#[derive(Clone, Copy, Debug)]
enum Port {
    /// The port is being surveyed; this many bytes of its frames were seen.
    Surveying(u64),
    /// The port has its survey; none where no more could be kept.
    Surveyed(Option<SurveyId>),
}

struct Waiting {
    event: Event<'static>,
    ticket: Ticket,
    /// Whether the survey learned from the event.
    taught: bool,
    /// Whether the top level of the payload is kept.
    has_top: bool,
    /// Memory that it takes, in bytes.
    held_len: usize,
}

impl<'s> Held<'s> {
    /// Surveys ports before anything is told; what payloads are made of is learned only where a report
    /// `reads_payloads`.
    pub(in crate::pipeline) fn new(setup: &'s Setup, surveys: &'s Surveys, reads_payloads: bool) -> Self {
        Self {
            setup,
            surveys,
            surveyor: Surveyor::default(),
            conversations: Conversations::new(setup, None),
            reads_payloads,
            own_top: TopLevel::default(),
            spare: HeaderFields::default(),
            ports: HashMap::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            tops: KeptTopLevels::default(),
        }
    }

    /// Takes an event that has to wait; gives one back, with its ticket filled in, that need not. `top` is the top
    /// level of its payload, where that was read.
    pub(in crate::pipeline) fn push<'e>(
        &mut self,
        event: Event<'e>,
        mut ticket: Ticket,
        top: Option<&TopLevel>,
    ) -> Option<(Event<'e>, Ticket)> {
        let port = event.connection.server.port;
        let mut taught = false;
        match &event.what {
            What::Frame(frame) => match self.port(port) {
                Port::Surveying(seen) => {
                    let seen = seen + frame.bytes.len() as u64;
                    self.ports.insert(port, Port::Surveying(seen));
                    self.learn(&event, ticket, top);
                    taught = true;
                    if seen >= limits::SURVEY_BYTES {
                        self.conclude(|of| of == port);
                    }
                }
                Port::Surveyed(survey) => ticket.surveyed = survey.map_or(Surveyed::Never, Surveyed::After),
            },
            What::Closed(_) => drop(self.conversations.end(event.slot)),
            What::Gap(_) | What::Bytes(_) | What::Skipped(_) | What::Conflict(_) => {}
        }
        if self.waiting.is_empty() && !taught {
            return Some((event, ticket));
        }
        // What waits, and so what is learned, must not depend on who reads top levels.
        let top_len = if taught { KeptTopLevels::held_len(top.unwrap_or(&self.own_top)) } else { 0 };
        let (has_top, held_len) = (taught && top.is_some(), event.held_len() + top_len);
        top.filter(|_| has_top).into_iter().for_each(|top| self.tops.push(top));
        self.waiting_bytes += held_len;
        self.waiting.push_back(Waiting { event: event.into_owned(), ticket, taught, has_top, held_len });
        if self.waiting_bytes > limits::HELD_FOR_SURVEY_BYTES {
            self.conclude(|_| true);
        }
        None
    }

    /// The next event that need not wait any more. The top level of its payload comes into `top`, where somebody wants
    /// that.
    pub(in crate::pipeline) fn next(&mut self, top: Option<&mut TopLevel>) -> Option<(Event<'static>, Ticket)> {
        let first = self.waiting.front_mut()?;
        if first.taught {
            match self.ports.get(&first.event.connection.server.port) {
                None | Some(Port::Surveying(_)) => return None,
                Some(Port::Surveyed(survey)) => {
                    first.ticket.surveyed = survey.map_or(Surveyed::Never, Surveyed::Taught);
                }
            }
        }
        let Waiting { event, ticket, has_top, held_len, .. } = self.waiting.pop_front()?;
        self.waiting_bytes -= held_len;
        match (top, event.payload()) {
            (Some(top), Some(_)) if has_top => self.tops.pop(top),
            (Some(top), Some(payload)) => top.read(payload),
            (Some(_), None) | (None, _) => {}
        }
        Some((event, ticket))
    }

    /// Ends all surveys after the last event, so that nothing waits any more.
    pub(in crate::pipeline) fn finish(&mut self) {
        self.conclude(|_| true);
    }

    /// How far the survey of a port is, which begins now if it has not.
    fn port(&mut self, port: u16) -> Port {
        let surveys = self.surveys;
        let begin = || if surveys.is_full() { Port::Surveyed(None) } else { Port::Surveying(0) };
        *self.ports.entry(port).or_insert_with(begin)
    }

    fn learn(&mut self, event: &Event<'_>, ticket: Ticket, top: Option<&TopLevel>) {
        let Self { setup, surveyor, conversations, reads_payloads, own_top, spare, .. } = self;
        let What::Frame(frame) = &event.what else { return };
        let top = top.unwrap_or_else(|| {
            own_top.read(event.payload().unwrap_or_default());
            own_top
        });
        let mut header = HeaderFields::default();
        let named = conversations.name(setup, event, frame, ticket, top, (&mut header, spare));
        if let Some(named) = named {
            let manner = conversations.manner(frame.profile);
            let is_studied = manner.is_studied();
            if is_studied || *reads_payloads && named.typed().is_none() {
                frame.fill((&mut header, spare), named.profile.layout(event.direction));
            }
            if is_studied {
                surveyor.compare(
                    frame.profile,
                    event.connection.server.port,
                    &compared(event, (manner, named.profile), frame, &named.meaning, (&header, named.payload)),
                );
            }
            if *reads_payloads {
                named.untyped(event, frame, &header).iter().for_each(|untyped| surveyor.learn(untyped));
            }
        }
        header.give_back(spare);
    }

    /// Ends the surveys of some ports.
    fn conclude(&mut self, of: impl Fn(u16) -> bool) {
        let is_open = |(port, state): &(&u16, &mut Port)| of(**port) && matches!(state, Port::Surveying(_));
        let mut open = self.ports.iter_mut().filter(is_open).peekable();
        if open.peek().is_none() {
            return;
        }
        let open: Vec<_> = open.collect();
        let ends = |port: u16| open.iter().any(|(open, _)| **open == port);
        let survey = self.surveys.add(self.surveyor.conclude(ends));
        open.into_iter().for_each(|(_, state)| *state = Port::Surveyed(survey));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::candidate::{Candidate, Trust};
    use crate::pipeline::event::FrameEvent;
    use crate::profile::{ProfileFile, Source};
    use crate::record::ConnectionName;
    use crate::stream::{ConnectionId, Slot};
    use crate::units::{Direction, Endpoint, Origin, StreamOffset, Timestamp};
    use std::borrow::Cow;
    use std::sync::Arc;

    fn setup() -> Setup {
        let file = ProfileFile::parse("name = \"test\"\nframe = \"u32be\"\n", "test").unwrap();
        let profile = Arc::new(file.resolve(Source::CommandLine, None).unwrap());
        Setup { candidates: vec![Candidate { profile, trust: Trust::Given }], ..Setup::default() }
    }

    /// A frame of `len` bytes to `port`, complete with `packet`.
    fn event(port: u16, packet: u64, len: usize) -> Event<'static> {
        let end = |port| Endpoint { addr: [127, 0, 0, 1].into(), port };
        Event {
            id: ConnectionId(port.into()),
            slot: Slot::new(port.into()),
            connection: ConnectionName { number: 1, client: end(50_000), server: end(port) },
            direction: Direction::ClientToServer,
            at: Origin { packet, time: Timestamp::default(), ..Origin::default() },
            what: What::Frame(FrameEvent {
                profile: 0,
                offset: StreamOffset(0),
                bytes: Cow::Owned(vec![0; len]),
                payload: 4..len,
                first_packet: packet,
                from_start: true,
                checksum: None,
            }),
        }
    }

    /// What comes out when the frames went in, as packets with how they stand to the surveys.
    fn out(held: &mut Held<'_>, frames: &[(u16, usize)]) -> Vec<(u64, Surveyed)> {
        let mut out = Vec::new();
        for (packet, (port, len)) in (1..).zip(frames) {
            let passed = held.push(event(*port, packet, *len), Ticket::default(), None);
            out.extend(passed.map(|(event, ticket)| (event.at.packet, ticket.surveyed)));
            while let Some((event, ticket)) = held.next(None) {
                out.push((event.at.packet, ticket.surveyed));
            }
        }
        out
    }

    #[allow(clippy::cast_possible_truncation, reason = "far below 2^32")]
    const WINDOW: usize = limits::SURVEY_BYTES as usize;

    #[test]
    fn a_port_waits_for_its_own_first_bytes_and_what_comes_after_them_passes() {
        let (setup, surveys) = (setup(), Surveys::default());
        let mut held = Held::new(&setup, &surveys, true);
        assert_eq!(out(&mut held, &[(1, 100)]), []);
        let told = out(&mut held, &[(1, WINDOW), (1, 100)]);
        let Surveyed::Taught(first) = told[0].1 else { panic!("{told:?}") };
        assert_eq!(told, [(1, Surveyed::Taught(first)), (1, Surveyed::Taught(first)), (2, Surveyed::After(first))]);
        // Another port begins later, and holds up what comes after it.
        assert_eq!(out(&mut held, &[(2, 100), (1, 100)]), []);
        held.finish();
        let told: Vec<_> =
            std::iter::from_fn(|| held.next(None)).map(|(event, ticket)| (event.at.packet, ticket.surveyed)).collect();
        let Surveyed::Taught(second) = told[0].1 else { panic!("{told:?}") };
        assert_ne!(first, second);
        assert_eq!(told, [(1, Surveyed::Taught(second)), (2, Surveyed::After(first))]);
    }

    #[test]
    fn no_more_waits_than_the_cap_however_many_ports_begin() {
        let (setup, surveys) = (setup(), Surveys::default());
        let mut held = Held::new(&setup, &surveys, true);
        let frames: Vec<_> = (1..2000).map(|port| (port, 100_000)).collect();
        let mut told = 0;
        for frame in &frames {
            told += out(&mut held, std::slice::from_ref(frame)).len();
            assert!(held.waiting_bytes <= limits::HELD_FOR_SURVEY_BYTES);
        }
        held.finish();
        told += std::iter::from_fn(|| held.next(None)).count();
        assert_eq!(told, frames.len());
        assert_eq!(held.waiting_bytes, 0);
    }

    #[test]
    fn past_the_last_survey_that_is_kept_nothing_waits() {
        let (setup, surveys) = (setup(), Surveys::default());
        let mut held = Held::new(&setup, &surveys, true);
        for port in 1..=u16::try_from(limits::SURVEYS).unwrap() {
            assert_eq!(out(&mut held, &[(port, WINDOW)]).len(), 1);
        }
        assert_eq!(out(&mut held, &[(999, 100)]), [(1, Surveyed::Never)]);
    }
}
