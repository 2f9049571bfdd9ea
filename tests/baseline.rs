//! The baseline of the stages, and what is compared with it. The times themselves are measured by `cargo bench` alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "speed/baseline.rs"]
mod baseline;
#[path = "../benches/stages/stage.rs"]
mod stage;

use baseline::{Baseline, Compared, MOST};
use stage::Stage;
use std::collections::BTreeSet;

fn baseline() -> Baseline {
    toml::from_str(&std::fs::read_to_string("benches/baseline.toml").unwrap()).unwrap()
}

#[test]
fn the_baseline_names_exactly_the_stages_that_are_measured() {
    let baseline = baseline();
    let names: BTreeSet<&str> = baseline.nanoseconds.keys().map(String::as_str).collect();
    assert_eq!(names, Stage::ALL.map(Stage::name).into(), "cargo xtask speed stages --update");
    assert!(!baseline.measured.is_empty() && !baseline.machine.is_empty());
}

#[test]
fn a_machine_of_half_the_speed_is_no_slower_stage() {
    let baseline = baseline();
    let now = baseline.nanoseconds.iter().map(|(name, ns)| (name.clone(), 2 * ns)).collect();
    let compared = baseline.compare(&now).unwrap();
    assert_eq!(compared.len(), Stage::ALL.len());
    assert!(compared.iter().all(|one| !one.is_slower() && one.now_ns == 2 * one.before_ns), "{compared:?}");
}

#[test]
fn a_stage_that_takes_more_yardsticks_than_it_may_is_found() {
    let baseline = baseline();
    for stage in &Stage::ALL[1..] {
        let mut now = baseline.nanoseconds.clone();
        *now.get_mut(stage.name()).unwrap() *= 2;
        let slower = baseline.compare(&now).unwrap().into_iter().filter(Compared::is_slower);
        let slower: Vec<_> = slower.map(|one| (one.stage, one.ratio())).collect();
        assert_eq!(slower.len(), 1, "{slower:?}");
        assert!(slower[0].0 == *stage && slower[0].1 > MOST, "{slower:?}");
    }
}

#[test]
fn a_stage_without_a_baseline_is_named() {
    let mut baseline = baseline();
    let now = baseline.nanoseconds.clone();
    baseline.nanoseconds.remove("walk");
    assert_eq!(baseline.compare(&now).unwrap_err(), "walk");
}
