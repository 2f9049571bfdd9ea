//! How long the stages took when they were last measured on purpose, and what is slower now.
//!
//! Machines differ, and so does one machine from hour to hour. So what is compared is not a time but how often it holds
//! the time of the yardstick, a loop that never changes, from the same run.

use super::stage::Stage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much slower a stage may be than the baseline says, in yardsticks.
pub(crate) const MOST: f64 = 1.25;

/// What `benches/baseline.toml` says.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Baseline {
    /// The day, in UTC.
    pub(crate) measured: String,
    pub(crate) machine: String,
    /// Median time of the processor for one iteration, by name.
    pub(crate) nanoseconds: BTreeMap<String, u64>,
}

/// One stage then and now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared {
    pub(crate) stage: Stage,
    pub(crate) before_ns: u64,
    pub(crate) now_ns: u64,
    /// How often each time holds the yardstick of its run.
    pub(crate) before: f64,
    pub(crate) now: f64,
}

impl Compared {
    /// More than 1 is slower.
    pub(crate) fn ratio(&self) -> f64 {
        self.now / self.before
    }

    pub(crate) fn is_slower(&self) -> bool {
        self.ratio() > MOST
    }
}

impl Baseline {
    /// Every stage beside its baseline, in the order of the stages.
    ///
    /// # Errors
    /// The name of a stage that the baseline or `now` does not have.
    pub(crate) fn compare(&self, now: &BTreeMap<String, u64>) -> Result<Vec<Compared>, &'static str> {
        let of = |times: &BTreeMap<String, u64>, stage: Stage| {
            times.get(stage.name()).copied().filter(|time| *time > 0).ok_or(stage.name())
        };
        let [bare_before, bare_now] = [of(&self.nanoseconds, Stage::Bare)?, of(now, Stage::Bare)?];
        let compare = |stage| {
            let (before_ns, now_ns) = (of(&self.nanoseconds, stage)?, of(now, stage)?);
            let [before, now] =
                [(before_ns, bare_before), (now_ns, bare_now)].map(|(ns, bare)| ns as f64 / bare as f64);
            Ok(Compared { stage, before_ns, now_ns, before, now })
        };
        Stage::ALL.into_iter().map(compare).collect()
    }
}
