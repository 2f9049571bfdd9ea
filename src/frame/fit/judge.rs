//! Whether layouts fit, and which others fit better.
//!
//! In: the layouts of both directions and the samples of one server port. Out: a [`Misfit`], if there is one.
//! Invariant: where too little is known, or nothing is wrong and nothing clearly better, there is none.

use super::sample::Sample;
use super::score::{Score, score};
use crate::frame::layout::{Layout, PRESETS};
use crate::units::{Both, Direction};

/// The score below which a layout fits poorly.
const POOR: f64 = 0.5;

/// How much better another layout must be to be named, and the least that it must have.
const BETTER: f64 = 0.2;
const GOOD: f64 = 0.75;

/// How much better a layout for each side must be than the best that is that of both.
const WORTH_TWO: f64 = 0.1;

/// Values that differ by less are the same.
const SAME: f64 = 0.005;

/// Layouts that fit poorly.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// Score of each direction; none where too little was seen.
    pub scores: Both<Option<Score>>,
    /// Layouts that fit better, and their score, that of the worse direction.
    pub better: Option<(Both<Layout>, f64)>,
}

/// Says whether `layouts` fit poorly; the samples are those of each direction.
#[must_use]
pub fn judge(layouts: Both<&Layout>, samples: &[Both<Sample>]) -> Option<Misfit> {
    let scored = |direction, layout: &Layout| score(layout, samples.iter().map(|sample| sample.of(direction)));
    let scores = Both::from_fn(|direction| scored(direction, layouts.of(direction)));
    let own = scores.values().flatten().map(|score| score.value).min_by(f64::total_cmp)?;
    if own > 1.0 - BETTER {
        return None;
    }
    let better = better(layouts, own, |direction, layout| {
        // A direction of which too little is known has no say.
        scores.of(direction).map_or(Rank { value: 1.0, bits: 0 }, |_| {
            scored(direction, layout).map_or_else(Rank::default, |score| Rank { value: score.value, bits: score.bits })
        })
    });
    (own < POOR || better.is_some()).then_some(Misfit { scores, better })
}

/// What layouts are compared by.
#[derive(Clone, Copy, Debug, Default)]
struct Rank {
    value: f64,
    /// What speaks for the layout by headers alone. Of layouts with the same frames the one counts whose length is
    /// widest: its high bytes were zero wherever a narrower one would have done.
    bits: u64,
}

impl Rank {
    fn exceeds(self, other: Self) -> bool {
        self.value > other.value + SAME || (self.value > other.value - SAME && self.bits > other.bits)
    }

    /// The rank of layouts for both directions.
    fn of_both(ranks: Both<Self>) -> Self {
        let Both { to_server, to_client } = ranks;
        Self { value: to_server.value.min(to_client.value), bits: to_server.bits + to_client.bits }
    }
}

/// The best other layouts, if they are clearly better than `own`: one of both sides, or one for each where that is
/// worth it.
fn better(layouts: Both<&Layout>, own: f64, rank: impl Fn(Direction, &Layout) -> Rank) -> Option<(Both<Layout>, f64)> {
    let mut joint: Option<(Both<Layout>, Rank)> = None;
    let mut each: Both<Option<(Layout, Rank)>> = Both::default();
    for candidates in candidates(layouts) {
        let ranks = Both::from_fn(|direction| rank(direction, candidates.of(direction)));
        let both = Rank::of_both(ranks);
        if joint.as_ref().is_none_or(|(_, best)| both.exceeds(*best)) {
            joint = Some((candidates.clone(), both));
        }
        for direction in Direction::BOTH {
            let (best, rank) = (each.of_mut(direction), *ranks.of(direction));
            if best.as_ref().is_none_or(|(_, best)| rank.exceeds(*best)) {
                *best = Some((candidates.of(direction).clone(), rank));
            }
        }
    }
    let apart = match each {
        Both { to_server: Some((to_server, up)), to_client: Some((to_client, down)) } => {
            Some((Both { to_server, to_client }, Rank::of_both(Both { to_server: up, to_client: down })))
        }
        _ => None,
    };
    let best = match (joint, apart) {
        (Some(joint), Some(apart)) if apart.1.value > joint.1.value + WORTH_TWO => Some(apart),
        (joint, _) => joint,
    };
    best.map(|(layouts, rank)| (layouts, rank.value)).filter(|(_, best)| *best >= GOOD && *best >= own + BETTER)
}

/// The layouts that are compared: those given, with another length or without what they skip, then a length alone, then
/// the presets.
fn candidates(layouts: Both<&Layout>) -> impl Iterator<Item = Both<Layout>> {
    let [up, down] = Direction::BOTH.map(|direction| of_side(layouts.of(direction)));
    let last = up.len().max(down.len());
    let pairs = (0..last).filter_map(move |index| {
        let of = |list: &[Layout]| list.get(index).or_else(|| list.first()).cloned();
        Some(Both { to_server: of(&up)?, to_client: of(&down)? })
    });
    let presets = PRESETS.iter().filter_map(|preset| Layout::parse_sides(preset.text).ok());
    let bare = Layout::parse("u32be").map_or_else(|_| Vec::new(), |bare| bare.variants());
    let bare = bare.into_iter().map(|layout| Both { to_server: layout.clone(), to_client: layout });
    pairs.chain(bare).chain(presets)
}

fn of_side(layout: &Layout) -> Vec<Layout> {
    let mut found = vec![layout.clone()];
    found.extend(layout.variants());
    if layout.skip() > 0 {
        let plain: Vec<Layout> = found.iter().map(Layout::without_skip).collect();
        found.extend(plain);
    }
    found
}
