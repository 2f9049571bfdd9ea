//! What is counted of one direction of a connection.
//!
//! In: counts, one by one. Out: all of them. Those that are 0 for most directions stand apart, so that a direction
//! takes little.

/// What is known of one direction of a connection. All lengths are payload bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DirectionFacts {
    /// Packets of the direction.
    pub packets: u64,
    /// Payload bytes captured: `delivered + duplicate + late`.
    pub captured: u64,
    /// Bytes delivered in order.
    pub delivered: u64,
    /// Bytes that came again after they were there: retransmissions, overlaps, keep-alives.
    pub duplicate: u64,
    /// Bytes that came after their place had been declared a gap, or before a mid-stream start.
    pub late: u64,
    /// Gaps of the direction.
    pub gaps: u64,
    /// Bytes that are missing, in all gaps.
    pub missing: u64,
    /// Segments that carried only bytes seen before.
    pub retransmissions: u64,
    /// Segments that brought bytes from before others that had been seen: reordered, or lost and sent again.
    pub out_of_order: u64,
    /// Retransmitted bytes that differ from the first ones; the first ones were kept.
    pub conflicting: u64,
    /// The SYN of this direction was captured.
    pub syn: bool,
    /// The FIN of this direction was captured.
    pub fin: bool,
    /// An RST was sent in this direction.
    pub rst: bool,
}

/// The counts behind [`DirectionFacts`] while packets come.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) packets: u64,
    pub(super) captured: u64,
    pub(super) delivered: u64,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    odd: Option<Box<Odd>>,
}

/// Counts that stay 0 where every byte is captured once and in order, named as in [`DirectionFacts`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Odd {
    pub(super) duplicate: u64,
    pub(super) late: u64,
    pub(super) gaps: u64,
    pub(super) missing: u64,
    pub(super) retransmissions: u64,
    pub(super) out_of_order: u64,
    pub(super) conflicting: u64,
}

impl Counts {
    /// The counts of what is odd, which are made when the first of them is needed.
    pub(super) fn odd(&mut self) -> &mut Odd {
        self.odd.get_or_insert_default()
    }

    /// Whether the sink was told of any byte of the direction.
    pub(super) fn is_told(&self) -> bool {
        self.delivered > 0 || self.odd.as_ref().is_some_and(|odd| odd.gaps > 0)
    }

    pub(super) fn facts(&self) -> DirectionFacts {
        let Self { packets, captured, delivered, syn, fin, rst, .. } = *self;
        let odd = self.odd.as_deref().copied().unwrap_or_default();
        let Odd { duplicate, late, gaps, missing, retransmissions, out_of_order, conflicting } = odd;
        DirectionFacts {
            packets,
            captured,
            delivered,
            duplicate,
            late,
            gaps,
            missing,
            retransmissions,
            out_of_order,
            conflicting,
            syn,
            fin,
            rst,
        }
    }
}
