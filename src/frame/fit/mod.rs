//! How well layouts fit bytes.
//!
//! In: [`Sample`]s, the first bytes of a few connections with the places where a side began to speak, and the
//! layouts of both directions. Out: [`Score`], what a walk from frame to frame finds, and [`judge`], which says whether
//! they fit poorly and which others fit better. Invariant: the same samples give the same score, and what too little
//! speaks for or against has none. Not responsible for who gathers samples or tells what comes of them.

mod judge;
mod sample;
mod score;
#[cfg(test)]
mod tests;
mod walk;

pub use judge::{Misfit, judge};
pub use sample::{Mark, Sample};
pub use score::{Score, score};
pub use walk::Walked;
