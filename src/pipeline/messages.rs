//! The last step of a run: from events to records, on this thread or on several.

use super::event::Event;
use super::filter::Selection;
use super::reading::{Held, Reader, Records as _, Ticket, Tickets};
use super::recording::{Intake, Recorder};
use super::setup::{Learn, Setup};
use super::workers::Workers;
use crate::conversation::Manner;
use crate::learning::Surveys;
use crate::proto::{self, TopLevel};
use crate::record::{PayloadForm, Sink, SinkResult, Summary, Wants};
use crate::stream::Slot;
use crate::units::Timestamp;
use std::io;
use std::thread::Scope;

/// Receives events in capture order, and passes records on.
pub(super) struct Messages<'s> {
    pub(super) selection: Selection<'s>,
    tickets: Tickets<'s>,
    /// Events that wait for a survey, where payloads are surveyed before they are told.
    held: Option<Box<Held<'s>>>,
    mode: Mode<'s>,
}

enum Mode<'s> {
    /// This thread reads and tells everything.
    Alone(Box<Alone<'s>>),
    /// Any thread reads, this one tells.
    Shared(Box<Workers<'s>>),
}

/// What reads and tells on one thread.
struct Alone<'s> {
    top: TopLevel,
    reader: Reader<'s>,
    recorder: Recorder<'s>,
}

impl<'s> Messages<'s> {
    /// Reads and tells on this thread.
    pub(super) fn new(setup: &'s Setup, surveys: &'s Surveys, wants: Wants, sink: &'s mut dyn Sink) -> Self {
        Self::with(setup, surveys, Recorder::new(setup, surveys, wants, sink), |recorder| {
            Mode::alone(setup, surveys, recorder)
        })
    }

    /// Reads on `threads` threads, this one among them, if the sink has something that renders messages away from it.
    pub(super) fn threaded(
        setup: &'s Setup,
        surveys: &'s Surveys,
        wants: Wants,
        sink: &'s mut dyn Sink,
        threads: usize,
        scope: &'s Scope<'s, '_>,
    ) -> Self {
        let mode = |recorder| match Workers::spawn(setup, surveys, Box::new(recorder), threads, scope) {
            Ok(workers) => Mode::Shared(Box::new(workers)),
            Err(recorder) => Mode::alone(setup, surveys, *recorder),
        };
        Self::with(setup, surveys, Recorder::new(setup, surveys, wants, sink), mode)
    }

    fn with(
        setup: &'s Setup,
        surveys: &'s Surveys,
        recorder: Recorder<'s>,
        mode: impl FnOnce(Recorder<'s>) -> Mode<'s>,
    ) -> Self {
        // What nobody is shown need not be learned.
        let is_shown = matches!(recorder.wants_payload(), Some(PayloadForm::Fields | PayloadForm::Json(_)));
        let is_read = is_shown || !setup.filter.clauses.is_empty();
        let is_studied = setup.candidates.iter().any(|candidate| Manner::of(&candidate.profile).is_studied());
        let is_surveyed = (is_read && !setup.candidates.is_empty()) || is_studied;
        let is_held = is_surveyed && setup.learn == Learn::Beforehand && !setup.live;
        let held = is_held.then(|| Box::new(Held::new(setup, surveys, is_read)));
        Self { selection: Selection::new(&setup.filter), tickets: Tickets::new(setup), held, mode: mode(recorder) }
    }

    pub(super) fn push(&mut self, event: Event<'_>) {
        let Self { selection, tickets, held, mode } = self;
        let (mut ticket, top) = match mode {
            Mode::Alone(alone) => {
                if let Some(payload) = event.payload() {
                    alone.top.read(payload);
                }
                (tickets.give(&event, |_| alone.top.digest()), Some(&alone.top))
            }
            // The worker reads the top level, where it is needed as a whole.
            Mode::Shared(_) => (tickets.give(&event, proto::digest), None),
        };
        ticket.is_selected = selection.takes(&event);
        let Some(held) = held else { return mode.push(event, ticket) };
        if let Some((event, ticket)) = held.push(event, ticket, top) {
            return mode.push(event, ticket);
        }
        while let Some((event, ticket)) = held.next(mode.top()) {
            mode.push(event, ticket);
        }
    }

    /// Prepares for events of the connection in `slot`.
    pub(super) fn at_hand(&self, slot: Slot) {
        if let Mode::Alone(alone) = &self.mode {
            alone.reader.at_hand(slot);
        }
    }

    /// Tells that nothing comes up to `time`, when `open_connections` are followed.
    pub(super) fn time(&mut self, time: Timestamp, open_connections: usize, read: &Intake<'_>) -> io::Result<()> {
        match &mut self.mode {
            Mode::Alone(alone) => alone.recorder.time(time, open_connections, read, &alone.reader.statistics),
            // Nobody watches a run that is spread over threads.
            Mode::Shared(_) => Ok(()),
        }
    }

    /// Whether the sink takes more packets.
    pub(super) fn check(&mut self) -> SinkResult {
        match &mut self.mode {
            Mode::Alone(alone) => alone.recorder.check(),
            Mode::Shared(workers) => workers.check(),
        }
    }

    /// Ends the run after all packets, and gives the summary.
    pub(super) fn finish(mut self, read: &Intake<'_>) -> io::Result<Summary> {
        if let Some(held) = &mut self.held {
            held.finish();
            while let Some((event, ticket)) = held.next(self.mode.top()) {
                self.mode.push(event, ticket);
            }
        }
        match self.mode {
            Mode::Alone(alone) => alone.recorder.finish(read, &alone.reader.statistics),
            Mode::Shared(workers) => workers.finish(read),
        }
    }
}

impl<'s> Mode<'s> {
    fn alone(setup: &'s Setup, surveys: &'s Surveys, recorder: Recorder<'s>) -> Self {
        Self::Alone(Box::new(Alone { top: TopLevel::default(), reader: Reader::new(setup, surveys), recorder }))
    }

    /// Takes an event; on one thread the top level of its payload was just read.
    fn push(&mut self, event: Event<'_>, ticket: Ticket) {
        match self {
            Self::Alone(alone) => alone.reader.push(event, ticket, &alone.top, &mut alone.recorder),
            Self::Shared(workers) => workers.push(event, ticket),
        }
    }

    /// Where the top level of a payload is read before its event is taken, if on this thread.
    fn top(&mut self) -> Option<&mut TopLevel> {
        match self {
            Self::Alone(alone) => Some(&mut alone.top),
            Self::Shared(_) => None,
        }
    }
}
