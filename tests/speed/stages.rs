//! Times of the stages, from `cargo bench`, beside `benches/baseline.toml`.

use super::baseline::{Baseline, Compared, MOST};
use super::machine::machine;
use super::stage::Stage;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

const BASELINE: &str = "benches/baseline.toml";

/// How the baseline begins.
const HEAD: &str = "# Times of the stages, written by: cargo xtask speed stages --update\n";

/// Runs the benchmarks, prints their times beside the baseline, which becomes these times if `update`.
///
/// # Errors
/// A stage is slower than the baseline allows, or has none.
pub(crate) fn stages(folder: &Path, update: bool) -> io::Result<()> {
    let now = measure(&folder.join("criterion"))?;
    if update {
        let measured = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let baseline = Baseline { measured, machine: machine(), nanoseconds: now };
        let text = toml::to_string(&baseline).map_err(io::Error::other)?;
        return fs::write(BASELINE, format!("{HEAD}{text}"));
    }
    let text =
        fs::read_to_string(BASELINE).map_err(|error| io::Error::new(error.kind(), format!("{BASELINE}: {error}")))?;
    let baseline: Baseline =
        toml::from_str(&text).map_err(|error| io::Error::other(format!("{BASELINE}: {}", error.message())))?;
    let compared = baseline
        .compare(&now)
        .map_err(|name| io::Error::other(format!("{BASELINE} has no `{name}`; run it with --update")))?;
    println!("baseline: {}, {}", baseline.measured, baseline.machine);
    println!("now:      {}\n", machine());
    print(&compared);
    let slower: Vec<&str> = compared.iter().filter(|one| one.is_slower()).map(|one| one.stage.name()).collect();
    if slower.is_empty() {
        return Ok(());
    }
    let slower = slower.join(", ");
    Err(io::Error::other(format!("more than {MOST} of {BASELINE}: {slower}; if that is meant, run it with --update")))
}

/// Median nanoseconds for one iteration of each stage, from a run of all of them.
fn measure(results: &Path) -> io::Result<BTreeMap<String, u64>> {
    // What an earlier run left must not be taken for this one's.
    match fs::remove_dir_all(results) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(results)?,
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["bench", "--bench", "stages"]).env("CRITERION_HOME", results.canonicalize()?);
    let status = command.status()?;
    if !status.success() {
        return Err(io::Error::other(format!("cargo bench --bench stages: {status}")));
    }
    Stage::ALL.into_iter().map(|stage| Ok((stage.name().to_owned(), median(results, stage)?))).collect()
}

fn median(results: &Path, stage: Stage) -> io::Result<u64> {
    let path = results.join("stages").join(stage.name()).join("new/estimates.json");
    let text = fs::read(&path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    let estimates: serde_json::Value = serde_json::from_slice(&text)?;
    let median = estimates["median"]["point_estimate"].as_f64();
    median.map(|ns| ns as u64).ok_or_else(|| io::Error::other(format!("{}: no median", path.display())))
}

fn print(compared: &[Compared]) {
    println!("                          milliseconds      in yardsticks");
    println!("stage                  baseline       now  baseline     now  now / baseline");
    for one in compared {
        let [before_ms, now_ms] = [one.before_ns, one.now_ns].map(|ns| ns as f64 / 1e6);
        let (name, before, now, ratio) = (one.stage.name(), one.before, one.now, one.ratio());
        let slower = if one.is_slower() { "  slower" } else { "" };
        println!("{name:<20} {before_ms:>10.3} {now_ms:>9.3} {before:>9.3} {now:>7.3} {ratio:>15.3}{slower}");
    }
}
