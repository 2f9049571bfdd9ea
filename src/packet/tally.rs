//! How many packets gave no segment, and why.

use super::UnreadReason;
use super::detail::Detail;
use super::unread::Unread;
use crate::limits;
use std::collections::BTreeMap;

/// Counts unread packets. Bounded: only so many details are told apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    reasons: [u64; UnreadReason::ALL.len()],
    details: BTreeMap<(UnreadReason, Detail), u64>,
}

impl Tally {
    #[cold]
    pub(super) fn add(&mut self, unread: Unread, packets: u64) {
        if let Some(count) = self.reasons.get_mut(unread.reason as usize) {
            *count += packets;
        }
        let Some(detail) = unread.detail else { return };
        let key = (unread.reason, detail);
        if self.details.len() < limits::UNREAD_DETAILS || self.details.contains_key(&key) {
            *self.details.entry(key).or_default() += packets;
        }
    }

    /// Reasons that occurred, each with its number of packets.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (UnreadReason, u64)> {
        UnreadReason::ALL.into_iter().zip(self.reasons).filter(|(_, count)| *count > 0)
    }

    /// What was not read and in how many packets, the most frequent of each reason first.
    pub(super) fn details(&self) -> Vec<(UnreadReason, Detail, u64)> {
        let mut details: Vec<_> =
            self.details.iter().map(|((reason, detail), count)| (*reason, *detail, *count)).collect();
        details.sort_by_key(|(reason, _, count)| (*reason, std::cmp::Reverse(*count)));
        details
    }
}
