//! What is not as it should be: a row each, as far as there is room, and counts of all.

use super::direction::arrow;
use super::grid::{Column, render};
use crate::limits;
use crate::record::{Finding, FindingKind, GapRecord, Summary};
use crate::report::text;
use crate::report::wrap::hanging;

/// The findings so far; only those that are shown are kept.
#[derive(Debug, Default)]
pub(super) struct Findings {
    rows: Vec<Vec<String>>,
    /// Rows at the start that are told first, whenever they come.
    causes: usize,
}

impl Findings {
    pub(super) fn push(&mut self, finding: &Finding) {
        // A layout that fits poorly is the cause of most others, and is told after all of them.
        let is_cause = finding.kind == FindingKind::Layout;
        if self.rows.len() >= limits::ROWS && !is_cause {
            return;
        }
        let row = vec![
            finding.kind.as_str().to_owned(),
            finding.connection.map_or_else(String::new, |connection| connection.number.to_string()),
            finding.direction.map_or("", arrow).to_owned(),
            finding.offset.map_or_else(String::new, |offset| offset.to_string()),
            finding.seen.map_or_else(String::new, |seen| seen.packet.to_string()),
            text::safe(&finding.text).into_owned(),
        ];
        if is_cause {
            self.rows.insert(self.causes, row);
            self.causes += 1;
        } else {
            self.rows.push(row);
        }
    }

    pub(super) fn gap(&mut self, gap: &GapRecord) {
        if self.rows.len() >= limits::ROWS {
            return;
        }
        let len = text::plural(gap.len, "byte");
        self.rows.push(vec![
            FindingKind::Gap.as_str().to_owned(),
            gap.connection.number.to_string(),
            arrow(gap.direction).to_owned(),
            gap.offset.to_string(),
            gap.seen.packet.to_string(),
            format!("{len} missing: {}", gap.reason.as_str()),
        ]);
    }

    /// The section of the findings.
    pub(super) fn section(&self, summary: &Summary, width: u16) -> String {
        let (counts, ledger) = (&summary.findings, &summary.ledger);
        if counts.is_empty() {
            // What was not looked at has no findings.
            let none = match (ledger.framed, ledger.no_layout) {
                (_, 0) => "none",
                (0, _) => "none in TCP; nothing was framed, as no layout is known",
                _ => "none, but connections without a known layout were not framed",
            };
            return hanging(none, width.into(), 0) + "\n";
        }
        let columns = [
            Column::word("kind"),
            Column::number("conn").optional(1),
            Column::word("dir").optional(2),
            Column::number("offset").optional(3),
            Column::number("packet").optional(4),
            Column::text("what", 30),
        ];
        let total: u64 = counts.iter().map(|(_, count)| count).sum();
        let mut out = render(&columns, &self.rows, width);
        if total > self.rows.len() as u64 {
            let kinds = counts.iter().map(|(kind, count)| format!("{} {}", text::count(*count), kind.as_str()));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            let all = format!("… {} in all: {kinds}", text::plural(total, "finding"));
            out.push_str(&hanging(&all, width.into(), 2));
            out.push('\n');
        }
        out
    }
}
