//! Where the capture itself lost packets.
//!
//! In: ranges of packet numbers between which something was lost. Out: whether a gap lies in one of
//! them. Ranges that touch are one; of more than [`limits::LOSSES`] the oldest are forgotten, and gaps
//! that old are told without that reason.

use crate::limits;
use std::collections::VecDeque;

/// The losses of the capture so far.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Losses {
    /// For each loss, in order: the number of the last packet before it, and of the last packet when it was told.
    ranges: VecDeque<(u64, u64)>,
}

impl Losses {
    /// Takes note that packets were lost after the packet `after` and not later than after the packet `upto`.
    pub(in crate::pipeline) fn add(&mut self, after: u64, upto: u64) {
        match self.ranges.back_mut() {
            Some((_, end)) if after <= *end => *end = upto.max(*end),
            _ => {
                if self.ranges.len() == limits::LOSSES {
                    self.ranges.pop_front();
                }
                self.ranges.push_back((after, upto));
            }
        }
    }

    /// Whether packets were lost somewhere between the packets `before` and `after`.
    pub(in crate::pipeline) fn between(&self, before: u64, after: u64) -> bool {
        let older = self.ranges.partition_point(|(_, end)| *end < before);
        self.ranges.get(older).is_some_and(|(start, _)| *start < after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_between_packets_that_a_loss_lies_between_is_seen() {
        let mut losses = Losses::default();
        assert!(!losses.between(0, 100));
        losses.add(10, 20);
        losses.add(15, 30);
        losses.add(50, 60);
        assert_eq!(losses.ranges, [(10, 30), (50, 60)]);
        for (before, after, lost) in [(0, 10, false), (0, 11, true), (30, 31, true), (31, 50, false), (31, 51, true)] {
            assert_eq!(losses.between(before, after), lost, "{before} {after}");
        }
    }

    #[test]
    fn the_number_of_losses_that_are_remembered_is_bounded() {
        let mut losses = Losses::default();
        (0..2 * limits::LOSSES as u64).for_each(|loss| losses.add(10 * loss, 10 * loss + 1));
        assert_eq!(losses.ranges.len(), limits::LOSSES);
        assert!(!losses.between(0, 5));
    }
}
