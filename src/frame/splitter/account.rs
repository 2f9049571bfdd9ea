//! What was decided, told to the sink and counted.
//!
//! In: frames and skipped bytes in stream order. Out: calls of the sink, with adjacent skipped bytes of one reason
//! joined, and the ledger. Invariant: what was decided ends at [`Account::at`] and has no hole or overlap up to there,
//! but for the gaps.

use super::Ledger;
use super::held::Source;
use crate::frame::layout::{Header, Layout};
use crate::frame::{Frame, FrameSink, SkipReason, Skipped};
use crate::units::{Origin, StreamOffset};

#[derive(Debug, Default)]
pub(super) struct Account {
    at: StreamOffset,
    frames: u64,
    framed: u64,
    /// Bytes that are in no frame. Most directions have none, which takes one word.
    skips: Option<Box<Skips>>,
}

/// Counts of the bytes that are in no frame.
#[derive(Debug, Default)]
struct Skips {
    /// Number of bytes for each reason, indexed by [`SkipReason::index`].
    sums: [u64; SkipReason::ALL.len()],
    /// The run that ends at [`Account::at`], not reported yet because it may grow.
    run: Option<Skipped>,
}

impl Account {
    /// Position of the first byte that is not decided.
    pub(super) fn at(&self) -> StreamOffset {
        self.at
    }

    pub(super) fn ledger(&self) -> Ledger {
        let skipped = self.skips.as_ref().map(|skips| skips.sums).unwrap_or_default();
        Ledger { frames: self.frames, framed: self.framed, skipped }
    }

    /// Accounts for a frame, the next `bytes`, whose first and last byte came from `first` and `last`.
    pub(super) fn frame(
        &mut self,
        layout: &Layout,
        header: &Header,
        bytes: &[u8],
        (first, last): (Source, Source),
        sink: &mut impl FrameSink,
    ) {
        self.report_run(sink);
        let offset = self.at;
        self.at = offset.plus(bytes.len() as u64);
        self.frames += 1;
        self.framed += bytes.len() as u64;
        sink.frame(Frame {
            offset,
            bytes,
            payload: header.payload(),
            first_packet: first.packet,
            completed: last.available,
            checksum: layout.checksum(bytes),
        });
    }

    /// Accounts for the next `count` bytes, which are in no frame; 0 is nothing.
    pub(super) fn skip(
        &mut self,
        count: usize,
        reason: SkipReason,
        frame_len: Option<u64>,
        seen: Origin,
        sink: &mut impl FrameSink,
    ) {
        if count == 0 {
            return;
        }
        let (offset, len) = (self.at, count as u64);
        self.at = offset.plus(len);
        let Skips { sums, run } = &mut **self.skips.get_or_insert_default();
        if let Some(sum) = sums.get_mut(reason.index()) {
            *sum += len;
        }
        match run {
            Some(run) if (run.reason, run.frame_len) == (reason, frame_len) => {
                run.len += len;
                run.seen = seen;
            }
            _ => {
                let before = run.replace(Skipped { offset, len, reason, frame_len, seen });
                before.into_iter().for_each(|run| sink.skipped(run));
            }
        }
    }

    /// Goes on at `position`: the bytes before it were not captured.
    pub(super) fn jump(&mut self, position: StreamOffset, sink: &mut impl FrameSink) {
        self.report_run(sink);
        self.at = position;
    }

    /// Reports the skipped bytes that still wait to be joined by others.
    pub(super) fn report_run(&mut self, sink: &mut impl FrameSink) {
        if let Some(run) = self.skips.as_mut().and_then(|skips| skips.run.take()) {
            sink.skipped(run);
        }
    }
}
