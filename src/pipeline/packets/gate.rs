//! Lets packets pass, or counts them.
//!
//! In: packets, as they were captured. Out: whether they go on. Unlike the filter for what is told this works before
//! anything is put together, so what is left out takes no part: not in numbers of connections, not in pairs.

use crate::capture::{BpfError, BpfExpression, BpfFilter, LinkType, Packet};

/// Lets packets pass, and counts the others.
#[derive(Debug)]
pub(in crate::pipeline) struct Gate {
    expression: Option<BpfFilter>,
    pub filtered: u64,
}

impl Gate {
    pub(in crate::pipeline) fn new(expression: Option<&BpfExpression>) -> Self {
        Self { expression: expression.cloned().map(BpfFilter::new), filtered: 0 }
    }

    /// Whether a packet is followed.
    pub(in crate::pipeline) fn lets_in(&mut self, packet: &Packet<'_>) -> bool {
        let selected = self.expression.as_mut().is_none_or(|expression| expression.selects(packet));
        self.filtered += u64::from(!selected);
        selected
    }

    /// Link types that the expression means nothing for, why, and how many packets were left out for it.
    pub(in crate::pipeline) fn refused(&self) -> impl Iterator<Item = (LinkType, &BpfError, u64)> {
        self.expression.iter().flat_map(BpfFilter::refused)
    }
}
