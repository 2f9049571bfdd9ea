//! Which events are told.
//!
//! In: the time of the first packet, then events. Out: whether each is told, as far as that can be said before its
//! payload is read. Invariant: the answer depends on what the event's own record says and on the first packet, so what
//! is told of a run is a part of what is told without a filter.

use super::{Filter, Moment};
use crate::pipeline::event::{Event, What};
use crate::units::Timestamp;

/// Chooses events.
#[derive(Debug)]
pub(in crate::pipeline) struct Selection<'s> {
    filter: &'s Filter,
    /// First and last time at which something is told, once the first packet is known.
    span: Option<[Timestamp; 2]>,
    is_open: bool,
}

impl<'s> Selection<'s> {
    pub(in crate::pipeline) fn new(filter: &'s Filter) -> Self {
        let Filter { connections, hosts, ports, from, to, .. } = filter;
        let is_open = connections.is_empty() && hosts.is_empty() && ports.is_empty() && from.is_none() && to.is_none();
        Self { filter, span: None, is_open }
    }

    /// Takes note of a packet; the time of the first one tells which times the moments of the filter are.
    pub(in crate::pipeline) fn packet(&mut self, time: Timestamp) {
        let Filter { from, to, .. } = self.filter;
        let resolve = |moment: Option<Moment>, open| {
            moment.map_or(Timestamp::from_ns(open), |moment: Moment| moment.resolve(time))
        };
        self.span.get_or_insert_with(|| [resolve(*from, i64::MIN), resolve(*to, i64::MAX)]);
    }

    /// Whether an event is told: what happens at one moment if that is within the time that is asked for, and a
    /// connection if it was there at some of that time.
    #[inline]
    pub(in crate::pipeline) fn takes(&self, event: &Event<'_>) -> bool {
        self.is_open || self.accepts(event)
    }

    fn accepts(&self, event: &Event<'_>) -> bool {
        let Some([from, to]) = self.span else { return false };
        let is_then = match &event.what {
            What::Closed(record) => record.first.time <= to && record.last.time >= from,
            What::Bytes(bytes) => (from..=to).contains(&bytes.available.time),
            What::Frame(_) | What::Skipped(_) | What::Gap(_) | What::Conflict(_) => {
                (from..=to).contains(&event.at.time)
            }
        };
        is_then && self.filter.accepts_connection(&event.connection)
    }
}
