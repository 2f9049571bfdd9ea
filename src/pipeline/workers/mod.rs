//! Threads that read payloads and render messages, and the order that they keep.
//!
//! In: events in capture order, with their tickets. Out: the same calls of the [`Recorder`], in the same order, as
//! without threads. Every connection belongs to one worker, which sees its events in order. Events go out in batches,
//! a round of them at a time, and what became of them comes back in rounds. The thread that puts them out reads
//! batches itself where it would have to wait. Invariant: at most [`limits::ROUNDS`] rounds of
//! [`limits::ROUND_BYTES`] are under way, and one frame more, so memory grows neither with the capture nor with
//! threads.

mod batch;
mod board;
mod worker;

use super::reading::{Records as _, Ticket, shard_of};
use super::recording::{Intake, Recorder};
use super::setup::Setup;
use crate::conversation::Statistics;
use crate::learning::Surveys;
use crate::limits;
use crate::pipeline::event::Event;
use crate::record::{Rendered, SinkResult, Summary};
use batch::{Batch, Outcome, Outcomes};
use board::{Board, Job};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};
use worker::Worker;

/// The workers of one run, seen from the thread that has the sink.
pub(super) struct Workers<'s> {
    recorder: Box<Recorder<'s>>,
    is_shown: Arc<AtomicBool>,
    board: Closing<'s>,
    /// The batches that are being filled, by worker, and the worker of each of their events, in order.
    batches: Vec<Batch>,
    order: Vec<u8>,
    /// Bytes of the frames in the batches that are being filled.
    bytes: usize,
    rounds: u64,
    under_way: VecDeque<Round>,
    /// Bytes of the frames in the rounds that are under way.
    bytes_under_way: usize,
    /// Batches and outcomes to be used again.
    used: Vec<(Batch, Outcomes)>,
    orders: Vec<Vec<u8>>,
}

/// Batches that went out at the same time.
struct Round {
    /// 0-based index of the worker of each event.
    order: Vec<u8>,
    /// 0-based indices of the workers that have a batch in the round, in order.
    workers: Vec<usize>,
    /// Bytes of the frames in the batches.
    bytes: usize,
}

/// Ends the other threads when it is dropped, also when this one panics.
struct Closing<'s>(Arc<Board<'s>>);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        drop(self.0.close());
    }
}

