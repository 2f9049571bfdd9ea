//! What frames of one direction of a server port begin with, as far as they were found.
//!
//! In: frames. Out: how much the bytes at some place look like the start of one of them, rather than like bytes from
//! anywhere in them, in bits; and whether payloads look like those that a probe is for. Invariant: what is kept has one
//! size, and after [`limits::HABIT_FRAMES`] frames nothing more is learned. Not responsible for where frames are looked
//! for.

use super::probe::Probe;
use crate::limits;
use std::ops::Range;

/// Bytes of a frame's start whose values are learned: a header, and what payloads begin with.
const HEAD: usize = 24;

/// Bytes of a frame that are counted to know which values are usual anywhere.
const BODY: usize = 64;

/// Frames with which a habit says anything.
const ENOUGH: u32 = 8;

/// How often any value is taken to have been seen at a place before anything is known of it, in frames.
const PRIOR: f32 = 2.0;

/// Steps of a score that are one bit.
const STEPS: i32 = 8;

/// Most bits that one byte speaks for or against a frame.
const MOST: f32 = 8.0;

/// One in so many frames is a part of them that was no accident.
const SHARE: u32 = 16;

/// How many times as many zeros as in frames are so many that zeros say less.
const RICH_IN_ZEROS: f32 = 2.0;

/// Most bits that a byte speaks for a frame which is the same as the one before it: zeros come in runs everywhere.
const IN_A_RUN: i32 = 1;

/// What the frames of one direction of a server port begin with.
#[derive(Debug)]
pub struct Habit {
    probe: Option<Probe>,
    frames: u32,
    /// Number of payloads that were looked into, and of those that the probe accepted.
    probed: u32,
    accepted: u32,
    /// Number of frames without a payload, and of short ones that are the one before them again.
    empty: u32,
    again: u32,
    /// The start of the last frame, and the length of all of it.
    last: (Vec<u8>, usize),
    /// How often each value stood at each place of a frame's start.
    heads: Vec<[u32; 256]>,
    /// How often each value stood anywhere, and how many values that were.
    anywhere: [u32; 256],
    counted: u32,
    /// What each value says at each place, in steps; made anew as more is known.
    scores: Vec<[i8; 256]>,
    /// Number of frames that the scores are made of.
    scored: u32,
}

impl Habit {
    /// Nothing is known yet. The probe is asked about the first payloads.
    #[must_use]
    pub fn new(probe: Option<Probe>) -> Self {
        Self {
            probe,
            frames: 0,
            probed: 0,
            accepted: 0,
            empty: 0,
            again: 0,
            last: (Vec::new(), 0),
            heads: vec![[0; 256]; HEAD],
            anywhere: [0; 256],
            counted: 0,
            scores: Vec::new(),
            scored: 0,
        }
    }

    /// Whether more frames teach anything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.frames < limits::HABIT_FRAMES
    }

    /// Takes note of a frame that was found, with its payload at this place.
    pub fn learn(&mut self, frame: &[u8], payload: Range<usize>) {
        self.frames += 1;
        self.empty += u32::from(payload.is_empty());
        let start = frame.get(..BODY).unwrap_or(frame);
        self.again += u32::from(frame.len() <= BODY && self.last.1 == frame.len() && self.last.0 == start);
        self.last.0.clear();
        self.last.0.extend_from_slice(start);
        self.last.1 = frame.len();
        for (counts, value) in self.heads.iter_mut().zip(frame) {
            count(counts, *value);
        }
        for value in start {
            count(&mut self.anywhere, *value);
            self.counted += 1;
        }
        if let (Some(probe), Some(payload)) = (self.probe, frame.get(payload))
            && !payload.is_empty()
            && payload.len() <= limits::HABIT_PROBED_LEN
            && self.probed < limits::HABIT_PROBED
        {
            self.probed += 1;
            self.accepted += u32::from(probe(payload));
        }
    }

    /// Whether enough frames were found to know any other by them.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.frames >= ENOUGH
    }

    /// Whether payloads are what the probe is for.
    #[must_use]
    pub fn passes_probe(&self) -> bool {
        self.probe.is_some() && self.probed > 0 && self.accepted * 10 >= self.probed * 9
    }

    /// Makes the scores anew, if frames have come that would change them.
    pub fn prepare(&mut self) {
        if self.frames < self.scored + self.scored / 4 + 1 && !self.scores.is_empty() {
            return;
        }
        self.scored = self.frames;
        let share = |counts: &[u32; 256], total, value: usize, before: f32, weight: f32| {
            let seen = counts.get(value).copied().unwrap_or(0);
            (float(seen) + weight * before) / (float(total) + weight)
        };
        let usual: Vec<f32> =
            (0..256).map(|value| share(&self.anywhere, self.counted, value, 1.0 / 256.0, 256.0)).collect();
        let score = |counts: &[u32; 256]| {
            let total = counts.iter().sum();
            std::array::from_fn(|value| {
                let usual = usual.get(value).copied().unwrap_or(1.0);
                let bits = (share(counts, total, value, usual, PRIOR) / usual).log2().clamp(-MOST, MOST);
                #[allow(clippy::cast_possible_truncation, reason = "at most 64 in size")]
                let steps = (bits * float(STEPS.unsigned_abs())) as i8;
                steps
            })
        };
        self.scores = self.heads.iter().map(score).collect();
    }

    /// Whether a frame, which may follow `before`, can speak for a header at all. One value all over, no payload, or
    /// the same few bytes over and over are what padding and tables of numbers look like: the last two say something
    /// only where frames were found that are so.
    #[must_use]
    pub fn is_telling(&self, frame: &[u8], is_empty: bool, before: Option<&[u8]>) -> bool {
        let is_again = frame.len() <= BODY && before == Some(frame);
        let is_constant = frame.first().is_some_and(|first| frame.iter().take(BODY).all(|value| value == first));
        let is_known = |seen: u32| seen * SHARE >= self.frames;
        !is_constant && (!is_empty || is_known(self.empty)) && (!is_again || is_known(self.again))
    }

    /// How much the first bytes of a frame look like those of the frames that were found, in bits: by chance, bytes of
    /// their payloads look as much like it once in 2^bits places. Less than 0 where they look more like bytes from
    /// anywhere. If the bytes `around` it have many more zeros than frames have, a zero says as much less.
    #[must_use]
    pub fn bits(&self, frame: &[u8], around: &[u8]) -> i32 {
        let (mut steps, mut before, most) = (0, None, self.most_of_zero(around));
        for (scores, value) in self.scores.iter().zip(frame) {
            let score = scores.get(usize::from(*value)).copied().map_or(0, i32::from);
            let score = if *value == 0 { score.min(most) } else { score };
            steps += if before == Some(*value) { score.min(IN_A_RUN * STEPS) } else { score };
            before = Some(*value);
        }
        steps.div_euclid(STEPS)
    }

    /// Most steps that a zero speaks for a frame among these bytes.
    fn most_of_zero(&self, around: &[u8]) -> i32 {
        let usual = float(self.anywhere.first().copied().unwrap_or(0)) / float(self.counted.max(1));
        let zeros = around.iter().filter(|value| **value == 0).count();
        let share =
            float(u32::try_from(zeros).unwrap_or(u32::MAX)) / float(u32::try_from(around.len()).unwrap_or(1).max(1));
        if share <= RICH_IN_ZEROS * usual {
            return i32::MAX;
        }
        #[allow(clippy::cast_possible_truncation, reason = "at most 64 in size")]
        let steps = ((1.0 / share).log2().clamp(0.0, MOST) * float(STEPS.unsigned_abs())) as i32;
        steps
    }
}

