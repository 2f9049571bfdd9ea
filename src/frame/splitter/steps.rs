//! The work of a splitter, one step after the other, by what it knows of the place that comes next.
//!
//! In: bytes that follow what is decided. Out: frames and skipped runs, the state behind them, and how
//! many bytes that decided. Invariant: a step that decides nothing changes the state or waits. Not
//! responsible for what is held meanwhile.

use super::ground::{Ground, Segments};
use super::held::Source;
use super::search::{Found, Search};
use super::{FrameSink, Recognition, SkipReason, Splitter, State, StreamOffset, searching};

/// What one step of the splitter did to the bytes at hand.
enum Step {
    /// Number of bytes that are decided; the next step can go on.
    Decided(usize),
    /// Number of bytes that are decided; the rest waits for more.
    Waits(usize),
}

impl Splitter {
    /// Decides as many as can be of `bytes`, which follow what is decided already, and says how many. `newest` brought
    /// those of them that are not held.
    pub(super) fn work(&mut self, bytes: &[u8], open: bool, newest: Source, sink: &mut impl FrameSink) -> usize {
        let mut rest = bytes;
        loop {
            let step = match self.state {
                State::Prologue { left } => self.skip_prologue(rest, left, newest, sink),
                State::Synced => self.cut_frame(rest, newest, sink),
                State::Damaged { end, frame_len } => self.bridge(rest, end, frame_len, newest, sink),
                State::Searching { reason, .. } => self.search(rest, reason, open, newest, sink),
            };
            let (Step::Decided(count) | Step::Waits(count)) = step;
            rest = rest.get(count..).unwrap_or_default();
            if matches!(step, Step::Waits(_)) || rest.is_empty() {
                return bytes.len() - rest.len();
            }
        }
    }

    fn skip_prologue(&mut self, rest: &[u8], left: u64, newest: Source, sink: &mut impl FrameSink) -> Step {
        let count = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
        self.state = match left - count as u64 {
            0 => State::Synced,
            left => State::Prologue { left },
        };
        self.account.skip(count, SkipReason::Prologue, None, newest.available, sink);
        Step::Decided(count)
    }

    fn cut_frame(&mut self, rest: &[u8], newest: Source, sink: &mut impl FrameSink) -> Step {
        match self.layout.recognise(rest) {
            Recognition::NeedMore => Step::Waits(0),
            Recognition::No => {
                self.state = searching(SkipReason::BadHeader);
                Step::Decided(0)
            }
            Recognition::Yes(header) => match rest.get(..header.frame_len) {
                None => Step::Waits(0),
                Some(frame) => {
                    let start = self.account.at();
                    let last = start.plus(frame.len().saturating_sub(1) as u64);
                    let sources = (self.held.source_of(start, newest), self.held.source_of(last, newest));
                    self.account.frame(&self.layout, &header, frame, sources, sink);
                    Step::Decided(frame.len())
                }
            },
        }
    }

    /// Goes on behind a frame that a gap hit, if a header stands there. If none does, that frame's length was not to be
    /// trusted, and the bytes since the gap are searched instead.
    fn bridge(
        &mut self,
        rest: &[u8],
        end: StreamOffset,
        frame_len: u64,
        newest: Source,
        sink: &mut impl FrameSink,
    ) -> Step {
        let damaged = usize::try_from(end.since(self.account.at())).unwrap_or(usize::MAX);
        match rest.get(damaged..).map_or(Recognition::NeedMore, |next| self.layout.recognise(next)) {
            Recognition::NeedMore => Step::Waits(0),
            Recognition::No => {
                self.state = searching(SkipReason::Resync);
                Step::Decided(0)
            }
            Recognition::Yes(_) => {
                self.state = State::Synced;
                self.account.skip(damaged, SkipReason::Damaged, Some(frame_len), newest.available, sink);
                Step::Decided(damaged)
            }
        }
    }

    /// Searches `bytes`, which follow what is decided, for a frame. `newest` brought those of them that are not held.
    pub(super) fn find(&mut self, bytes: &[u8], open: bool, newest: Source, sink: &mut impl FrameSink) -> Found {
        let Self { layout, probe, held, effort, account, .. } = self;
        let segments = Segments::new(held, account.at(), newest, bytes.len());
        let ground = Ground::of(layout, *probe, sink.habit());
        Search::new(layout, ground, segments, bytes, open, effort).run()
    }

    fn search(
        &mut self,
        rest: &[u8],
        reason: SkipReason,
        open: bool,
        newest: Source,
        sink: &mut impl FrameSink,
    ) -> Step {
        match self.find(rest, open, newest, sink) {
            Found::At(start) => {
                self.state = State::Synced;
                self.account.skip(start, reason, None, newest.available, sink);
                Step::Decided(start)
            }
            Found::NotBefore(start) => {
                // Looking again only when half as much more has come keeps the work linear, however small the chunks.
                let left = rest.len() - start;
                self.state = State::Searching { reason, look_at: left + left / 2 + 1 };
                self.account.skip(start, reason, None, newest.available, sink);
                Step::Waits(start)
            }
        }
    }
}
