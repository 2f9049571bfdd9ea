//! The tables of `docs/schemaless.md`.

use super::corpus::Corpus;
use super::kinds::{Verdict, verdicts};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The seed of the tables in the document. Constants are tuned on other ones.
pub(crate) const SEED: u64 = 2026;

/// Rows of the first table: a name, and the kinds of the descriptor that it counts.
const ROWS: [(&str, &[&str]); 6] = [
    ("message", &["message"]),
    ("text", &["text"]),
    ("bytes", &["bytes"]),
    ("packed numbers", &["packed"]),
    ("all of these", &["message", "text", "bytes", "packed"]),
    ("number", &["integer", "real"]),
];

/// Bits that the reading is ahead of the second, for the second table.
const MARGINS: [(f32, f32); 5] = [(0.0, 1.0), (1.0, 4.0), (4.0, 8.0), (8.0, 32.0), (32.0, f32::INFINITY)];

/// All tables.
pub(crate) fn table(corpus: &Corpus) -> String {
    let all = verdicts(corpus);
    let types: BTreeSet<&str> = corpus.messages.iter().map(|message| message.name.as_str()).collect();
    let bytes: usize = corpus.messages.iter().map(|message| message.payload().len()).sum();
    let mut out = format!("{} messages of {} types, {bytes} bytes\n\n", corpus.messages.len(), types.len());
    let _ =
        writeln!(out, "{:<16}{:>8}{:>12}{:>12}{:>20}", "kind", "values", "one by one", "by path", "blackboxprotobuf");
    for (name, kinds) in ROWS {
        let values = all.iter().filter(|verdict| kinds.contains(&verdict.kind));
        out.push_str(&row(name, &values.collect::<Vec<_>>(), is_same));
        if kinds.len() == 4 {
            let outside = all.iter().filter(|verdict| kinds.contains(&verdict.kind) && !verdict.in_any);
            out.push_str(&row("  outside Any", &outside.collect::<Vec<_>>(), is_same));
        }
    }
    let real = all.iter().filter(|verdict| verdict.kind == "real");
    out.push_str(&row("float as float", &real.collect::<Vec<_>>(), |kind, found| kind == found));
    let _ = writeln!(out, "\n{:<16}{:>8}{:>12}", "ahead by bits", "values", "right");
    let delimited = || all.iter().filter(|verdict| ROWS[4].1.contains(&verdict.kind) && verdict.found.is_some());
    for (least, most) in MARGINS {
        let values = || delimited().filter(|verdict| (least..most).contains(&verdict.margin));
        let right = share(values(), |verdict| verdict.found == Some(verdict.kind));
        let name = if most.is_finite() { format!("{least} to {most}") } else { format!("{least} or more") };
        let _ = writeln!(out, "{name:<16}{:>8}{right:>12}", values().count());
    }
    let unknowable = all.iter().filter(|verdict| verdict.kind.starts_with("bytes-")).count();
    let _ =
        writeln!(out, "\n{unknowable} bytes fields that hold text or a message are in no row: their bytes do not say");
    out
}

/// A row of the first table.
fn row(name: &str, values: &[&Verdict<'_>], is_right: fn(&str, &str) -> bool) -> String {
    let share = |found: fn(&Verdict<'_>) -> Option<&'static str>| {
        share(values.iter().copied(), |verdict| found(verdict).is_some_and(|found| is_right(verdict.kind, found)))
    };
    let (alone, pooled) = (share(|verdict| verdict.found), share(|verdict| verdict.pooled));
    let other = self::share(values.iter().copied(), |verdict| is_right(verdict.kind, verdict.other));
    format!("{name:<16}{:>8}{alone:>12}{pooled:>12}{other:>20}\n", values.len())
}

/// A number is one whatever it counts; which one is the wire type's to say.
pub(crate) fn is_same(kind: &str, found: &str) -> bool {
    let is_number = |kind| matches!(kind, "integer" | "real");
    kind == found || (is_number(kind) && is_number(found))
}

fn share<'v>(values: impl Iterator<Item = &'v Verdict<'v>>, is_right: impl Fn(&Verdict<'_>) -> bool) -> String {
    let (mut all, mut right) = (0_u32, 0_u32);
    for verdict in values {
        all += 1;
        right += u32::from(is_right(verdict));
    }
    // Rounded down: 100 % is all of them.
    let hundredths = if all == 0 { 0 } else { u64::from(right) * 10_000 / u64::from(all) };
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
