//! The bytes that were delivered last, to see retransmissions that differ from them.
//!
//! In: delivered bytes of all connections, then repeated ones. Out: how they differ. Invariant: memory is
//! [`HISTORY_BYTES`] and [`HISTORY_RECORDS`] records at most, however many connections there are. Bytes that
//! were forgotten count as equal.

use super::inserted::Difference;
use super::seq::split;
use crate::limits::{HISTORY_BYTES, HISTORY_RECORDS, HISTORY_STEPS};
use crate::units::StreamOffset;
use std::collections::VecDeque;

/// The end of one direction's chain of records: 1-based number of the last one, 0 if there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trail(u64);

#[derive(Debug)]
struct Record {
    /// The record before this one in the same direction.
    previous: Trail,
    offset: StreamOffset,
    /// [`History::written`] before this record.
    written: usize,
    len: usize,
}

/// The bytes that were delivered last, over all connections.
#[derive(Debug)]
pub(super) struct History {
    /// The ring of bytes; each record is in one piece.
    bytes: Box<[u8]>,
    /// Bytes written to the ring so far, with those that were left free at its end.
    written: usize,
    records: VecDeque<Record>,
    /// Records that were forgotten so far.
    forgotten: u64,
}

impl Default for History {
    fn default() -> Self {
        let bytes = vec![0; HISTORY_BYTES].into_boxed_slice();
        Self { bytes, written: 0, records: VecDeque::with_capacity(HISTORY_RECORDS), forgotten: 0 }
    }
}

impl History {
    /// Notes that `bytes` were delivered at `offset`, the end of what `trail` had.
    pub(super) fn remember(&mut self, trail: &mut Trail, offset: StreamOffset, bytes: &[u8]) {
        if bytes.len() > HISTORY_BYTES {
            return;
        }
        let mut at = self.written % HISTORY_BYTES;
        if at + bytes.len() > HISTORY_BYTES {
            self.written += HISTORY_BYTES - at;
            at = 0;
        }
        let Some(room) = self.bytes.get_mut(at..at + bytes.len()) else { return };
        room.copy_from_slice(bytes);
        if self.records.len() == HISTORY_RECORDS {
            self.records.pop_front();
            self.forgotten += 1;
        }
        self.records.push_back(Record { previous: *trail, offset, written: self.written, len: bytes.len() });
        self.written += bytes.len();
        *trail = Trail(self.forgotten + self.records.len() as u64);
    }

    /// How `bytes` differ from what was delivered at `offset` and after it.
    pub(super) fn compare(&self, trail: Trail, offset: StreamOffset, bytes: &[u8]) -> Difference {
        let end = offset.plus(bytes.len() as u64);
        let mut sum = Difference::default();
        let mut next = trail;
        for _ in 0..HISTORY_STEPS {
            let Some((record, delivered)) = self.record(next) else { break };
            if record.offset.plus(record.len as u64) <= offset {
                break;
            }
            next = record.previous;
            if record.offset < end {
                let (_, delivered) = split(delivered, offset.since(record.offset));
                let skipped = record.offset.since(offset);
                let (_, again) = split(bytes, skipped);
                let part = Difference::between(delivered, again);
                if part.count > 0 {
                    sum = Difference { count: sum.count + part.count, first: skipped + part.first };
                }
            }
        }
        sum
    }

    /// The record that `trail` ends with, and its bytes, unless they were overwritten.
    fn record(&self, trail: Trail) -> Option<(&Record, &[u8])> {
        let index = trail.0.checked_sub(self.forgotten + 1)?;
        let record = self.records.get(usize::try_from(index).ok()?)?;
        let kept = self.written - record.written <= HISTORY_BYTES;
        let at = record.written % HISTORY_BYTES;
        self.bytes.get(at..at + record.len).filter(|_| kept).map(|bytes| (record, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(chunks: &[(u64, &[u8])]) -> (History, Trail) {
        let (mut history, mut trail) = (History::default(), Trail::default());
        for (offset, bytes) in chunks {
            history.remember(&mut trail, StreamOffset(*offset), bytes);
        }
        (history, trail)
    }

    #[test]
    fn a_copy_is_compared_across_the_chunks_it_overlaps() {
        let (history, trail) = history(&[(0, b"abc"), (3, b"def"), (9, b"jkl")]);
        let compare = |offset, bytes| history.compare(trail, StreamOffset(offset), bytes);
        assert_eq!(compare(1, b"bcdef"), Difference::default());
        assert_eq!(compare(1, b"bXdYf"), Difference { count: 2, first: 1 });
        assert_eq!(compare(8, b"?jkZ"), Difference { count: 1, first: 3 });
    }

    #[test]
    fn what_was_forgotten_counts_as_equal() {
        let (mut history, trail) = history(&[(0, b"abc")]);
        let (mut other, big) = (Trail::default(), vec![7; HISTORY_BYTES / 2]);
        for at in 0..3 {
            history.remember(&mut other, StreamOffset(at * big.len() as u64), &big);
        }
        assert_eq!(history.compare(trail, StreamOffset(0), b"xyz"), Difference::default());
        assert_eq!(
            history.compare(other, StreamOffset(2 * big.len() as u64), b"\x07x"),
            Difference { count: 1, first: 1 }
        );
    }

    #[test]
    fn records_are_forgotten_one_by_one() {
        let (mut history, trail) = history(&[(0, b"abc")]);
        let mut other = Trail::default();
        for at in 0..HISTORY_RECORDS as u64 {
            history.remember(&mut other, StreamOffset(at), b"z");
        }
        assert_eq!(history.compare(trail, StreamOffset(0), b"xyz"), Difference::default());
        assert_eq!(history.compare(other, StreamOffset(5000), b"z"), Difference::default());
        assert_eq!(history.compare(other, StreamOffset(4095), b"y"), Difference { count: 1, first: 0 });
    }
}
