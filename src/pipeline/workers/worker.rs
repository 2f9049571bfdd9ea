//! What reads the events of a share of the connections.
//!
//! In: batches. Out: outcomes, one for each batch, and at the end what was counted. Not responsible for the order of
//! batches or for who lets it read.

use super::batch::{Batch, Outcome, Outcomes};
use crate::conversation::Statistics;
use crate::learning::Surveys;
use crate::pipeline::reading::{Omission, Reader, Records};
use crate::pipeline::setup::Setup;
use crate::proto::TopLevel;
use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord, PayloadForm, Render};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) struct Worker<'s> {
    reader: Reader<'s>,
    top: TopLevel,
    renderer: Box<dyn Render>,
    is_shown: Arc<AtomicBool>,
    form: PayloadForm,
}

impl<'s> Worker<'s> {
    /// Makes a worker; payloads are wanted in a `form` while messages are shown, which `is_shown` may end on the way.
    pub(super) fn new(
        setup: &'s Setup,
        surveys: &'s Surveys,
        renderer: Box<dyn Render>,
        is_shown: Arc<AtomicBool>,
        form: PayloadForm,
    ) -> Self {
        Self { reader: Reader::new(setup, surveys), top: TopLevel::default(), renderer, is_shown, form }
    }

    /// Reads a batch; `outcomes` are empty.
    pub(super) fn read(&mut self, mut batch: Batch, outcomes: Outcomes) -> Outcomes {
        let Self { reader, top, renderer, is_shown, form } = self;
        let mut noted = Noted { outcomes, renderer: &mut **renderer, is_shown, form: *form };
        batch.unpack(|event, ticket| {
            let before = noted.outcomes.events.len();
            if let Some(payload) = event.payload() {
                top.read(payload);
            }
            reader.push(event, ticket, top, &mut noted);
            if noted.outcomes.events.len() == before {
                noted.outcomes.events.push(Outcome::Nothing);
            }
        });
        // There are as many workers as threads, and one may be the last for a long time that has a large payload.
        reader.give_back_room();
        Outcomes { batch, ..noted.outcomes }
    }

    pub(super) fn into_statistics(self) -> Statistics {
        self.reader.statistics
    }
}

/// Takes the records of a worker and notes them.
struct Noted<'w> {
    outcomes: Outcomes,
    renderer: &'w mut dyn Render,
    is_shown: &'w AtomicBool,
    form: PayloadForm,
}

impl Noted<'_> {
    fn note(&mut self, outcome: Outcome) {
        self.outcomes.events.push(outcome);
    }
}

impl Records for Noted<'_> {
    fn wants_payload(&self) -> Option<PayloadForm> {
        self.is_shown.load(Ordering::Relaxed).then_some(self.form)
    }

    fn left_out(&mut self, what: Omission) {
        self.note(Outcome::LeftOut(what));
    }

    fn message(&mut self, message: &MessageRecord<'_>) {
        let start = self.outcomes.bytes.len();
        // It may have been wanted when it was to be read and not be any more; then it is not shown.
        if self.wants_payload().is_some() {
            self.outcomes.expect(message.frame.len());
            self.renderer.render(message, &mut self.outcomes.bytes);
        }
        self.note(Outcome::Message(start..self.outcomes.bytes.len(), message.findings.to_vec()));
    }

    fn bytes(&mut self, _bytes: &BytesRecord<'_>) {
        // Reports of bytes are written on one thread.
    }

    fn gap(&mut self, gap: GapRecord) {
        self.note(Outcome::Gap(Box::new(gap)));
    }

    fn finding(&mut self, finding: Finding) {
        self.note(Outcome::Finding(Box::new(finding)));
    }

    fn closed(&mut self, connection: Box<ConnectionRecord>) {
        self.note(Outcome::Closed(connection));
    }
}
