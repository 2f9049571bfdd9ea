//! From counts to a score.
//!
//! In: what walks found in one direction. Out: [`Score`], whose parts a person can look at. Not responsible for what is
//! a good score.

use super::sample::Sample;
use super::walk::{Walked, walk};
use crate::frame::layout::Layout;

/// Frames, breaks and turns that begin with no frame without which nothing can be said.
const ENOUGH: u64 = 4;

/// Bits of evidence after which a chain of frames is not chance. That is more than the word says: small numbers and
/// zeros are more common than other bytes.
const CERTAIN_BITS: f64 = 256.0;

/// Bits that each header of such a chain must have: less is what any small number has.
const TELLING_BITS: u32 = 8;

/// Bytes of frames without an end from which on they have a score all the same.
const OPEN: u64 = 1024;

/// Value where nothing is known but that the frames land.
const UNKNOWN: f64 = 0.7;

/// Share of the value that is left where all frames have one size and nothing says that they are real.
const CONSTANT: f64 = 0.75;

/// How well a layout fits one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// From 0, not at all, to 1.
    pub value: f64,
    /// What the score comes from.
    pub walked: Walked,
    /// What speaks for the chains of frames by their headers alone, in bits.
    pub bits: u64,
}

/// Scores `layout` on the samples of one direction; none if there is too little to say anything.
pub fn score<'a>(layout: &Layout, samples: impl IntoIterator<Item = &'a Sample>) -> Option<Score> {
    let mut walked = Walked::default();
    for sample in samples {
        walked += walk(layout, sample);
    }
    if walked.frames + walked.breaks + (walked.turns - walked.turn_hits) < ENOUGH {
        // A length that is wrong may be larger than all that was seen, and one that is right too.
        return (walked.open >= OPEN).then_some(Score { value: UNKNOWN, walked, bits: 0 });
    }
    let bits = bits(layout, &walked);
    Some(Score { value: value(&walked, bits), walked, bits })
}

/// What the headers of the frames say. Lengths that are all the same say nothing: a constant is not a length.
fn bits(layout: &Layout, walked: &Walked) -> u64 {
    let is_constant = walked.shortest == Some(walked.longest);
    let longest = if is_constant { usize::MAX } else { walked.longest.next_power_of_two() };
    let of_one = walked.header.map_or(0, |header| layout.evidence_within(&header, longest));
    if of_one < TELLING_BITS { 0 } else { walked.filled * u64::from(of_one) }
}

fn value(walked: &Walked, bits: u64) -> f64 {
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let covered = share(walked.landed, walked.landed + walked.lost);
    let unbroken = share(walked.frames, walked.frames + walked.breaks);
    // Headers that could hardly stand there by chance excuse turns inside frames: a side may speak at any time.
    let certain = if unbroken > 0.9 { 0.9 * (bits as f64 / CERTAIN_BITS).min(1.0) } else { 0.0 };
    // The more frames there are, the more hits are chance; where each byte is a frame, hits say nothing at all.
    let by_chance = share(walked.frames, walked.landed);
    let beyond_chance = |share: f64| ((share - by_chance) / (1.0 - by_chance)).max(0.0);
    let turns = walked.turns + walked.ends;
    let hits = if by_chance >= 1.0 {
        UNKNOWN
    } else if turns > 0 {
        beyond_chance(share(walked.turn_hits + walked.end_hits, turns))
    } else {
        // Frames may be written together or in parts, so either all segments begin with frames or frames with segments.
        let of_starts = beyond_chance(share(walked.start_hits, walked.starts));
        of_starts.max(share(walked.start_hits, walked.frames)).max(UNKNOWN)
    };
    // Frames of one size may come from a field that has nothing to do with their length, unless turns say otherwise.
    let is_constant = walked.shortest == Some(walked.longest) && bits == 0 && turns == 0 && hits <= UNKNOWN;
    let spread = if is_constant { CONSTANT } else { 1.0 };
    covered * unbroken * hits.max(certain) * (1.0 - share(walked.empty, walked.frames)) * spread
}
