//! How far reading is, for whoever shows it.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of the captures was read, in bytes of the files as they are stored, compressed or not.
///
/// Files are read in blocks, so `done` runs a little ahead of the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that were read.
    pub done: u64,
    /// Bytes that the captures have; `None` if a pipe is among them. A file that is still written to can grow past it.
    pub total: Option<u64>,
}

impl Progress {
    /// The progress of no captures: nothing of nothing.
    pub(super) const NONE: Self = Self { done: 0, total: Some(0) };

    /// The progress of two sources together.
    #[must_use]
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            done: self.done.saturating_add(other.done),
            total: self.total.zip(other.total).map(|(one, other)| one.saturating_add(other)),
        }
    }
}

/// Where bytes come from, and how many there are.
pub(super) struct Source {
    pub(super) bytes: Box<dyn Read + Send>,
    /// Bytes that the source has; `None` if that is not known.
    pub(super) len: Option<u64>,
}

/// The count of a [`Counted`] source, which disappears under a decompressor.
pub(super) struct Meter {
    done: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Meter {
    pub(super) fn progress(&self) -> Progress {
        Progress { done: self.done.load(Ordering::Relaxed), total: self.total }
    }
}

/// Counts the bytes that are read through it.
struct Counted {
    bytes: Box<dyn Read + Send>,
    done: Arc<AtomicU64>,
}

impl Source {
    /// Opens the source for reading, with a meter of the bytes that were read.
    pub(super) fn metered(self) -> (Box<dyn Read + Send>, Meter) {
        let done = Arc::<AtomicU64>::default();
        let meter = Meter { done: Arc::clone(&done), total: self.len };
        (Box::new(Counted { bytes: self.bytes, done }), meter)
    }
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(out)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
