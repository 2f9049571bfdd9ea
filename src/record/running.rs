//! A run that has not ended, as reports of live captures see it.

use super::{CaptureFacts, Summary};
use crate::units::Timestamp;

/// What is known so far.
#[non_exhaustive]
pub struct SoFar<'a> {
    /// Everything that was captured up to this time was told, apart from what waits for bytes that are missing.
    pub time: Timestamp,
    /// What is known of the captures.
    pub capture: &'a CaptureFacts,
    /// Connections that are followed now.
    pub open_connections: usize,
    /// Messages, filters applied.
    pub messages: u64,
    /// Makes the summary that would stand at the end if this were the end. Connections that are still open are not in
    /// its counts of connections, phases and bytes.
    pub summary: &'a dyn Fn() -> Summary,
}
