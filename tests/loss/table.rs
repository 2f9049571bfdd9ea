//! The table, as text.

use super::left::left;
use super::measured::measure;
use super::rows::{ROWS, Row, segments};
use super::traffic::{FRAMES, conversation};
use crate::faults::pcap::Record;
use std::fmt::Write;

/// The seed of the table in the document.
pub(crate) const SEED: u64 = 1;

/// Each row of the table with its capture.
pub(crate) fn captures(seed: u64) -> impl Iterator<Item = (&'static Row, Vec<Record>)> {
    let clean = conversation(seed, FRAMES);
    ROWS.iter().map(move |row| (row, (row.fault)(clean.records.clone(), seed)))
}

/// What is left of each capture, and what deframe reports of it.
pub(crate) fn table(seed: u64) -> String {
    let clean = conversation(seed, FRAMES);
    let mut out = format!(
        "{FRAMES} frames in {} data segments, seed {seed}\n\n{:<33}{:>14}{:>10}{:>9}{:>7}{:>6}  ledger\n",
        segments(&clean.records),
        "fault",
        "captured whole",
        "reported",
        "corrupt",
        "holes",
        "gaps",
    );
    for (row, records) in captures(seed) {
        let left = left(&clean, &records);
        let told = measure(&clean, &records, &left);
        let whole: usize = left.iter().map(|side| side.whole.len()).sum();
        let holes: usize = left.iter().map(|side| side.holes.len()).sum();
        let (name, frames, corrupt, gaps) = (row.name, told.frames, told.corrupt, told.holes);
        let ledger = if told.balances { "balances" } else { "DOES NOT BALANCE" };
        let line = format_args!("{name:<33}{whole:>14}{frames:>10}{corrupt:>9}{holes:>7}{gaps:>6}  {ledger}\n");
        out.write_fmt(line).expect("a string takes everything");
    }
    out
}
