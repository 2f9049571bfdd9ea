//! By what answers found their requests where no profile says it, and the evidence.

use crate::record::Pairs;
use crate::report::text;
use crate::report::wrap::hanging;

/// The section of what was found; empty where nothing was.
pub(super) fn section(pairs: &[Pairs], width: u16) -> String {
    let told = |pairs: &Pairs| {
        let Pairs { port, correlation, answers, matched, .. } = pairs;
        let told = format!(
            "port {port}: an answer goes to the request with the same {correlation}, as {} of {} answers have that of a \
             request that waits; say it with match in a profile",
            text::count(u64::from(*matched)),
            text::count(u64::from(*answers)),
        );
        format!("{}\n", hanging(&text::safe(&told), width.into(), 2))
    };
    pairs.iter().map(told).collect()
}
