//! The search for the next header where none is known: candidate, trial, confirm or reject.
//!
//! In: a run of bytes without a gap, and whether it may still grow. Out: where a frame starts that enough evidence
//! speaks for, or from where on the bytes must be looked at again when more have come. Invariants: a frame that is
//! found is wholly in the run; a rejected candidate costs one byte, never its claimed length; the work is linear in the
//! run, whatever the bytes are, and what is spent on payloads comes out of a budget.
//!
//! Evidence is counted in bits, so that magic, implausible lengths and payloads that look right add up: see
//! [`Layout::evidence`]. A header is never its own confirmation.

use crate::frame::Layout;
use crate::frame::layout::{Header, Recognition};
use crate::limits;

/// Whether a payload looks right. Used where a layout has too little magic to recognise frames by, and only while
/// searching: give one only if the payloads of the protocol pass it.
pub type Probe = fn(&[u8]) -> bool;

/// Bits that must speak for a candidate beyond itself: a following header with three bytes of magic, or a following
/// 32-bit length with a payload that looks right.
const CONFIRMED: u32 = 24;

/// Bits that must speak for a candidate while an earlier one still waits for its end. Without this a
/// false magic that claims 16 MiB would hold back all real frames behind it; with less, frames carried
/// inside a large frame would replace it.
const OVERTAKES: u32 = 96;

/// Bits that speak for a candidate whose payload the probe accepts.
const LOOKS_RIGHT: u32 = 16;

/// Bits that speak for a candidate whose checksum matches.
const SUM_MATCHES: u32 = 32;

/// Bits that speak for a frame that ends exactly where the run does, or within a header of it.
const LANDS: u32 = 8;

/// Bits that must speak for a candidate by itself. With less (a varint alone, an empty payload) any byte before a real
/// header would pass for a header of its own.
const WORTH_A_TRIAL: u32 = 8;

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A frame starts here.
    At(usize),
    /// No frame was found, and none starts before this place.
    NotBefore(usize),
}

/// What the searches of one direction may still cost, and have cost.
#[derive(Debug, Default)]
pub(super) struct Effort {
    /// Bytes of payload that may still be looked into.
    budget: usize,
    /// Places that were checked for a header.
    pub(super) checked: u64,
}

impl Effort {
    /// Allows for `count` more bytes of the stream.
    pub(super) fn allow(&mut self, count: usize) {
        self.budget = count
            .saturating_mul(limits::SEARCH_LOOKS_PER_BYTE)
            .saturating_add(self.budget)
            .min(limits::SEARCH_LOOKS_AT_ONCE);
    }
}

enum Verdict {
    Confirmed,
    Rejected,
    /// More bytes are needed to judge the candidate.
    Waits,
}

/// One search through a run of bytes.
pub(super) struct Search<'a> {
    layout: &'a Layout,
    probe: Option<Probe>,
    bytes: &'a [u8],
    /// Whether more bytes may follow. If not, frames that the run cuts off are rejected.
    open: bool,
    effort: &'a mut Effort,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        probe: Option<Probe>,
        bytes: &'a [u8],
        open: bool,
        effort: &'a mut Effort,
    ) -> Self {
        Self { layout, probe, bytes, open, effort }
    }

    pub(super) fn run(mut self) -> Found {
        let (mut from, mut waiting) = (0, None);
        while let Some(hit) = self.bytes.get(from..).and_then(|rest| self.layout.find(rest)) {
            let start = from + hit;
            let goal = if waiting.is_some() { OVERTAKES } else { CONFIRMED };
            match self.judge(start, goal) {
                Verdict::Confirmed => return Found::At(start),
                Verdict::Waits => waiting = waiting.or(Some(start)),
                Verdict::Rejected => {}
            }
            self.effort.checked += hit as u64 + 1;
            from = start + 1;
        }
        self.effort.checked += self.bytes.len().saturating_sub(from) as u64;
        Found::NotBefore(waiting.unwrap_or(self.bytes.len()))
    }

    /// Follows the chain of headers that starts with the candidate at `start` until `goal` bits speak for it.
    fn judge(&mut self, start: usize, goal: u32) -> Verdict {
        let Recognition::Yes(header) = self.recognise(start) else { return self.cut_off(start, 0) };
        let Some(end) = self.end_of(start, &header) else { return self.cut_off(start, 0) };
        let Some(content) = self.content(start, &header) else { return Verdict::Rejected };
        let own = self.layout.evidence(&header) + content;
        if own < WORTH_A_TRIAL {
            return Verdict::Rejected;
        }
        let (mut at, mut beyond) = (end, 0);
        for _ in 0..limits::SEARCH_CHAIN {
            self.effort.checked += 1;
            let header = match self.recognise(at) {
                Recognition::Yes(header) => header,
                Recognition::No => return Verdict::Rejected,
                Recognition::NeedMore => return self.cut_off(start, own + beyond + LANDS),
            };
            beyond += self.layout.evidence(&header);
            if beyond >= goal {
                return Verdict::Confirmed;
            }
            let Some(end) = self.end_of(at, &header) else { return self.cut_off(start, own + beyond) };
            let Some(content) = self.content(at, &header) else { return Verdict::Rejected };
            beyond += content;
            if beyond >= goal {
                return Verdict::Confirmed;
            }
            at = end;
        }
        Verdict::Rejected
    }

    /// The verdict on the candidate at `start` if the run ends before its chain does: wait for more as long as more may
    /// come and the trial has not taken too long, else what speaks for it so far has to do.
    fn cut_off(&self, start: usize, evidence: u32) -> Verdict {
        let too_long = self.bytes.len() - start > self.layout.max().saturating_mul(limits::SEARCH_TRIAL_FRAMES);
        match self.open && !too_long {
            true => Verdict::Waits,
            false if evidence >= CONFIRMED => Verdict::Confirmed,
            false => Verdict::Rejected,
        }
    }

    fn recognise(&self, at: usize) -> Recognition {
        self.bytes.get(at..).map_or(Recognition::NeedMore, |rest| self.layout.recognise(rest))
    }

    /// Where the frame at `start` ends, if the run has all of it.
    fn end_of(&self, start: usize, header: &Header) -> Option<usize> {
        start.checked_add(header.frame_len).filter(|end| *end <= self.bytes.len())
    }

    /// What the content of the frame at `start` says for it, in bits; nothing at all if it speaks against it. A magic
    /// that is good enough makes looking needless.
    fn content(&mut self, start: usize, header: &Header) -> Option<u32> {
        if self.layout.evidence(header) >= CONFIRMED
            || header.payload().is_empty()
            || header.frame_len > self.effort.budget
        {
            return Some(0);
        }
        let frame = self.bytes.get(start..)?.get(..header.frame_len)?;
        self.effort.budget -= header.frame_len;
        if let Some(checksum) = self.layout.checksum(frame) {
            return (checksum.stored == checksum.computed).then_some(SUM_MATCHES);
        }
        match (self.probe, frame.get(header.payload())) {
            (Some(probe), Some(payload)) => probe(payload).then_some(LOOKS_RIGHT),
            _ => Some(0),
        }
    }
}
