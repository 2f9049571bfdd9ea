//! A bar on standard error while large captures are read.
//!
//! In: captures. Out: the same packets. Invariant: nothing is drawn unless a person sees it and is not reading the
//! report there, and nothing is left of it when the packets end, before the report goes on.

use super::args::CaptureArgs;
use super::failure::Failure;
use super::output::complain;
use crate::capture::{self, CaptureFacts, Captures, Input, PacketSource, Progress};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// Packets between two looks at the clock; a power of two. About a millisecond.
const STEP: u64 = 4096;

/// Reading that is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

const OF_TOTAL: &str = "{percent:>3}% {bar:30} {binary_bytes} of {binary_total_bytes}, {eta} left";
const WITHOUT_TOTAL: &str = "{binary_bytes} read";

/// Captures that show how far they are read.
pub(super) struct Watched {
    captures: Captures,
    asked: u64,
    bar: Option<Bar>,
}

/// The progress bar, which appears late.
struct Bar {
    since: Instant,
    shown: Option<ProgressBar>,
}

/// Opens the captures. `report_runs_along` says that the report goes to standard output while packets are read.
pub(super) fn open(args: &CaptureArgs, report_runs_along: bool) -> Result<Watched, Failure> {
    let captures = capture::open(&args.captures)?;
    for error in captures.left_out() {
        complain(&Failure::about(error));
    }
    let is_free = io::stderr().is_terminal() && !(report_runs_along && io::stdout().is_terminal());
    let bar = (is_free && !args.talk.quiet).then(|| Bar { since: Instant::now(), shown: None });
    Ok(Watched { captures, asked: 0, bar })
}

impl Watched {
    /// Whether a capture could not be opened; it was told when the others were.
    pub(super) fn is_partial(&self) -> bool {
        !self.captures.left_out().is_empty()
    }
}

impl Bar {
    #[cold]
    fn update(&mut self, progress: Progress) {
        if self.since.elapsed() < PATIENCE {
            return;
        }
        let bar = self.shown.get_or_insert_with(|| {
            let (bar, template) = match progress.total {
                Some(total) => (ProgressBar::new(total), OF_TOTAL),
                None => (ProgressBar::no_length(), WITHOUT_TOTAL),
            };
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.with_style(style).with_elapsed(self.since.elapsed()).with_finish(ProgressFinish::AndClear)
        });
        bar.set_position(progress.done);
    }
}

impl PacketSource for Watched {
    fn next_input(&mut self) -> Option<Input<'_>> {
        self.asked += 1;
        if self.asked.is_multiple_of(STEP)
            && let Some(bar) = &mut self.bar
        {
            bar.update(self.captures.progress());
        }
        let input = self.captures.next_input();
        if input.is_none() {
            // Dropping it clears it.
            self.bar = None;
        }
        input
    }

    fn facts(&self) -> &CaptureFacts {
        self.captures.facts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_are_valid() {
        for template in [OF_TOTAL, WITHOUT_TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn the_bar_appears_only_after_a_while() {
        let progress = Progress { done: 1, total: Some(2) };
        let mut bar = Bar { since: Instant::now(), shown: None };
        bar.update(progress);
        assert!(bar.shown.is_none());
        if let Some(since) = Instant::now().checked_sub(PATIENCE) {
            bar.since = since;
            bar.update(progress);
            assert_eq!(bar.shown.map(|bar| (bar.position(), bar.length())), Some((1, Some(2))));
        }
    }
}
