//! What an assembler tells becomes calls of the sink, and is counted on the way.
//!
//! In: chunks, gaps and repeated bytes of one direction. Out: [`StreamSink`] calls with the connection that they belong
//! to. Invariant: `delivered`, `gaps` and `missing` are the sums of what the sink was told.

use super::assembler::Output;
use super::facts::Counts;
use super::history::{History, Trail};
use super::inserted::Difference;
use super::{Connection, StreamSink};
use crate::units::{Chunk, Direction, Gap, Origin, StreamOffset};

/// The way out of one direction of a connection.
pub(super) struct Outlet<'a, S: StreamSink> {
    pub(super) connection: &'a mut Connection,
    pub(super) kept: &'a mut S::Kept,
    pub(super) direction: Direction,
    pub(super) trail: &'a mut Trail,
    pub(super) history: &'a mut History,
    pub(super) sink: &'a mut S,
}

impl<S: StreamSink> Outlet<'_, S> {
    pub(super) fn counts(&mut self) -> &mut Counts {
        self.connection.counts.of_mut(self.direction)
    }

    pub(super) fn conflict(&mut self, offset: StreamOffset, seen: Origin) {
        self.sink.conflict(self.connection, self.kept, self.direction, offset, seen);
    }
}

impl<S: StreamSink> Output for Outlet<'_, S> {
    fn chunk(&mut self, chunk: Chunk<'_>) {
        self.counts().delivered += chunk.bytes.len() as u64;
        self.history.remember(self.trail, chunk.offset, chunk.bytes);
        self.sink.chunk(self.connection, self.kept, self.direction, chunk);
    }

    fn gap(&mut self, gap: Gap) {
        let odd = self.counts().odd();
        odd.gaps += 1;
        odd.missing += gap.len;
        self.sink.gap(self.connection, self.kept, self.direction, gap);
    }

    fn repeated(&mut self, offset: StreamOffset, bytes: &[u8]) -> Difference {
        self.history.compare(*self.trail, offset, bytes)
    }
}
