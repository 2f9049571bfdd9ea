//! Which of several pairs of places that passed says which request an answer is for.
//!
//! In: the pairs of places that agree beyond chance. Out: the best, if none that says as much tells other pairs; else
//! the two that contradict each other. Invariant: two places of which each may be right decide nothing. Not responsible
//! for whether one passes.

use super::trial::{Passed, Proof};
use std::collections::HashMap;

/// What is made of the pairs of places that passed.
#[derive(Debug, Default)]
pub(super) enum Choice {
    /// None passed.
    #[default]
    Nothing,
    /// One says it.
    One(Passed),
    /// Two tell different pairs, and nothing says which is right.
    Between(Passed, Passed),
}

/// Chooses among those that passed.
pub(super) fn choose(mut passed: Vec<Passed>) -> Choice {
    passed.sort_unstable();
    let Some(best) = passed.pop() else { return Choice::Nothing };
    // One that answers all requests goes before one that leaves some without an answer.
    let best = match passed.iter().rposition(|other| is_equal(&best, other) && is_fuller(other, &best)) {
        Some(at) => std::mem::replace(passed.get_mut(at).unwrap_or(&mut best.clone()), best),
        None => best,
    };
    let told: HashMap<usize, usize> = best.pairs.iter().copied().collect();
    let contradicts = |other: &Passed| {
        other.pairs.iter().any(|(answer, request)| told.get(answer).is_some_and(|told| told != request))
    };
    let rival =
        passed.into_iter().rev().find(|other| is_equal(&best, other) && !is_fuller(&best, other) && contradicts(other));
    match rival {
        Some(rival) => Choice::Between(best, rival),
        None => Choice::One(best),
    }
}

/// Whether two are equally well proved. A value that two requests had at once is no name of either.
fn is_equal(best: &Passed, other: &Passed) -> bool {
    best.proof == other.proof && (other.is_unique || !best.is_unique)
}

/// Whether one leaves hardly a request without an answer, where the other does.
fn is_fuller(one: &Passed, other: &Passed) -> bool {
    let unanswered = |of: &Passed| of.asked.saturating_sub(of.answered) * 1000 / of.asked.max(1);
    // Answers that nobody waits for, or to what was answered once for all.
    let unasked =
        |of: &Passed| of.answers - of.matched + if of.has_one_answer() { of.matched - of.answered } else { 0 };
    let is_fuller = unanswered(other) > 2 * unanswered(one) + 20 || unasked(one) == 0 && unasked(other) > 0;
    one.proof == Proof::Values && is_fuller
}
