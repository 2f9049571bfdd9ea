//! On what grounds bytes are taken for a frame where none is known: what its payload looks like, what other frames of
//! the port begin with, or where segments begin.
//!
//! In: what is known of payloads and frames, and who brought the bytes. Out: the [`Ground`] of a search, and where
//! segments begin. Not responsible for how much must speak for a frame.

use super::held::{Held, Source};
use crate::frame::{Habit, Layout, Probe};
use crate::units::StreamOffset;
use std::ops::Range;

/// Bytes of a segment that are taken for a full one.
const FULL: usize = 1000;

/// The grounds of one search.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ground<'a> {
    /// Headers, and payloads that the probe accepts.
    Content(Option<Probe>),
    /// What other frames begin with. Payloads are not what the probe is for.
    Habit(&'a Habit),
    /// Nothing is known of other frames: headers and payloads, and else frames that begin where segments do.
    Unknown(Option<Probe>),
}

impl<'a> Ground<'a> {
    pub(super) fn of(layout: &Layout, probe: Option<Probe>, habit: Option<&'a mut Habit>) -> Self {
        match habit {
            Some(_) if layout.knows_its_headers() => Self::Content(probe),
            None => Self::Content(probe),
            Some(habit) if !habit.is_known() => Self::Unknown(probe),
            Some(habit) if habit.passes_probe() => Self::Content(probe),
            Some(habit) => {
                habit.prepare();
                Self::Habit(habit)
            }
        }
    }
}

/// Where segments begin in a run of bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segments<'a> {
    held: &'a Held,
    /// Position of the first byte of the run.
    at: StreamOffset,
    newest: Source,
    /// Bits that a frame has for it which begins where a segment does.
    bits: u32,
}

impl<'a> Segments<'a> {
    /// The segments of a run of `len` bytes from `at` on; `newest` brought those that are not held.
    pub(super) fn new(held: &'a Held, at: StreamOffset, newest: Source, len: usize) -> Self {
        let each = len / (held.packets() + 1);
        Self { held, at, newest, bits: each.max(1).ilog2().clamp(2, 8) }
    }

    /// Whether a frame is written as a sender does: at once, or header and payload apart, or in full segments.
    pub(super) fn are_of_one(&self, frame: &Range<usize>) -> bool {
        let [start, end] = [frame.start, frame.end].map(|at| self.held.packets_before(self.at.plus(at as u64)));
        let breaks = end.saturating_sub(start);
        breaks <= 2 || frame.len() / breaks >= FULL
    }

    /// Bits that speak for a frame which starts `start` bytes into the run, because a segment does; 0 if none does.
    pub(super) fn bits(&self, start: usize) -> u32 {
        let position = self.at.plus(start as u64);
        if self.held.source_of(position, self.newest).segment == position { self.bits } else { 0 }
    }
}
