//! A run that has not ended, as reports of live captures see it.

use super::{CaptureFacts, Summary};
use crate::units::Timestamp;

/// What is known of a run that goes on.
#[non_exhaustive]
pub struct SoFar<'a> {
    /// Time up to which everything that was captured was told, apart from what waits for bytes that are missing.
    pub time: Timestamp,
    /// Facts of the captures so far.
    pub capture: &'a CaptureFacts,
    /// Number of connections that are followed now.
    pub open_connections: usize,
    /// Number of messages so far, filters applied.
    pub messages: u64,
    /// Makes the summary that would stand at the end if this were the end. Connections that are still open are not in
    /// its counts of connections, phases and bytes.
    pub summary: &'a dyn Fn() -> Summary,
}
