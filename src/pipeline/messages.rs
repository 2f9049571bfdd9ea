//! The last step of a run: from events to records, on this thread or on several.

use super::Setup;
use super::event::Event;
use super::learning::Survey;
use super::reader::Reader;
use super::teller::Teller;
use super::ticket::Tickets;
use super::totals::Read;
use super::workers::Workers;
use crate::proto::{self, TopLevel};
use crate::record::{Sink, Summary};
use crate::stream::Slot;
use crate::units::Timestamp;
use std::io;
use std::thread::Scope;

/// Receives events in capture order, and passes records on.
pub(super) struct Messages<'s> {
    tickets: Tickets<'s>,
    top: TopLevel,
    way: Way<'s>,
}

enum Way<'s> {
    /// Everything at once, on this thread.
    Alone(Box<Reader<'s>>, Box<Teller<'s>>),
    /// Other threads read, this one tells.
    Shared(Box<Workers<'s>>),
}

impl<'s> Messages<'s> {
    pub(super) fn new(setup: &'s Setup, sink: &'s mut dyn Sink) -> Self {
        Self::with(setup, Reader::new(setup), sink)
    }

    /// The same for a run that tells nothing of messages and learns from their payloads.
    pub(super) fn surveying(setup: &'s Setup, sink: &'s mut dyn Sink, survey: &'s mut Survey) -> Self {
        Self::with(setup, Reader::surveying(setup, survey), sink)
    }

    /// The same with threads that read, if the sink has something that renders messages away from it.
    pub(super) fn threaded(setup: &'s Setup, sink: &'s mut dyn Sink, threads: usize, scope: &'s Scope<'s, '_>) -> Self {
        let way = match Workers::spawn(setup, Box::new(Teller::new(setup, sink)), threads, scope) {
            Ok(workers) => Way::Shared(Box::new(workers)),
            Err(teller) => Way::Alone(Box::new(Reader::new(setup)), teller),
        };
        Self { tickets: Tickets::new(setup), top: TopLevel::default(), way }
    }

    fn with(setup: &'s Setup, reader: Reader<'s>, sink: &'s mut dyn Sink) -> Self {
        let way = Way::Alone(Box::new(reader), Box::new(Teller::new(setup, sink)));
        Self { tickets: Tickets::new(setup), top: TopLevel::default(), way }
    }

    pub(super) fn push(&mut self, event: Event<'_>) {
        match &mut self.way {
            Way::Alone(reader, teller) => {
                if let Some(payload) = event.payload() {
                    self.top.read(payload);
                }
                let ticket = self.tickets.give(&event, |_| self.top.digest());
                reader.push(event, ticket, &self.top, &mut **teller);
            }
            Way::Shared(workers) => {
                // The worker reads the top level, where it is needed as a whole.
                let ticket = self.tickets.give(&event, proto::digest);
                workers.push(event, ticket);
            }
        }
    }

    /// Events may come of the connection in `slot`.
    pub(super) fn at_hand(&self, slot: Slot) {
        if let Way::Alone(reader, _) = &self.way {
            reader.at_hand(slot);
        }
    }

    /// Nothing comes up to `time`, when `open_connections` are followed.
    pub(super) fn time(&mut self, time: Timestamp, open_connections: usize, read: &Read<'_>) -> io::Result<()> {
        match &mut self.way {
            Way::Alone(reader, teller) => teller.time(time, open_connections, read, &reader.statistics),
            // Nobody watches a run that is spread over threads.
            Way::Shared(_) => Ok(()),
        }
    }

    /// Whether the sink still takes records.
    pub(super) fn check(&mut self) -> io::Result<()> {
        match &mut self.way {
            Way::Alone(_, teller) => teller.check(),
            Way::Shared(workers) => workers.check(),
        }
    }

    /// The end of all packets.
    pub(super) fn finish(self, read: &Read<'_>) -> io::Result<Summary> {
        match self.way {
            Way::Alone(reader, teller) => teller.finish(read, &reader.statistics),
            Way::Shared(workers) => workers.finish(read),
        }
    }
}
