//! The queue between the thread of an interface and whoever takes its packets.
//!
//! In: batches. Out: the same, in order. Invariant: what waits is bounded in bytes; putting never blocks,
//! and gives back what has no room.

use super::batch::Batch;
use crate::limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How much waits in the queue.
#[derive(Debug, Default)]
struct Fill {
    bytes: AtomicUsize,
    peak: AtomicUsize,
}

/// The end of the queue into which batches are put.
#[derive(Clone, Debug)]
pub(in crate::capture) struct Entry {
    to: mpsc::Sender<Batch>,
    fill: Arc<Fill>,
    max_bytes: usize,
}

/// The end of the queue from which batches are taken.
#[derive(Debug)]
pub(in crate::capture) struct Exit {
    from: mpsc::Receiver<Batch>,
    fill: Arc<Fill>,
}

/// A queue in which at most `max_bytes` wait, or one batch that is longer.
pub(super) fn queue(max_bytes: usize) -> (Entry, Exit) {
    let ((to, from), fill) = (mpsc::channel(), Arc::<Fill>::default());
    (Entry { to, fill: Arc::clone(&fill), max_bytes }, Exit { from, fill })
}

/// What became of a batch that was put.
#[derive(Debug)]
pub(in crate::capture) enum Put {
    /// The batch waits in the queue.
    Taken,
    /// There is no room now; this is the batch again.
    Full(Batch),
    /// Nobody takes batches any more.
    Gone,
}

impl Entry {
    /// Bytes of a batch after which another is to be begun: a queue that takes few must not be full with one.
    pub(super) fn batch_bytes(&self) -> usize {
        limits::LIVE_BATCH_BYTES.min(self.max_bytes / 8)
    }

    /// Puts a batch if there is room. The last one of an interface always has room, and any has in an empty queue.
    pub(in crate::capture) fn put(&self, batch: Batch) -> Put {
        let len = batch.memory();
        let before = self.fill.bytes.fetch_add(len, Ordering::Relaxed);
        let has_room = before + len <= self.max_bytes;
        if !has_room && before > 0 && batch.end.is_none() {
            self.fill.bytes.fetch_sub(len, Ordering::Relaxed);
            return Put::Full(batch);
        }
        // What may come in all the same is one batch more, and no measure of how full it was.
        self.fill.peak.fetch_max(if has_room { before + len } else { before }, Ordering::Relaxed);
        if self.to.send(batch).is_ok() { Put::Taken } else { Put::Gone }
    }
}

impl Exit {
    /// The next batch; `None` if none came in time.
    pub(in crate::capture) fn take(&self, patience: Duration) -> Result<Option<Batch>, Closed> {
        match self.from.recv_timeout(patience) {
            Ok(batch) => {
                self.fill.bytes.fetch_sub(batch.memory(), Ordering::Relaxed);
                Ok(Some(batch))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Closed),
        }
    }

    /// The most bytes that waited in the queue at once.
    pub(super) fn peak(&self) -> usize {
        self.fill.peak.load(Ordering::Relaxed)
    }
}

/// Says that the queue is empty and nobody will put a batch any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::capture) struct Closed;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Timestamp;

    const NOW: Duration = Duration::ZERO;

    fn batch(len: usize) -> Batch {
        let mut batch = Batch::default();
        batch.push(Timestamp::from_ns(1), 1, &vec![0; len]);
        batch
    }

    #[test]
    fn a_full_queue_gives_back_what_has_no_room_until_something_was_taken() {
        let (entry, exit) = queue(2500);
        assert!(matches!((entry.put(batch(1000)), entry.put(batch(1000))), (Put::Taken, Put::Taken)));
        assert!(matches!(entry.put(batch(1000)), Put::Full(back) if back.len() == 1));
        assert!(matches!(exit.take(NOW), Ok(Some(_))));
        assert!(matches!(entry.put(batch(1000)), Put::Taken));
        assert!((2000..=2500).contains(&exit.peak()), "{}", exit.peak());
    }

    #[test]
    fn the_end_of_an_interface_has_room_in_a_full_queue() {
        let (entry, exit) = queue(0);
        assert!(matches!(entry.put(batch(1)), Put::Taken), "an empty queue has room for anything");
        assert!(matches!(entry.put(batch(1)), Put::Full(_)));
        let mut last = Batch::default();
        last.end = Some(None);
        assert!(matches!(entry.put(last), Put::Taken));
        assert!(matches!(exit.take(NOW), Ok(Some(first)) if first.end.is_none()));
        assert!(matches!(exit.take(NOW), Ok(Some(last)) if last.end.is_some()));
        assert!(matches!(exit.take(NOW), Ok(None)));
        drop(entry);
        assert_eq!(exit.take(NOW).err(), Some(Closed));
    }

    #[test]
    fn a_batch_that_is_full_has_room_in_a_small_queue() {
        for max_bytes in [10_000, 262_144, 1 << 25] {
            let (entry, _exit) = queue(max_bytes);
            let mut full = Batch::default();
            while !full.is_full(entry.batch_bytes()) {
                full.push(Timestamp::default(), 1000, &[0; 1000]);
            }
            let another = batch(full.memory());
            assert!(matches!(entry.put(another), Put::Taken));
            assert!(matches!(entry.put(full), Put::Taken), "{max_bytes}");
        }
    }

    #[test]
    fn putting_tells_that_nobody_takes() {
        let (entry, exit) = queue(1 << 20);
        drop(exit);
        assert!(matches!(entry.put(batch(1)), Put::Gone));
    }
}
