//! What a command that went well amounts to, and so the exit code.

use super::{filters, verbose};
use crate::pipeline::Setup;
use crate::record::Summary;

/// What a command that went well found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The command has nothing to remark, or nobody asked.
    Done,
    /// Some captures could not be opened, or connections that were asked for are not there; the others were reported.
    Partial,
    /// There are this many findings, and `--strict` was given.
    Findings(u64),
}

/// What a run over captures amounts to; tells of filters that nothing passed.
pub(super) fn outcome(strict: bool, is_partial: bool, setup: &Setup, summary: &Summary) -> Outcome {
    verbose::summary(summary);
    let is_complete = filters::warn(setup, summary);
    if is_partial || !is_complete {
        return Outcome::Partial;
    }
    let findings: u64 = summary.findings.iter().map(|(_, count)| count).sum();
    if strict && findings > 0 { Outcome::Findings(findings) } else { Outcome::Done }
}
