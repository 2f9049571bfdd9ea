//! The values that are read as something else, to look at.

use super::corpus::Corpus;
use super::kinds::verdicts;
use super::table::is_same;
use std::fmt::Write as _;

/// A line for each value that is read as something else: what it is, and what it is taken for by itself and by its
/// path.
pub(crate) fn list(corpus: &Corpus) -> String {
    let mut out = String::new();
    for verdict in verdicts(corpus) {
        let value = &verdict.message.values[verdict.index];
        let is_right = |found: Option<&'static str>| found.is_some_and(|found| is_same(verdict.kind, found));
        if verdict.kind.starts_with("bytes-") || (is_right(verdict.found) && is_right(verdict.pooled)) {
            continue;
        }
        let payload = verdict.message.payload();
        let content = hex::encode(&payload[value.start as usize..value.end as usize]);
        let (kind, alone, pooled) = (verdict.kind, verdict.found.unwrap_or("-"), verdict.pooled.unwrap_or("-"));
        let (path, name, margin) = (&value.path, &verdict.message.name, verdict.margin);
        let _ = writeln!(out, "{kind:<8}{alone:<8}{pooled:<8}{margin:>7.1}  {name} {path}: {content}");
    }
    out
}
