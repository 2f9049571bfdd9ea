//! The search for the next header where none is known: candidate, trial, confirm or reject.
//!
//! In: a run of bytes without a gap, and whether it may still grow. Out: where a frame starts that enough evidence
//! speaks for, or from where on the bytes must be looked at again when more have come. Invariants: a frame that is
//! found is wholly in the run; a rejected candidate costs one byte, never its claimed length; the work is linear in the
//! run, whatever the bytes are, and what is spent on payloads comes out of a budget.
//!
//! Evidence is counted in bits, so that magic, implausible lengths and payloads that look right add up: see
//! [`Layout::evidence`]. A header is never its own confirmation.

use super::ground::{Ground, Segments};
use crate::frame::layout::{Header, Recognition};
use crate::frame::{Habit, Layout, Probe};
use crate::limits;

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

/// Bits that must speak for a candidate by itself where it is known what frames begin with. What stands at the end of a
/// frame that a gap hit often has a length that ends there too.
const OWN_HABIT: u32 = 12;

/// Bits that must speak for such a candidate if a segment begins with it, which begins with no end of a frame.
const OWN_OF_SEGMENT: u32 = 4;

/// Bytes before and behind the start of a frame in which zeros are counted.
const AROUND: usize = 128;

/// Bits that speak for a frame for each byte of its header that is that of the first of its chain, and not 0; and most
/// that all of them do.
const ALIKE: (u32, u32) = (4, 16);

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
    ground: Ground<'a>,
    segments: Segments<'a>,
    bytes: &'a [u8],
    /// Whether more bytes may follow. If not, frames that the run cuts off are rejected.
    open: bool,
    effort: &'a mut Effort,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        ground: Ground<'a>,
        segments: Segments<'a>,
        bytes: &'a [u8],
        open: bool,
        effort: &'a mut Effort,
    ) -> Self {
        Self { layout, ground, segments, bytes, open, effort }
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

    fn judge(&mut self, start: usize, goal: u32) -> Verdict {
        match self.ground {
            Ground::Content(probe) => self.by_content(start, goal, probe),
            Ground::Habit(habit) => self.by_habit(start, goal, habit),
            Ground::Unknown(None) => self.by_segments(start, goal),
            Ground::Unknown(probe) => match self.by_content(start, goal, probe) {
                Verdict::Rejected => self.by_segments(start, goal),
                verdict => verdict,
            },
        }
    }

    /// Follows the chain of headers that starts with the candidate at `start` until `goal` bits of headers and payloads
    /// speak for it.
    fn by_content(&mut self, start: usize, goal: u32, probe: Option<Probe>) -> Verdict {
        let Recognition::Yes(header) = self.recognise(start) else { return self.cut_off(start, 0) };
        let Some(end) = self.end_of(start, &header) else { return self.cut_off(start, 0) };
        let Some(content) = self.content(start, &header, probe) else { return Verdict::Rejected };
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
            let Some(content) = self.content(at, &header, probe) else { return Verdict::Rejected };
            beyond += content;
            if beyond >= goal {
                return Verdict::Confirmed;
            }
            at = end;
        }
        Verdict::Rejected
    }

    /// Follows the chain of headers that starts with the candidate at `start` until `goal` bits speak for it because
    /// its frames begin as those do that were found before, and where segments do.
    fn by_habit(&mut self, start: usize, goal: u32, habit: &Habit) -> Verdict {
        let Recognition::Yes(header) = self.recognise(start) else { return self.cut_off(start, 0) };
        let needed = if self.segments.bits(start) > 0 { OWN_OF_SEGMENT } else { OWN_HABIT };
        let Some(own) = self.likeness(start, &header, habit, None).filter(|own| *own >= needed) else {
            return Verdict::Rejected;
        };
        let Some(end) = self.end_of(start, &header) else { return self.cut_off(start, 0) };
        let (mut at, mut before, mut beyond) = (end, self.bytes.get(start..end), 0);
        for _ in 0..limits::SEARCH_CHAIN {
            self.effort.checked += 1;
            let header = match self.recognise(at) {
                Recognition::Yes(header) => header,
                Recognition::No => return Verdict::Rejected,
                Recognition::NeedMore => return self.cut_off(start, (own + beyond).saturating_sub(8) + LANDS),
            };
            let Some(bits) = self.likeness(at, &header, habit, before) else { return Verdict::Rejected };
            beyond += bits;
            if beyond >= goal {
                return Verdict::Confirmed;
            }
            let Some(end) = self.end_of(at, &header) else {
                return self.cut_off(start, (own + beyond).saturating_sub(8));
            };
            (at, before) = (end, self.bytes.get(at..end));
        }
        Verdict::Rejected
    }

    /// How much the frame at `start`, which may follow `before`, looks like those that were found before, in bits;
    /// nothing at all if that speaks against it.
    fn likeness(&self, start: usize, header: &Header, habit: &Habit, before: Option<&[u8]>) -> Option<u32> {
        let rest = self.bytes.get(start..)?;
        let frame = rest.get(..header.frame_len).unwrap_or(rest);
        let (from, to) = (start.saturating_sub(AROUND), self.bytes.len().min(start + AROUND));
        let around = self.bytes.get(from..to)?;
        let bits = habit.bits(frame, around) + i32::try_from(self.segments.bits(start)).unwrap_or(0);
        let bits = u32::try_from(bits).ok()?;
        Some(if habit.is_telling(frame, header.payload().is_empty(), before) { bits } else { 0 })
    }

    /// Follows the chain of headers that starts with the candidate at `start`, and with it a segment, until `goal` bits
    /// speak for it because segments start with later ones too.
    fn by_segments(&mut self, start: usize, goal: u32) -> Verdict {
        if self.segments.bits(start) == 0 {
            return Verdict::Rejected;
        }
        let Recognition::Yes(header) = self.recognise(start) else { return self.cut_off(start, 0) };
        let Some(end) = self.end_of(start, &header) else { return self.cut_off(start, 0) };
        let (mut at, mut lens, mut beyond, mut starts) = (end, (0, header.frame_len), 0, 0);
        for _ in 0..limits::SEARCH_CHAIN {
            self.effort.checked += 1;
            let header = match self.recognise(at) {
                Recognition::Yes(header) => header,
                Recognition::No => return Verdict::Rejected,
                Recognition::NeedMore => return self.cut_off(start, if starts >= 2 { beyond + LANDS } else { 0 }),
            };
            if !self.segments.are_of_one(&(at - lens.1..at)) {
                return Verdict::Rejected;
            }
            let bits = self.segments.bits(at);
            starts += u32::from(bits > 0);
            // Frames of one length begin alike wherever the first of them does.
            beyond += match bits {
                0 => 0,
                bits if lens.0 == lens.1 => bits.min(2),
                bits => bits + self.alike(start, at),
            };
            if starts >= 2 && beyond >= goal {
                return Verdict::Confirmed;
            }
            let Some(end) = self.end_of(at, &header) else { return self.cut_off(start, 0) };
            (at, lens) = (end, (lens.1, header.frame_len));
        }
        Verdict::Rejected
    }

    /// Bits that speak for the frame at `at` because its header has bytes of the one at `start`.
    fn alike(&self, start: usize, at: usize) -> u32 {
        let [first, other] = [start, at].map(|at| self.bytes.get(at..).unwrap_or_default());
        let pairs = first.iter().zip(other).take(self.layout.max_header_len());
        let alike = pairs.filter(|(first, other)| first == other && **first != 0).count();
        u32::try_from(alike).map_or(ALIKE.1, |alike| alike.saturating_mul(ALIKE.0).min(ALIKE.1))
    }

    /// The verdict on the candidate at `start` if the run ends before its chain does: wait for more as long as more may
    /// come and the trial has not taken too long, else what speaks for it so far has to do.
    fn cut_off(&self, start: usize, evidence: u32) -> Verdict {
        let too_long = self.bytes.len() - start > self.layout.max().saturating_mul(limits::SEARCH_TRIAL_FRAMES);
        match self.open && !too_long {
            true => Verdict::Waits,
            false if evidence >= self.enough(start) => Verdict::Confirmed,
            false => Verdict::Rejected,
        }
    }

    /// Bits that must speak for a candidate behind which nothing can come. What stands at the end of a frame that a gap
    /// hit often ends there too, so inside a segment, where nothing is known of other frames, it is not enough alone.
    fn enough(&self, start: usize) -> u32 {
        match self.ground {
            Ground::Unknown(_) if self.segments.bits(start) == 0 => CONFIRMED + LOOKS_RIGHT,
            Ground::Unknown(_) | Ground::Content(_) | Ground::Habit(_) => CONFIRMED,
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
    fn content(&mut self, start: usize, header: &Header, probe: Option<Probe>) -> Option<u32> {
        if self.layout.evidence(header) >= CONFIRMED || header.payload().is_empty() {
            return Some(0);
        }
        if header.frame_len > self.effort.budget {
            return (!matches!(self.ground, Ground::Unknown(_))).then_some(0);
        }
        let frame = self.bytes.get(start..)?.get(..header.frame_len)?;
        self.effort.budget -= header.frame_len;
        if let Some(checksum) = self.layout.checksum(frame) {
            return (checksum.stored == checksum.computed).then_some(SUM_MATCHES);
        }
        match (probe, frame.get(header.payload())) {
            (Some(probe), Some(payload)) if probe(payload) => Some(self.looks_right(payload)),
            (Some(_), Some(_)) => None,
            _ => Some(0),
        }
    }

    /// Bits that speak for a candidate whose payload the probe accepts. Few bytes, and text, look right by chance where
    /// payloads may be anything.
    fn looks_right(&self, payload: &[u8]) -> u32 {
        let bits = match self.ground {
            Ground::Content(_) | Ground::Habit(_) => return LOOKS_RIGHT,
            Ground::Unknown(_) if payload.iter().all(|byte| (0x20..0x7f).contains(byte)) => 2,
            Ground::Unknown(_) => 2 * payload.len(),
        };
        u32::try_from(bits).map_or(LOOKS_RIGHT, |bits| bits.min(LOOKS_RIGHT))
    }
}
