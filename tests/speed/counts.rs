//! Instructions that the main runs take: the same on a loaded machine as on an idle one.
//!
//! The counts of `benches/instructions.txt` are the baseline. A run that takes much more is a mistake or wants a
//! reason; one that takes much less wants a new baseline.

use super::traffic::{Faults, Traffic, write};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};

const BASELINE: &str = "benches/instructions.txt";

/// How much more a run may take than the baseline says. No change may make a run dearer by 2 %; the counts of two runs
/// differ by half a percent, as hash maps are keyed at random, and C libraries differ by some more.
const MOST: f64 = 1.04;

/// Name, arguments, and whether the capture is damaged.
const RUNS: [(&str, &str, bool); 4] = [
    ("summary", "analyze --summary --threads 1", false),
    ("summary-damaged", "analyze --summary --threads 1", true),
    ("ndjson", "export -f ndjson --threads 1", false),
    ("ndjson-no-schema", "export -f ndjson --threads 1 --no-schema", false),
];

/// Counts, prints, and compares with the baseline, which becomes these counts if `update`.
///
/// # Errors
/// A run takes too many, or Valgrind is not there.
pub(crate) fn counts(deframe: &Path, folder: &Path, update: bool) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let baseline = fs::read_to_string(BASELINE).unwrap_or_default();
    let (mut counted, mut worst) = (String::new(), 0.0_f64);
    for (name, arguments, damaged) in RUNS {
        let faults = if damaged { Faults { reordered: 50, duplicated: 10, lost: 1 } } else { Faults::default() };
        let capture = folder.join(format!("counted-{damaged}.pcap"));
        write(&Traffic { faults, ..Traffic::usual(10) }, BufWriter::new(File::create(&capture)?))?;
        let count = count(deframe, arguments, &capture)?;
        let known = baseline.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        let ratio = known.map_or(f64::INFINITY, |known| count as f64 / known as f64);
        println!("{name:<18} {count:>14}  {ratio:.3} of the baseline");
        let _ = writeln!(counted, "{name:<18} {count:>14}");
        worst = worst.max(ratio);
    }
    if update {
        return fs::write(BASELINE, counted);
    }
    if worst <= MOST {
        return Ok(());
    }
    Err(io::Error::other(format!("more than {MOST} of {BASELINE}; if that is meant, run it with --update")))
}

fn count(deframe: &Path, arguments: &str, capture: &Path) -> io::Result<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]).arg(deframe);
    let output = command.args(arguments.split(' ')).arg(capture).stdout(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find_map(|line| line.split_once("I refs:").or_else(|| line.split_once("I   refs:")));
    let count = line.and_then(|(_, count)| count.trim().replace(',', "").parse().ok());
    count.ok_or_else(|| io::Error::other(format!("valgrind: {text}")))
}
