//! One of the threads that read.
//!
//! In: batches. Out: tellings, one for each batch, in the same order; at the end what was counted. Not responsible for
//! the order of batches of different workers.

use super::batch::{Batch, Tellings, Told};
use crate::conversation::Statistics;
use crate::pipeline::Setup;
use crate::pipeline::reader::{Reader, Tell};
use crate::proto::TopLevel;
use crate::proto::json::Style;
use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord, Render};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};

/// Reads batches until no more come. `used` are tellings to be used again; `wants_messages` may become false on the way.
pub(super) fn run(
    setup: &Setup,
    mut renderer: Box<dyn Render>,
    wants_messages: &AtomicBool,
    json_style: Option<Style>,
    batches: &Receiver<(Batch, Tellings)>,
    results: &Sender<Tellings>,
) -> Statistics {
    let (mut reader, mut top) = (Reader::new(setup), TopLevel::default());
    while let Ok((mut batch, tellings)) = batches.recv() {
        let mut noted = Noted { tellings, renderer: &mut *renderer, wants_messages, json_style };
        batch.unpack(|event, ticket| {
            let before = noted.tellings.told.len();
            if let Some(payload) = event.payload() {
                top.read(payload);
            }
            reader.push(event, ticket, &top, &mut noted);
            if noted.tellings.told.len() == before {
                noted.tellings.told.push(Told::Nothing);
            }
        });
        let tellings = Tellings { batch, ..noted.tellings };
        // Whoever started this thread has given up.
        if results.send(tellings).is_err() {
            break;
        }
    }
    reader.statistics
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
        self.note(Told::Gap(gap));
    }

    fn finding(&mut self, finding: Finding) {
        self.note(Told::Finding(finding));
    }

    fn closed(&mut self, connection: Box<ConnectionRecord>) {
        self.note(Told::Closed(connection));
    }
}
