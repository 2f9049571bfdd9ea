//! The records of the JSON reports, apart from `message`: the types here are the contract of `docs/output.md`.
//!
//! A key that is absent does not apply; `null` is unknown.

mod capture;
mod connection;
mod finding;
mod gap;
mod said;
mod summary;

pub(super) use capture::Capture;
pub(super) use connection::Connection;
pub(super) use finding::FindingRecord;
pub(super) use gap::Gap;
pub(super) use summary::SummaryRecord;

use crate::record::LedgerRecord;
use std::collections::BTreeMap;

fn ledger(ledger: &LedgerRecord) -> BTreeMap<&'static str, u64> {
    ledger.parts().into_iter().collect()
}
