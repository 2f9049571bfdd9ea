//! One way through a sample, from frame to frame.
//!
//! In: a layout and a sample. Out: counts ([`Walked`]). Invariant: a frame counts as landed only where another header
//! can stand behind it, or the sample ends there. Takes time in proportion to the sample, and follows at most
//! [`limits::FIT_FRAMES`] frames. Not responsible for what the counts mean.

use super::sample::Sample;
use crate::frame::layout::{Header, Layout, Recognition};
use crate::limits;
use std::ops::AddAssign;

/// What a walk found; walks through several samples of one direction add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Frames that lead to another, or to the end.
    pub frames: u64,
    /// Frames with nothing but zeros, header included, that are not alone in their segment. They say nothing: a shorter
    /// length finds them in the zeros of a longer one. A side that says nothing on purpose says it by itself.
    pub empty: u64,
    /// Places where a header should be and is none, and frames that do not end where they should.
    pub breaks: u64,
    /// Turns behind the first frame.
    pub turns: u64,
    /// Turns that begin with a frame.
    pub turn_hits: u64,
    /// Segments behind the first frame that are no turns.
    pub starts: u64,
    /// Segments, turns left out, that begin with a frame.
    pub start_hits: u64,
    /// Streams whose last byte is known.
    pub ends: u64,
    /// Streams that end with a frame.
    pub end_hits: u64,
    /// Bytes of the frames that landed.
    pub landed: u64,
    /// Bytes of which the walk made nothing.
    pub lost: u64,
    /// Bytes of frames that are longer than what was seen, where nothing speaks against them.
    pub open: u64,
    /// Landed frames that have a payload.
    pub filled: u64,
    /// Header of one of the frames that have a payload.
    pub header: Option<Header>,
    /// Length of the shortest landed frame, in bytes.
    pub shortest: Option<usize>,
    /// Length of the longest landed frame, in bytes.
    pub longest: usize,
}

impl AddAssign for Walked {
    fn add_assign(&mut self, other: Self) {
        self.frames += other.frames;
        self.empty += other.empty;
        self.breaks += other.breaks;
        self.turns += other.turns;
        self.turn_hits += other.turn_hits;
        self.starts += other.starts;
        self.start_hits += other.start_hits;
        self.ends += other.ends;
        self.end_hits += other.end_hits;
        self.landed += other.landed;
        self.lost += other.lost;
        self.open += other.open;
        self.filled += other.filled;
        self.header = self.header.or(other.header);
        self.shortest = self.shortest.into_iter().chain(other.shortest).min();
        self.longest = self.longest.max(other.longest);
    }
}

/// Walks through `sample` from its first frame on, or, where its start was not captured, from its first turn on.
pub(super) fn walk(layout: &Layout, sample: &Sample) -> Walked {
    let first = if sample.from_start {
        usize::try_from(layout.skip()).unwrap_or(usize::MAX)
    } else {
        sample.marks.iter().find(|mark| mark.is_turn && mark.at > 0).map_or(0, |mark| mark.at)
    };
    let mut walk =
        Walk { layout, sample, at: first, mark: 0, before: None, is_at_end: false, found: Walked::default() };
    walk.pass_marks(first, true);
    while walk.step() {
        if walk.found.frames + walk.found.breaks >= limits::FIT_FRAMES {
            return walk.found;
        }
    }
    walk.found.ends = u64::from(sample.ends && !sample.bytes.is_empty());
    walk.found.end_hits = walk.found.ends.min(u64::from(walk.is_at_end));
    walk.found
}

struct Walk<'a> {
    layout: &'a Layout,
    sample: &'a Sample,
    /// Position of the next header.
    at: usize,
    /// 0-based index of the first mark that is not passed.
    mark: usize,
    /// The frame before, whose end is `at`: it has landed if a header can stand there.
    before: Option<Header>,
    /// Whether the last frame ends where the sample does.
    is_at_end: bool,
    found: Walked,
}

