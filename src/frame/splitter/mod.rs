//! Cuts one direction of a connection into frames, and finds its way back after whatever happens to it.
//!
//! In: chunks and gaps in stream order, then the end. Out, through [`FrameSink`]: frames and skipped runs in stream
//! order, without hole or overlap. Invariants: every byte pushed is in exactly one frame or skipped run
//! ([`Splitter::ledger`]); a frame is reported only if every byte of it was pushed; bytes on two sides of a gap never
//! meet in a header. Not responsible for finding out which layout fits.
//!
//! A frame inside one chunk is lent from the chunk; only a frame that straddles chunks is copied, up to its end.

mod account;
mod ground;
mod held;
mod ledger;
mod search;
mod steps;
#[cfg(test)]
mod tests;

pub use super::probe::Probe;
pub use held::FrameBuffer;
pub use ledger::Ledger;

use super::layout::{Layout, Recognition};
use super::{FrameSink, SkipReason};
use crate::limits;
use crate::units::{Chunk, Gap, Origin, StreamOffset};
use account::Account;
use held::{Held, Source};
use search::{Effort, Found};
use std::sync::Arc;

/// What the splitter knows of the place that comes next.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Prologue comes first, `left` bytes of it.
    Prologue { left: u64 },
    /// A header stands here.
    Synced,
    /// A gap hit a frame of `frame_len` bytes. It ends at `end`, where the next header should stand.
    Damaged { end: StreamOffset, frame_len: u64 },
    /// Nothing is known. The held bytes were searched in vain; the search goes on when there are `look_at`.
    Searching { reason: SkipReason, look_at: usize },
}

/// The splitter of one direction.
#[derive(Debug)]
pub struct Splitter {
    layout: Arc<Layout>,
    probe: Option<Probe>,
    state: State,
    /// The bytes that are decided, by what they are.
    account: Account,
    /// The bytes that are not decided, as far as they were pushed.
    held: Held,
    effort: Effort,
}

impl Splitter {
    /// A splitter for a direction from its first byte on: a frame, or the layout's prologue, starts at position 0.
    #[must_use]
    pub fn new(layout: Arc<Layout>, probe: Option<Probe>) -> Self {
        let state = match layout.skip() {
            0 => State::Synced,
            left => State::Prologue { left },
        };
        Self { layout, probe, state, account: Account::default(), held: Held::default(), effort: Effort::default() }
    }

    /// A splitter for a direction whose start was not captured: it searches for the first frame.
    #[must_use]
    pub fn mid_stream(layout: Arc<Layout>, probe: Option<Probe>) -> Self {
        Self { state: searching(SkipReason::Resync), ..Self::new(layout, probe) }
    }

    /// Takes the next bytes. Positions that are left out count as a gap; bytes before the expected position are
    /// ignored.
    pub fn push(&mut self, chunk: Chunk<'_>, sink: &mut impl FrameSink) {
        let Chunk { offset, bytes, packet, available } = chunk;
        let expected = self.expected();
        if offset > expected {
            self.miss(offset, available, sink);
        }
        let known = usize::try_from(expected.since(offset)).unwrap_or(usize::MAX);
        let mut rest = bytes.get(known..).unwrap_or_default();
        self.effort.allow(rest.len());
        let source = Source { packet, available, segment: offset };
        while !rest.is_empty() {
            if self.held.is_empty() {
                let decided = self.work(rest, true, source, sink);
                let undecided = rest.get(decided..).unwrap_or_default();
                self.held.extend(undecided, self.account.at().plus(undecided.len() as u64), source);
                return;
            }
            let (first, later) = rest.split_at_checked(self.wanted(rest)).unwrap_or((rest, &[]));
            self.held.extend(first, self.expected().plus(first.len() as u64), source);
            self.work_on_held(true, source, sink);
            rest = later;
        }
    }

    /// Takes note of bytes that were not captured.
    ///
    /// If the header of a frame that this hits was captured, the place of the next header is known and used. Otherwise,
    /// and if the gap reaches past that place, the search starts right behind the gap.
    pub fn gap(&mut self, gap: Gap, sink: &mut impl FrameSink) {
        let end = gap.offset.plus(gap.len);
        if end > self.expected() {
            self.miss(end, gap.seen, sink);
        }
    }

    /// Goes on at `end`, as the bytes up to there were not captured; `seen` is the packet that shows it.
    fn miss(&mut self, end: StreamOffset, seen: Origin, sink: &mut impl FrameSink) {
        let next_header = self.settle(SkipReason::Damaged, seen, sink);
        self.state = match (next_header, self.state) {
            (Some(header), State::Prologue { .. }) if end <= header => State::Prologue { left: header.since(end) },
            (Some(header), State::Damaged { frame_len, .. }) if end <= header => {
                State::Damaged { end: header, frame_len }
            }
            _ => searching(SkipReason::Resync),
        };
        self.account.jump(end, sink);
    }

    /// Lends a buffer for bytes that are not decided; what is not needed is given back. Without any the splitter makes
    /// its own.
    pub fn lend(&mut self, buffer: FrameBuffer) -> Option<FrameBuffer> {
        self.held.lend(buffer)
    }

    /// Takes the lent buffer back, if nothing is in it.
    pub fn take_buffer(&mut self) -> Option<FrameBuffer> {
        self.held.take_buffer()
    }

