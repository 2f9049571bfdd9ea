//! The byte ledger: where every captured payload byte went.

use super::grid::{Column, render};
use crate::record::{LeftOut, Summary};
use crate::report::text;

/// Names of the ledger's parts, and what they are in words.
const WORDS: [(&str, &str); 9] = [
    ("framed", "in complete frames"),
    ("prologue", "before the first frame, as the layout says"),
    ("no_layout", "in connections without a known layout"),
    ("bad_header", "where a header should be and is not"),
    ("resync", "passed over in search of a header"),
    ("damaged", "in frames whose other bytes were not captured"),
    ("tail", "in frames that the end cut off"),
    ("duplicate", "seen before: retransmissions, overlaps, keep-alives"),
    ("late", "came after their place had been declared a gap"),
];

/// The section of the ledger: parts that are not empty, and their sum.
pub(super) fn section(summary: &Summary, width: u16) -> String {
    let ledger = &summary.ledger;
    let word = |name: &str| WORDS.iter().find(|(part, _)| *part == name).map_or("", |(_, words)| *words);
    let parts = ledger.parts();
    let filled = parts.iter().filter(|(_, bytes)| *bytes > 0);
    let row = |name: &str, bytes: u64, words: &str| {
        #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
        let share = 100.0 * bytes as f64 / ledger.captured.max(1) as f64;
        vec![name.replace('_', " "), text::count(bytes), format!("{share:.1} %"), words.to_owned()]
    };
    let mut rows: Vec<_> = filled.map(|(name, bytes)| row(name, *bytes, word(name))).collect();
    let sum: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
    // Of what passes a filter connections are told as a whole.
    let whose = if summary.left_out == LeftOut::default() { "" } else { " of these connections, whole" };
    let verdict = if sum == ledger.captured {
        "the parts above add up to them"
    } else {
        "the parts above do NOT add up to them: a defect, please report it"
    };
    rows.push(row("captured", ledger.captured, &format!("payload bytes{whose}; {verdict}")));
    let columns = [Column::word("part"), Column::number("bytes"), Column::number("share"), Column::text("what", 20)];
    render(&columns, &rows, width)
}
