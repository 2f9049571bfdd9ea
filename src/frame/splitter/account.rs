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
    ledger: Ledger,
    /// The run of skipped bytes that ends at `at`, not reported yet because it may grow.
    run: Option<Box<Skipped>>,
}

impl Account {
    /// The first position that is not decided.
    pub(super) fn at(&self) -> StreamOffset {
        self.at
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.ledger
    }

    /// The next `bytes` are a frame, whose first and last byte came from `first` and `last`.
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
        self.ledger.count_frame(bytes.len());
        sink.frame(Frame {
            offset,
            bytes,
            payload: header.payload(),
            first_packet: first.packet,
            completed: last.available,
            checksum: layout.checksum(bytes),
        });
    }

    /// The next `count` bytes are in no frame; 0 is nothing.
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
        self.ledger.count_skipped(reason, len);
        match &mut self.run {
            Some(run) if (run.reason, run.frame_len) == (reason, frame_len) => {
                run.len += len;
                run.seen = seen;
            }
            _ => {
                self.report_run(sink);
                self.run = Some(Box::new(Skipped { offset, len, reason, frame_len, seen }));
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
        if let Some(run) = self.run.take() {
            sink.skipped(*run);
        }
    }
}
