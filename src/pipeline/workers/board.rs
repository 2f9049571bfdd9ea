//! The batches that are to be read, and what was read: where the threads of a run meet.
//!
//! In: batches, each for one worker. Out: their outcomes. Invariant: the batches of one worker are read in order and
//! one at a time, whichever threads read them; of several workers the oldest batch comes first. A panic of a thread is
//! kept for the thread that waits. Not responsible for the order of outcomes of different workers.

use super::batch::{Batch, Outcomes};
use super::worker::Worker;
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The batches that wait and what became of others, shared by the threads of one run.
pub(super) struct Board<'s> {
    state: Mutex<State<'s>>,
    /// Wakes threads that do nothing but read: there is a batch to read, or no more will come.
    to_read: Condvar,
    /// Wakes the thread that puts batches in: one was read.
    was_read: Condvar,
}

struct State<'s> {
    desks: Vec<Desk<'s>>,
    is_over: bool,
    panic: Option<Box<dyn Any + Send>>,
}

/// The place of one worker.
struct Desk<'s> {
    /// The worker, which is away while a thread lets it read.
    worker: Option<Box<Worker<'s>>>,
    to_read: VecDeque<Job>,
    read: VecDeque<Outcomes>,
}

/// A batch, and room for what becomes of it.
pub(super) struct Job {
    /// Number of the round; batches of one round came at the same time, those of later rounds later.
    pub round: u64,
    pub batch: Batch,
    pub outcomes: Outcomes,
}

/// A worker with a batch that it is to read.
struct Task<'s> {
    index: usize,
    worker: Box<Worker<'s>>,
    job: Job,
}

impl<'s> Board<'s> {
    pub(super) fn new(workers: impl Iterator<Item = Worker<'s>>) -> Self {
        let desk = |worker| Desk { worker: Some(Box::new(worker)), to_read: VecDeque::new(), read: VecDeque::new() };
        let state = State { desks: workers.map(desk).collect(), is_over: false, panic: None };
        Self { state: Mutex::new(state), to_read: Condvar::new(), was_read: Condvar::new() }
    }

    /// Puts in the batches of one round, each with the index of its worker.
    pub(super) fn put(&self, jobs: impl Iterator<Item = (usize, Job)>) {
        let mut state = self.lock();
        for (index, job) in jobs {
            if let Some(desk) = state.desks.get_mut(index) {
                desk.to_read.push_back(job);
            }
        }
        drop(state);
        self.to_read.notify_all();
    }

    /// Reads until no more batches will come.
    pub(super) fn read_all(&self) {
        let mut state = self.lock();
        while !state.is_over {
            state = match state.next_task() {
                Some(task) => self.read(state, task),
                None => self.to_read.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// What became of the oldest batch of each of `workers`, by the worker's index, once all of these were read; reads
    /// batches itself until then if `is_needed`.
    ///
    /// # Panics
    /// Where a thread that read has panicked.
    pub(super) fn take(&self, workers: &[usize], is_needed: bool) -> Option<Vec<(usize, Outcomes)>> {
        let mut state = self.lock();
        loop {
            if let Some(panic) = state.panic.take() {
                drop(state);
                resume_unwind(panic);
            }
            if workers.iter().all(|index| state.desks.get(*index).is_some_and(|desk| !desk.read.is_empty())) {
                let read = |index: &usize| Some((*index, state.desks.get_mut(*index)?.read.pop_front()?));
                return Some(workers.iter().filter_map(read).collect());
            }
            if !is_needed {
                return None;
            }
            state = match state.next_task() {
                Some(task) => self.read(state, task),
                None => self.was_read.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Takes note that no more batches will come, and gives the workers back that are not away.
    pub(super) fn close(&self) -> Vec<Worker<'s>> {
        let mut state = self.lock();
        state.is_over = true;
        let workers = state.desks.iter_mut().filter_map(|desk| desk.worker.take()).map(|worker| *worker).collect();
        drop(state);
        self.to_read.notify_all();
        workers
    }

    /// Lets a worker read while nobody is kept from the board, and puts back what comes of it.
    fn read<'b>(&'b self, state: MutexGuard<'b, State<'s>>, task: Task<'s>) -> MutexGuard<'b, State<'s>> {
        drop(state);
        let Task { index, mut worker, job: Job { batch, outcomes, .. } } = task;
        // After a panic nothing of the worker is used any more.
        let read = catch_unwind(AssertUnwindSafe(|| worker.read(batch, outcomes)));
        let mut state = self.lock();
        match read {
            Ok(outcomes) => {
                if let Some(desk) = state.desks.get_mut(index) {
                    desk.worker = Some(worker);
                    desk.read.push_back(outcomes);
                    if !desk.to_read.is_empty() {
                        self.to_read.notify_one();
                    }
                }
            }
            Err(panic) => state.panic = Some(panic),
        }
        self.was_read.notify_one();
        state
    }

    fn lock(&self) -> MutexGuard<'_, State<'s>> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'s> State<'s> {
    /// The oldest batch of a worker that is there.
    fn next_task(&mut self) -> Option<Task<'s>> {
        let idle = self.desks.iter().enumerate().filter(|(_, desk)| desk.worker.is_some());
        let oldest = idle.filter_map(|(index, desk)| Some((desk.to_read.front()?.round, index))).min();
        let (_, index) = oldest?;
        let desk = self.desks.get_mut(index)?;
        let job = desk.to_read.pop_front()?;
        Some(Task { index, worker: desk.worker.take()?, job })
    }
}
