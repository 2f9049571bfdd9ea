//! Puts events in capture order.
//!
//! Events of one direction come in order by themselves. Events of others overtake them where bytes wait behind a hole, or
//! for a search to confirm where a frame starts: those bytes count from the packets that carried them, long ago. So while
//! anything waits anywhere, later events wait too, up to [`limits::ORDER_BYTES`]. In the usual case nothing waits and an
//! event passes through without a copy.

use super::event::Event;
use super::messages::Messages;
use crate::limits;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Passes events on in the order of their packets.
pub(super) struct Ordered<'s> {
    pub(super) inner: Messages<'s>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    waiting_bytes: usize,
    arrivals: u64,
    pass_through: bool,
}

/// Ordered by packet, then by arrival.
struct Waiting {
    packet: u64,
    arrival: u64,
    event: Event<'static>,
}

impl<'s> Ordered<'s> {
    pub(super) fn new(inner: Messages<'s>) -> Self {
        Self { inner, waiting: BinaryHeap::new(), waiting_bytes: 0, arrivals: 0, pass_through: true }
    }

    /// Before a segment is pushed: `oldest_pending` is the oldest packet of which bytes wait.
    pub(super) fn expect(&mut self, oldest_pending: Option<u64>) {
        self.pass_through = oldest_pending.is_none() && self.waiting.is_empty();
    }

    pub(super) fn push(&mut self, event: Event<'_>) {
        if self.pass_through {
            self.inner.push(event);
            return;
        }
        self.arrivals += 1;
        self.waiting_bytes += event.held_len();
        let waiting = Waiting { packet: event.at.packet, arrival: self.arrivals, event: event.into_owned() };
        self.waiting.push(Reverse(waiting));
    }

    /// After a segment was pushed: whatever is not later than the oldest packet that still waits goes out.
    pub(super) fn release(&mut self, oldest_pending: Option<u64>) {
        while let Some(Reverse(first)) = self.waiting.peek() {
            let due = oldest_pending.is_none_or(|oldest| first.packet <= oldest);
            if !due && self.waiting_bytes <= limits::ORDER_BYTES {
                break;
            }
            let Some(Reverse(first)) = self.waiting.pop() else { break };
            self.waiting_bytes = self.waiting_bytes.saturating_sub(first.event.held_len());
            self.inner.push(first.event);
        }
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.packet, self.arrival).cmp(&(other.packet, other.arrival))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}