fn count(counts: &mut [u32; 256], value: u8) {
    if let Some(count) = counts.get_mut(usize::from(value)) {
        *count += 1;
    }
}

#[allow(clippy::cast_precision_loss, reason = "shares need no more than 24 bits")]
fn float(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty frames: a number that counts, zeros, a length, two constant bytes, and a payload of four.
    fn habit(probe: Option<Probe>) -> Habit {
        let mut habit = Habit::new(probe);
        for number in 0..20 {
            habit.learn(&frame(number), 6..10);
        }
        habit.prepare();
        habit
    }

    fn frame(number: u8) -> [u8; 10] {
        [number, 0, 0, 6, 0x2a, 0x03, number.wrapping_mul(37), number ^ 0x55, 0x10 + number, 0x80 | number]
    }

    #[test]
    fn a_frame_like_those_before_has_evidence_and_one_shifted_by_a_byte_or_with_other_constants_has_none() {
        let habit = habit(None);
        let another = [&frame(5)[..6], &frame(9)[6..]].concat();
        assert!(habit.is_known() && habit.bits(&another, &[]) >= 12, "{}", habit.bits(&another, &[]));
        assert!(habit.bits(&another[1..], &[]) < 0, "{}", habit.bits(&another[1..], &[]));
        let mut other = frame(99);
        (other[4], other[5]) = (0x91, 0x17);
        assert!(habit.bits(&other, &[]) < 4, "{}", habit.bits(&other, &[]));
        assert!(habit.bits(&[0; 10], &[]) < 4, "zeros stand anywhere: {}", habit.bits(&[0; 10], &[]));
    }

    #[test]
    fn padding_empty_frames_and_repeated_ones_tell_nothing_unless_such_frames_were_found() {
        let mut habit = habit(None);
        let (ping, empty) = (frame(5), [5, 0, 0, 0, 0x2a, 0x03]);
        assert!(habit.is_telling(&ping, false, None) && habit.is_telling(&ping, false, Some(&frame(6))));
        assert!(!habit.is_telling(&ping, false, Some(&ping)) && !habit.is_telling(&empty, true, None));
        for _ in 0..4 {
            habit.learn(&ping, 6..10);
            habit.learn(&empty, 6..6);
            habit.learn(&empty, 6..6);
        }
        assert!(habit.is_telling(&ping, false, Some(&ping)) && habit.is_telling(&empty, true, Some(&empty)));
        assert!(!habit.is_telling(&[0; 6], true, None), "zeros tell nothing in any case");
    }

    #[test]
    fn a_zero_says_less_among_zeros() {
        let (habit, frame) = (habit(None), frame(30));
        let [among_zeros, elsewhere] = [[0; 64], [1; 64]].map(|around| habit.bits(&frame, &around));
        assert!(among_zeros < elsewhere, "{among_zeros} {elsewhere}");
    }

    #[test]
    fn payloads_pass_a_probe_if_nine_in_ten_do_and_without_one_none_do() {
        assert!(habit(Some(|payload| payload.len() == 4)).passes_probe());
        assert!(!habit(Some(|payload| payload[0] % 4 == 0)).passes_probe());
        assert!(!habit(None).passes_probe() && !Habit::new(None).is_known());
    }
}
