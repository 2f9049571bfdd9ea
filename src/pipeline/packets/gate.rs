//! Lets packets and their segments pass, or counts them.
//!
//! In: packets, then their segments. Out: whether they go on. Unlike the filter for messages this works before anything
//! is put together, so what is left out takes no part: not in numbers of connections, not in pairs.

use super::traffic::{Moment, Traffic};
use crate::capture::{BpfError, BpfFilter, LinkType, Packet};
use crate::packet::Segment;
use crate::units::Timestamp;

/// Lets packets and segments pass, and counts the others.
#[derive(Debug)]
pub(in crate::pipeline) struct Gate<'s> {
    traffic: &'s Traffic,
    expression: Option<BpfFilter>,
    /// First and last time of the packets that pass, once the first packet is known.
    span: Option<[Timestamp; 2]>,
    pub filtered: u64,
}

impl<'s> Gate<'s> {
    pub(in crate::pipeline) fn new(traffic: &'s Traffic) -> Self {
        let expression = traffic.expression.clone().map(BpfFilter::new);
        Self { traffic, expression, span: None, filtered: 0 }
    }

    /// Whether a packet is decoded. The time of the first one tells which times the moments of [`Traffic`] are.
    pub(in crate::pipeline) fn lets_in(&mut self, packet: &Packet<'_>) -> bool {
        let resolve = |moment: Option<Moment>, first, open| {
            moment.map_or(Timestamp::from_ns(open), |moment: Moment| moment.resolve(first))
        };
        let Traffic { from, to, .. } = *self.traffic;
        self.span.get_or_insert_with(|| [resolve(from, packet.time, i64::MIN), resolve(to, packet.time, i64::MAX)]);
        let selected = self.expression.as_mut().is_none_or(|expression| expression.selects(packet));
        self.filtered += u64::from(!selected);
        selected
    }

    /// Link types that the expression means nothing for, why, and how many packets were left out for it.
    pub(in crate::pipeline) fn refused(&self) -> impl Iterator<Item = (LinkType, &BpfError, u64)> {
        self.expression.iter().flat_map(BpfFilter::refused)
    }

    /// Whether a segment is followed, by its ends.
    pub(in crate::pipeline) fn admits(&mut self, segment: &Segment<'_>) -> bool {
        let Traffic { hosts, ports, .. } = self.traffic;
        let ends = [segment.source, segment.destination];
        let admitted = self.span.is_none_or(|[from, to]| (from..=to).contains(&segment.origin.time))
            && (ports.is_empty() || ends.iter().any(|end| ports.contains(&end.port)))
            && (hosts.is_empty() || ends.iter().any(|end| hosts.iter().any(|network| network.contains(end.addr))));
        self.filtered += u64::from(!admitted);
        admitted
    }
}
