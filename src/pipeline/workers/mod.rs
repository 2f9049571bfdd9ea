//! Threads that read payloads and render messages, and the order that they keep.
//!
//! In: events in capture order, with their tickets. Out: the same calls of the [`Teller`], in the same order, as without
//! threads. Every connection belongs to one worker, which sees its events in order. Events go out in batches, and what
//! became of them comes back in batches; a list of workers says whose telling is next. Invariant: at most
//! [`limits::BATCHES`] are under way, so memory does not grow with the capture.

mod batch;
mod worker;

use super::Setup;
use super::event::Event;
use super::reader::Tell;
use super::talks::shard_of;
use super::teller::Teller;
use super::ticket::Ticket;
use super::totals::Read;
use crate::conversation::Statistics;
use crate::limits;
use crate::record::{Rendered, Summary};
use batch::{Batch, Tellings, Told};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

/// The workers of one run, seen from the thread that has the sink.
pub(super) struct Workers<'s> {
    teller: Box<Teller<'s>>,
    workers: Vec<Worker<'s>>,
    wants_messages: Arc<AtomicBool>,
    /// The workers of the events that are being put into batches, in order, and bytes of their frames.
    order: Vec<u8>,
    bytes: usize,
    /// The same of the batches that are under way.
    under_way: VecDeque<Vec<u8>>,
    /// To be used again.
    orders: Vec<Vec<u8>>,
    /// A worker has gone without an answer; that it panicked comes out when it is joined.
    lost: bool,
}

struct Worker<'s> {
    batch: Batch,
    batches: Sender<(Batch, Tellings)>,
    results: Receiver<Tellings>,
    used: Vec<(Batch, Tellings)>,
    handle: ScopedJoinHandle<'s, Statistics>,
}

impl<'s> Workers<'s> {
    /// Starts `threads` workers.
    ///
    /// # Errors
    /// The sink of the teller, which is given back, wants messages itself.
    pub(super) fn spawn(
        setup: &'s Setup,
        teller: Box<Teller<'s>>,
        threads: usize,
        scope: &'s Scope<'s, '_>,
    ) -> Result<Self, Box<Teller<'s>>> {
        let Some(renderer) = teller.renderer() else { return Err(teller) };
        let wants_messages = Arc::new(AtomicBool::new(teller.wants_messages()));
        let json_style = teller.json_style();
        let workers = (0..threads.min(limits::SHARDS)).map(|_| {
            let (batches, to_read) = channel();
            let (to_tell, results) = channel();
            let (renderer, wants_messages) = (renderer.another(), Arc::clone(&wants_messages));
            let handle =
                scope.spawn(move || worker::run(setup, renderer, &wants_messages, json_style, &to_read, &to_tell));
            Worker { batch: Batch::default(), batches, results, used: Vec::new(), handle }
        });
        Ok(Self {
            workers: workers.collect(),
            teller,
            wants_messages,
            order: Vec::new(),
            bytes: 0,
            under_way: VecDeque::new(),
            orders: Vec::new(),
            lost: false,
        })
    }

    /// Takes the next event.
    pub(super) fn push(&mut self, event: Event<'_>, ticket: Ticket) {
        let index = shard_of(event.slot) % self.workers.len().max(1);
        let Some(worker) = self.workers.get_mut(index) else { return };
        self.bytes += worker.batch.push(event, ticket);
        // There are at most as many workers as shards.
        self.order.push(u8::try_from(index).unwrap_or(u8::MAX));
        if self.order.len() >= limits::BATCH_EVENTS || self.bytes >= limits::BATCH_BYTES {
            self.send();
            while self.under_way.len() > limits::BATCHES {
                self.tell_next();
            }
        }
    }

    /// Whether the sink still takes records.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.teller.check()
    }

    /// The end of all packets.
    pub(super) fn finish(mut self, read: &Read<'_>) -> io::Result<Summary> {
        self.send();
        while !self.under_way.is_empty() {
            self.tell_next();
        }
        let mut statistics = Statistics::default();
        for Worker { batches, handle, .. } in self.workers {
            drop(batches);
            match handle.join() {
                Ok(counted) => statistics.merge(counted),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        self.teller.finish(read, &statistics)
    }

    /// Sends what was put into batches on its way.
    fn send(&mut self) {
        for worker in self.workers.iter_mut().filter(|worker| !worker.batch.is_empty()) {
            let (next, tellings) = worker.used.pop().unwrap_or_default();
            let batch = std::mem::replace(&mut worker.batch, next);
            self.lost |= worker.batches.send((batch, tellings)).is_err();
        }
        self.bytes = 0;
        let next = self.orders.pop().unwrap_or_default();
        self.under_way.push_back(std::mem::replace(&mut self.order, next));
    }

    /// Waits for what became of the oldest batches, and tells it.
    fn tell_next(&mut self) {
        let Some(mut order) = self.under_way.pop_front() else { return };
        let mut is_used = [false; limits::SHARDS];
        for index in &order {
            if let Some(is_used) = is_used.get_mut(usize::from(*index)) {
                *is_used = true;
            }
        }
        let mut results: Vec<Tellings> = Vec::with_capacity(self.workers.len());
        for (worker, is_used) in self.workers.iter().zip(is_used) {
            let received =
                if is_used && !self.lost { worker.results.recv().map_err(|_| self.lost = true) } else { Err(()) };
            results.push(received.unwrap_or_default());
        }
        {
            let mut told: Vec<_> =
                results.iter_mut().map(|tellings| (tellings.told.drain(..), &tellings.bytes)).collect();
            for index in order.drain(..) {
                let Some((told, bytes)) = told.get_mut(usize::from(index)) else { continue };
                match told.next() {
                    Some(Told::Message(range, findings)) => {
                        let bytes = bytes.get(range).unwrap_or_default();
                        self.teller.rendered(&Rendered { bytes, findings: &findings });
                    }
                    Some(Told::Gap(gap)) => self.teller.gap(gap),
                    Some(Told::Finding(finding)) => self.teller.finding(finding),
                    Some(Told::Closed(connection)) => self.teller.closed(connection),
                    Some(Told::Nothing) | None => {}
                }
            }
        }
        self.orders.push(order);
        if !self.teller.wants_messages() {
            self.wants_messages.store(false, Ordering::Relaxed);
        }
        for ((worker, mut tellings), is_used) in self.workers.iter_mut().zip(results).zip(is_used) {
            if is_used {
                tellings.bytes.clear();
                let batch = std::mem::take(&mut tellings.batch);
                worker.used.push((batch, tellings));
            }
        }
    }
}
