//! The thread of one interface: takes packets out of the kernel and puts them into the queue.
//!
//! Invariant: it never waits for the queue. What finds no room is collected in one batch more, then dropped and
//! counted.

use super::batch::{Batch, Counts};
use super::control::Control;
use super::handle::Handle;
use super::options::LiveOptions;
use super::queue::{Entry, Put};
use crate::units::Timestamp;
use std::time::{Duration, Instant, SystemTime};

/// Most packets that are read before the counters are looked at again.
const READ_COUNT: usize = 4096;

/// How often libpcap's counters are asked for; it opens files for that.
const COUNTS_EVERY: Duration = Duration::from_millis(100);

/// How long a stopped capture is read on at the most: what came before it was stopped is at hand by then.
const DRAIN: Duration = Duration::from_secs(2);

/// How packets come from the kernel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How long the kernel may keep a packet before it shows it.
    delay: Duration,
    /// How often the thread looks whether it is to end.
    tick: Duration,
}

impl Pace {
    pub(super) fn new(options: &LiveOptions) -> Self {
        // The kernel's timer can be late; nothing depends on the allowance but that the time that passes is not told
        // early.
        let delay = if options.immediate { Duration::ZERO } else { 2 * options.timeout } + Duration::from_millis(50);
        Self { delay, tick: Duration::from_millis(100) }
    }
}

/// The state of the thread of one interface.
struct Reader<'a> {
    interface: usize,
    entry: &'a Entry,
    batch: Batch,
    /// Time before which all packets were read.
    upto: Timestamp,
    queue_dropped: u64,
    is_gone: bool,
}

impl Reader<'_> {
    fn take(&mut self, time: Timestamp, len: u32, data: &[u8]) {
        if self.batch.is_full(self.entry.batch_bytes()) {
            self.put();
        }
        if self.batch.is_full(self.entry.batch_bytes()) {
            self.queue_dropped += 1;
        } else {
            self.batch.push(time, len, data);
            self.upto = self.upto.max(time);
        }
    }

    /// Puts the batch into the queue if there is room, and begins another.
    fn put(&mut self) {
        let next = self.batch.another(self.interface);
        let mut full = std::mem::replace(&mut self.batch, next);
        full.upto = self.upto;
        match self.entry.put(full) {
            Put::Taken => {}
            Put::Full(back) => self.batch = back,
            Put::Gone => self.is_gone = true,
        }
    }
}

/// Reads until the interface ends or `control` says so.
pub(super) fn run(mut handle: Handle, interface: usize, entry: &Entry, control: &Control, pace: Pace) {
    let batch = Batch::default().another(interface);
    let mut reader = Reader { interface, entry, batch, upto: Timestamp::default(), queue_dropped: 0, is_gone: false };
    let mut stopped: Option<(Instant, Timestamp)> = None;
    let mut counted = Instant::now();
    let mut is_drained = true;
    let end = loop {
        if is_drained {
            handle.wait(if stopped.is_some() { pace.delay / 4 } else { pace.tick });
        }
        if stopped.is_none() && control.is_stopped() {
            stopped = Some((Instant::now(), now()));
        }
        let asked = now();
        let count = match handle.read(READ_COUNT, |time, len, data| reader.take(time, len, data)) {
            Ok(count) => count,
            Err(said) => break Some(said),
        };
        is_drained = count < READ_COUNT;
        if is_drained {
            let delay = i64::try_from(pace.delay.as_nanos()).unwrap_or(i64::MAX);
            let upto = Timestamp::from_ns(asked.ns().saturating_sub(delay));
            reader.upto = reader.upto.max(upto);
        }
        reader.batch.is_drained = is_drained;
        if counted.elapsed() >= COUNTS_EVERY {
            counted = Instant::now();
            reader.batch.counts = Some(counts(&mut handle, &reader));
        }
        if reader.batch.len() > 0 || reader.batch.counts.is_some() {
            reader.put();
        }
        let is_done = |(since, at): (Instant, Timestamp)| {
            let over = is_drained && since.elapsed() >= pace.delay || reader.upto > at;
            over || since.elapsed() >= DRAIN || control.is_over()
        };
        if reader.is_gone || stopped.is_some_and(is_done) {
            break None;
        }
    };
    reader.batch.counts = Some(counts(&mut handle, &reader));
    reader.batch.end = Some(end);
    reader.put();
}

fn counts(handle: &mut Handle, reader: &Reader<'_>) -> Counts {
    Counts { queue_dropped: reader.queue_dropped, ..handle.counts() }
}

/// The time by the clock that packets are stamped with.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ns(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
