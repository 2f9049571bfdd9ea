//! A line on the terminal that says how the capture stands.
//!
//! In: what is known so far. Out: one line on standard error, overwritten in place. Invariant: it is gone before a row
//! is written, as rows may go to the same terminal.

use crate::record::SoFar;
use crate::report::text;
use crate::report::wrap::cut;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line is drawn.
const EVERY: Duration = Duration::from_millis(250);

/// Control sequence that goes to the start of the line and clears it.
const CLEAR: &str = "\r\u{1b}[2K";

/// The status line.
#[derive(Debug)]
pub(super) struct Status {
    is_wanted: bool,
    is_shown: bool,
    /// When the line was drawn last, and how many messages there were.
    drawn: Option<(Instant, u64)>,
    per_second: f64,
}

impl Status {
    pub(super) fn new(quiet: bool) -> Self {
        let is_wanted = !quiet && io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|it| it != "dumb");
        Self { is_wanted, is_shown: false, drawn: None, per_second: 0.0 }
    }

    /// Takes the line away. There is nobody to tell if that fails.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            let _ = io::stderr().write_all(CLEAR.as_bytes());
        }
    }

    /// Draws the line, unless that was done just before.
    pub(super) fn draw(&mut self, so_far: &SoFar<'_>) {
        if !self.is_wanted || self.drawn.is_some_and(|(at, _)| at.elapsed() < EVERY) {
            return;
        }
        let now = Instant::now();
        if let Some((at, messages)) = self.drawn.replace((now, so_far.messages)) {
            #[expect(clippy::cast_precision_loss, reason = "a rate is shown")]
            let messages = so_far.messages.saturating_sub(messages) as f64;
            let last = messages / now.duration_since(at).as_secs_f64();
            // Half of it is news: about a second is told.
            self.per_second = f64::midpoint(self.per_second, last);
        }
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| width.0);
        let line = line(so_far, self.per_second);
        let line = cut(&line, usize::from(width).saturating_sub(1));
        let _ = io::stderr().write_all(format!("{CLEAR}{line}").as_bytes());
        self.is_shown = true;
    }
}

/// Text of the line: `1,234 packets · 56 messages · 12/s · 0 dropped · 3 connections`.
fn line(so_far: &SoFar<'_>, per_second: f64) -> String {
    let decimals = usize::from(per_second > 0.0 && per_second < 10.0);
    format!(
        "{} · {} · {per_second:.decimals$}/s · {} dropped · {}",
        text::plural(so_far.capture.packets, "packet"),
        text::plural(so_far.messages, "message"),
        text::count(so_far.capture.dropped_packets()),
        text::plural(so_far.open_connections as u64, "connection"),
    )
}