    /// Memory for bytes that are not decided, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held.memory()
    }

    /// Takes note that no more bytes will come, as known since `seen`. In sync, the start of a frame is a tail; what a
    /// search has left over is skipped for the reason of the search. Nothing may be pushed afterwards.
    pub fn finish(&mut self, seen: Origin, sink: &mut impl FrameSink) {
        self.settle(SkipReason::Tail, seen, sink);
    }

    /// What became of the bytes so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.account.ledger()
    }

    /// Bytes that were pushed and are not decided yet; 0 after [`Splitter::finish`].
    #[must_use]
    pub fn buffered(&self) -> u64 {
        self.held.len() as u64
    }

    /// The first packet that may have completed a frame which is not told yet: a search holds back what it has not
    /// confirmed. None in sync, where a frame is told as soon as it is complete.
    #[must_use]
    pub fn undecided_since(&self) -> Option<u64> {
        self.is_searching().then(|| self.held.first_available()).flatten()
    }

    /// Whether nothing is known of the place that comes next.
    #[must_use]
    pub fn is_searching(&self) -> bool {
        matches!(self.state, State::Searching { .. })
    }

    /// Takes note that somebody waits and nothing more may come: a frame that a search has on trial is accepted if what
    /// speaks for it would be enough at the end. If not, the search goes on as before.
    pub fn lose_patience(&mut self, sink: &mut impl FrameSink) {
        let State::Searching { reason, .. } = self.state else { return };
        let bytes = self.held.take_bytes();
        let found = self.find(&bytes, false, Source::default(), sink);
        self.held.put_bytes(bytes);
        let Found::At(start) = found else { return };
        let last = self.account.at().plus((self.held.len() as u64).saturating_sub(1));
        let newest = self.held.source_of(last, Source::default());
        self.state = State::Synced;
        self.account.skip(start, reason, None, newest.available, sink);
        self.held.release(start, self.account.at());
        self.work_on_held(true, newest, sink);
    }

    /// Layout of the frames.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The position of the next byte to be pushed.
    fn expected(&self) -> StreamOffset {
        self.account.at().plus(self.held.len() as u64)
    }

    /// How many bytes of `chunk` belong with those that are held: in sync, only those up to the end of the frame.
    fn wanted(&self, chunk: &[u8]) -> usize {
        if !matches!(self.state, State::Synced) {
            return chunk.len();
        }
        let held = self.held.bytes();
        let recognition = match self.layout.recognise(held) {
            Recognition::NeedMore => {
                let mut start = [0; limits::HEADER_LEN];
                let joined = held.iter().chain(chunk);
                let filled = start.iter_mut().zip(joined).map(|(to, from)| *to = *from).count();
                self.layout.recognise(start.get(..filled).unwrap_or_default())
            }
            known => known,
        };
        match recognition {
            Recognition::Yes(header) => header.frame_len.saturating_sub(held.len()).min(chunk.len()),
            Recognition::No | Recognition::NeedMore => chunk.len(),
        }
    }

    fn work_on_held(&mut self, open: bool, newest: Source, sink: &mut impl FrameSink) {
        if matches!(self.state, State::Searching { look_at, .. } if open && self.held.len() < look_at) {
            return;
        }
        let bytes = self.held.take_bytes();
        let decided = self.work(&bytes, open, newest, sink);
        self.held.put_bytes(bytes);
        self.held.release(decided, self.account.at());
    }

    /// Decides all that is held, because nothing can follow it. A frame that is cut off is skipped as `cut`. Returns
    /// where the next header should stand; if that is in a frame that was cut off, the state says so.
    fn settle(&mut self, cut: SkipReason, seen: Origin, sink: &mut impl FrameSink) -> Option<StreamOffset> {
        let newest = Source { packet: seen.packet, available: seen, segment: self.expected() };
        if !self.held.is_empty() {
            self.work_on_held(false, newest, sink);
        }
        let left = self.held.len();
        let next_header = match self.state {
            State::Prologue { left } => Some(self.account.at().plus(left)),
            State::Synced => {
                let header = match self.layout.recognise(self.held.bytes()) {
                    Recognition::Yes(header) => Some(header.frame_len as u64),
                    Recognition::No | Recognition::NeedMore => None,
                };
                let end = header.map(|frame_len| self.account.at().plus(frame_len));
                self.account.skip(left, cut, header, seen, sink);
                if let (Some(end), Some(frame_len)) = (end, header) {
                    self.state = State::Damaged { end, frame_len };
                }
                end
            }
            State::Damaged { end, frame_len } => {
                // What is left behind the end is less than a header, or it would have been decided.
                let damaged = left.min(usize::try_from(end.since(self.account.at())).unwrap_or(left));
                self.account.skip(damaged, SkipReason::Damaged, Some(frame_len), seen, sink);
                self.account.skip(left - damaged, cut, None, seen, sink);
                Some(end)
            }
            State::Searching { reason, .. } => {
                self.account.skip(left, reason, None, seen, sink);
                None
            }
        };
        self.held.clear();
        self.account.report_run(sink);
        next_header
    }
}

fn searching(reason: SkipReason) -> State {
    State::Searching { reason, look_at: 0 }
}
