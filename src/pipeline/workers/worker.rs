//! What reads the events of a share of the connections.
//!
//! In: batches. Out: tellings, one for each batch, and at the end what was counted. Not responsible for the order of batches
//! or for who lets it read.

use super::batch::{Batch, Tellings, Told};
use crate::conversation::Statistics;
use crate::learning::Surveys;
use crate::pipeline::reader::{Reader, Tell};
use crate::pipeline::setup::Setup;
use crate::proto::TopLevel;
use crate::proto::json::Style;
use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord, Render};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) struct Worker<'s> {
    reader: Reader<'s>,
    top: TopLevel,
    renderer: Box<dyn Render>,
    wants_messages: Arc<AtomicBool>,
    json_style: Option<Style>,
}

impl<'s> Worker<'s> {
    /// `wants_messages` may become false on the way.
    pub(super) fn new(
        setup: &'s Setup,
        surveys: &'s Surveys,
        renderer: Box<dyn Render>,
        wants_messages: Arc<AtomicBool>,
        json_style: Option<Style>,
    ) -> Self {
        Self { reader: Reader::new(setup, surveys), top: TopLevel::default(), renderer, wants_messages, json_style }
    }

    /// Reads a batch; `tellings` are empty.
    pub(super) fn read(&mut self, mut batch: Batch, tellings: Tellings) -> Tellings {
        let Self { reader, top, renderer, wants_messages, json_style } = self;
        let mut noted = Noted { tellings, renderer: &mut **renderer, wants_messages, json_style: *json_style };
        batch.unpack(|event, ticket| {
            let before = noted.tellings.told.len();
            if let Some(payload) = event.payload() {
                top.read(payload);
            }
            reader.push(event, ticket, top, &mut noted);
            if noted.tellings.told.len() == before {
                noted.tellings.told.push(Told::Nothing);
            }
        });
        Tellings { batch, ..noted.tellings }
    }

    pub(super) fn into_statistics(self) -> Statistics {
        self.reader.statistics
    }
}

/// Notes what it is told.
struct Noted<'w> {
    tellings: Tellings,
    renderer: &'w mut dyn Render,
    wants_messages: &'w AtomicBool,
    json_style: Option<Style>,
}

impl Noted<'_> {
    fn note(&mut self, told: Told) {
        self.tellings.told.push(told);
    }
}

impl Tell for Noted<'_> {
    fn wants_messages(&self) -> bool {
        self.wants_messages.load(Ordering::Relaxed)
    }

    fn json_style(&self) -> Option<Style> {
        self.json_style
    }

    fn message(&mut self, message: &MessageRecord<'_>) {
        let start = self.tellings.bytes.len();
        // It may have been wanted when it was to be read and not be any more; then it is not shown.
        if self.wants_messages() {
            self.renderer.render(message, &mut self.tellings.bytes);
        }
        self.note(Told::Message(start..self.tellings.bytes.len(), message.findings.to_vec()));
    }

    fn bytes(&mut self, _bytes: &BytesRecord<'_>) {
        // Reports of bytes are written on one thread.
    }

    fn gap(&mut self, gap: GapRecord) {
        self.note(Told::Gap(Box::new(gap)));
    }

    fn finding(&mut self, finding: Finding) {
        self.note(Told::Finding(Box::new(finding)));
    }

    fn closed(&mut self, connection: Box<ConnectionRecord>) {
        self.note(Told::Closed(connection));
    }
}
