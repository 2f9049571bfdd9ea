//! Bytes that cannot be decided yet, and the packets that brought them.
//!
//! In: the end of a chunk, when a frame straddles it or a search needs more. Out: one contiguous run, and for each of
//! its bytes the packet that carried it. Invariant: no gap lies inside the run.

use crate::units::{Origin, StreamOffset};
use std::collections::VecDeque;

/// Memory that is kept for the next time; a buffer that had to grow beyond it is given back once it is empty.
const KEPT_BYTES: usize = 64 << 10;

/// Who brought some bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Source {
    /// The packet that carried them.
    pub(super) packet: u64,
    /// The packet that made them available in order.
    pub(super) available: Origin,
}

#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    /// For each part the position of its end; positions rise.
    parts: VecDeque<(StreamOffset, Source)>,
}

impl Held {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Memory that it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.parts.capacity() * size_of::<(StreamOffset, Source)>()
    }

    /// Appends bytes that end at position `end`.
    pub(super) fn extend(&mut self, bytes: &[u8], end: StreamOffset, source: Source) {
        if !bytes.is_empty() {
            self.bytes.extend_from_slice(bytes);
            self.parts.push_back((end, source));
        }
    }

    /// The packet that made the first of the bytes available.
    pub(super) fn first_available(&self) -> Option<u64> {
        self.parts.front().map(|(_, source)| source.available.packet)
    }

    /// Who brought the byte at `position`; bytes behind all that are held came from `newest`.
    pub(super) fn source_of(&self, position: StreamOffset, newest: Source) -> Source {
        let index = match self.parts.front() {
            Some((end, _)) if position < *end => 0,
            _ => self.parts.partition_point(|(end, _)| *end <= position),
        };
        self.parts.get(index).map_or(newest, |(_, source)| *source)
    }

    /// Forgets the bytes before `position`, the first `count`.
    pub(super) fn release(&mut self, count: usize, position: StreamOffset) {
        if count >= self.bytes.len() {
            return self.clear();
        }
        self.bytes.drain(..count);
        while self.parts.front().is_some_and(|(end, _)| *end <= position) {
            self.parts.pop_front();
        }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.parts.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        self.parts.shrink_to(KEPT_BYTES / size_of::<(StreamOffset, Source)>());
    }
}