impl<'s> Workers<'s> {
    /// Starts threads so that there are `threads` with this one.
    ///
    /// # Errors
    /// The sink of the recorder, which is given back, wants messages itself.
    pub(super) fn spawn(
        setup: &'s Setup,
        surveys: &'s Surveys,
        recorder: Box<Recorder<'s>>,
        threads: usize,
        scope: &'s Scope<'s, '_>,
    ) -> Result<Self, Box<Recorder<'s>>> {
        let Some(renderer) = recorder.renderer() else { return Err(recorder) };
        let form = recorder.wants_payload();
        let is_shown = Arc::new(AtomicBool::new(form.is_some()));
        let threads = threads.min(limits::SHARDS);
        let worker =
            |_| Worker::new(setup, surveys, renderer.another(), Arc::clone(&is_shown), form.unwrap_or_default());
        let board = Arc::new(Board::new((0..threads).map(worker)));
        for _ in 1..threads {
            let board = Arc::clone(&board);
            // Where the system has no thread to spare, the others do its work.
            let _ = thread::Builder::new().spawn_scoped(scope, move || board.read_all());
        }
        Ok(Self {
            recorder,
            is_shown,
            board: Closing(board),
            batches: (0..threads).map(|_| Batch::default()).collect(),
            order: Vec::new(),
            bytes: 0,
            rounds: 0,
            under_way: VecDeque::new(),
            bytes_under_way: 0,
            used: Vec::new(),
            orders: Vec::new(),
        })
    }

    /// Takes the next event.
    pub(super) fn push(&mut self, event: Event<'_>, ticket: Ticket) {
        let index = shard_of(event.slot) % self.batches.len().max(1);
        let Some(batch) = self.batches.get_mut(index) else { return };
        self.bytes += batch.push(event, ticket);
        // There are at most as many workers as shards.
        self.order.push(u8::try_from(index).unwrap_or(u8::MAX));
        if self.order.len() >= limits::BATCH_EVENTS || self.bytes >= limits::BATCH_BYTES {
            self.send();
            while self.pass_on_next(self.is_full()) {}
        }
    }

    /// Whether no more may be under way.
    fn is_full(&self) -> bool {
        self.under_way.len() > limits::ROUNDS || self.bytes_under_way > limits::ROUND_BYTES
    }

    /// Whether the sink takes more packets.
    pub(super) fn check(&mut self) -> SinkResult {
        self.recorder.check()
    }

    /// Ends the run after all packets, and gives the summary.
    pub(super) fn finish(mut self, read: &Intake<'_>) -> io::Result<Summary> {
        self.send();
        while self.pass_on_next(true) {}
        let mut statistics = Statistics::default();
        for worker in self.board.0.close() {
            statistics.merge(worker.into_statistics());
        }
        self.recorder.finish(read, &statistics)
    }

    /// Sends what was put into batches on its way.
    fn send(&mut self) {
        let Self { board, batches, order, bytes, rounds, under_way, bytes_under_way, used, orders, .. } = self;
        *rounds += 1;
        let filled = batches.iter_mut().enumerate().filter(|(_, batch)| !batch.is_empty());
        let jobs: Vec<_> = filled
            .map(|(index, batch)| {
                let (next, outcomes) = used.pop().unwrap_or_default();
                (index, Job { round: *rounds, batch: std::mem::replace(batch, next), outcomes })
            })
            .collect();
        let next = orders.pop().unwrap_or_default();
        let workers = jobs.iter().map(|(index, _)| *index).collect();
        *bytes_under_way += *bytes;
        under_way.push_back(Round { order: std::mem::replace(order, next), workers, bytes: std::mem::take(bytes) });
        board.0.put(jobs.into_iter());
    }

    /// Passes on what became of the oldest round, once all of it was read, which is waited for if it `is_needed`.
    /// Returns whether it was passed on.
    fn pass_on_next(&mut self, is_needed: bool) -> bool {
        let Some(round) = self.under_way.front() else { return false };
        let Some(mut read) = self.board.0.take(&round.workers, is_needed) else { return false };
        let Some(Round { mut order, bytes: round_bytes, .. }) = self.under_way.pop_front() else { return false };
        self.bytes_under_way -= round_bytes;
        let mut by_worker: Vec<_> = self.batches.iter().map(|_| None).collect();
        for (index, outcomes) in &mut read {
            if let Some(place) = by_worker.get_mut(*index) {
                *place = Some((outcomes.events.drain(..), &outcomes.bytes));
            }
        }
        for index in order.drain(..) {
            let Some(Some((events, bytes))) = by_worker.get_mut(usize::from(index)) else { continue };
            match events.next() {
                Some(Outcome::Message(range, findings)) => {
                    let bytes = bytes.get(range).unwrap_or_default();
                    self.recorder.rendered(&Rendered { bytes, findings: &findings });
                }
                Some(Outcome::Gap(gap)) => self.recorder.gap(*gap),
                Some(Outcome::Finding(finding)) => self.recorder.finding(*finding),
                Some(Outcome::Closed(connection)) => self.recorder.closed(connection),
                Some(Outcome::LeftOut(what)) => self.recorder.left_out(what),
                Some(Outcome::Nothing) | None => {}
            }
        }
        drop(by_worker);
        self.orders.push(order);
        if self.recorder.wants_payload().is_none() {
            self.is_shown.store(false, Ordering::Relaxed);
        }
        for (_, mut outcomes) in read {
            let batch = outcomes.clear();
            self.used.push((batch, outcomes));
        }
        true
    }
}