impl Walk<'_> {
    /// Goes one frame on, or to the next place where one may begin; returns whether there was such.
    fn step(&mut self) -> bool {
        let Some(rest) = self.sample.bytes.get(self.at..).filter(|rest| !rest.is_empty()) else {
            self.is_at_end = self.before.is_some();
            self.land();
            return false;
        };
        match self.layout.recognise(rest) {
            Recognition::No => self.miss(),
            Recognition::NeedMore => {
                self.land();
                if self.sample.ends {
                    self.found.lost += rest.len() as u64;
                    self.found.breaks += 1;
                }
                false
            }
            Recognition::Yes(header) => {
                self.land();
                if header.frame_len > rest.len() {
                    self.stay_open(rest.len(), header.frame_len);
                    return false;
                }
                self.at += header.frame_len;
                self.before = Some(header);
                self.pass_marks(self.at, false);
                true
            }
        }
    }

    /// Counts the frame before as landed.
    fn land(&mut self) {
        let Some(header) = self.before.take() else { return };
        let found = &mut self.found;
        found.frames += 1;
        found.landed += header.frame_len as u64;
        found.shortest = Some(found.shortest.map_or(header.frame_len, |len| len.min(header.frame_len)));
        found.longest = found.longest.max(header.frame_len);
        if !header.payload().is_empty() {
            found.filled += 1;
            found.header = Some(header);
            return;
        }
        let start = self.at - header.frame_len;
        let frame = self.sample.bytes.get(start..self.at).unwrap_or_default();
        let mut passed = self.sample.marks.iter().take(self.mark).rev().map(|mark| mark.at).peekable();
        let ends_segment = passed.next_if_eq(&self.at).is_some() || self.at == self.sample.bytes.len();
        let is_alone = ends_segment && passed.next() == Some(start);
        found.empty += u64::from(!is_alone && frame.iter().all(|byte| *byte == 0));
    }

    /// Finds no header, and goes on where a segment begins.
    fn miss(&mut self) -> bool {
        let lost = self.before.take().map_or(0, |header| header.frame_len);
        let is_search = self.is_search();
        self.found.breaks += u64::from(!is_search);
        let marks = self.sample.marks.get(self.mark..).unwrap_or_default();
        let next = marks.iter().find(|mark| mark.at > self.at).map(|mark| mark.at);
        let end = next.unwrap_or(self.sample.bytes.len());
        self.found.lost += if is_search { 0 } else { (lost + end - self.at) as u64 };
        self.pass_marks(end, true);
        self.at = end;
        next.is_some()
    }

    /// Meets a frame that is longer than the sample. That says something only if the direction was shorter than the
    /// frame and the stream ends inside it, or the other side speaks inside it.
    fn stay_open(&mut self, left: usize, frame_len: usize) {
        let end = (self.at as u64).saturating_add(frame_len as u64);
        if self.sample.total.is_some_and(|total| end <= total) || self.is_search() {
            self.found.open += left as u64;
            return;
        }
        let marks = self.sample.marks.get(self.mark..).unwrap_or_default();
        if self.sample.ends || marks.iter().any(|mark| mark.is_turn && mark.at > self.at) {
            self.found.lost += left as u64;
            self.found.breaks += 1;
        } else {
            self.found.open += left as u64;
        }
        self.pass_marks(usize::MAX, true);
    }

    /// Whether nothing is known yet of where frames begin: the start was not captured, and none has landed.
    fn is_search(&self) -> bool {
        !self.sample.from_start && self.found.frames == 0
    }

    /// Passes the marks up to `at`. That at `at` itself is hit, unless it was searched for.
    fn pass_marks(&mut self, at: usize, is_searched: bool) {
        while let Some(mark) = self.sample.marks.get(self.mark).filter(|mark| mark.at <= at) {
            self.mark += 1;
            let is_hit = mark.at == at && !is_searched;
            let found = &mut self.found;
            let (all, hits) = if mark.is_turn {
                (&mut found.turns, &mut found.turn_hits)
            } else {
                (&mut found.starts, &mut found.start_hits)
            };
            // The place where the walk began says nothing about the layout.
            if found.frames + found.breaks > 0 || self.before.is_some() || at == usize::MAX {
                *all += 1;
                *hits += u64::from(is_hit);
            }
        }
    }
}
