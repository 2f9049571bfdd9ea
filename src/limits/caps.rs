//! The caps on memory that one run has.
//!
//! In: a figure for all of them, or none. Out: [`Caps`]. Invariant: together they are not more than the figure. Not
//! responsible for who keeps to them.

use super::{CONNECTIONS, FRAGMENT_BYTES, HELD_BYTES, ORDER_BYTES, PENDING_BYTES_TOTAL, QUEUE_BYTES};

/// Memory for one connection apart from what [`Caps::held_bytes`] counts, in bytes: its places in the tables of every
/// stage.
const CONNECTION_BYTES: usize = 4 << 10;

/// The caps on memory that grows with the traffic, as one run has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Connections that are followed at once ([`CONNECTIONS`]).
    pub connections: usize,
    /// Memory for what waits behind holes, in bytes ([`PENDING_BYTES_TOTAL`]).
    pub pending_bytes: usize,
    /// Memory for what is held of connections, in bytes ([`HELD_BYTES`]).
    pub held_bytes: usize,
    /// Bytes of frames that wait for an older packet ([`ORDER_BYTES`]).
    pub order_bytes: usize,
    /// Memory for fragments that wait, in bytes ([`FRAGMENT_BYTES`]).
    pub fragment_bytes: usize,
    /// Bytes of packets of a live capture that wait to be decoded ([`QUEUE_BYTES`]).
    pub queue_bytes: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            pending_bytes: PENDING_BYTES_TOTAL,
            held_bytes: HELD_BYTES,
            order_bytes: ORDER_BYTES,
            fragment_bytes: FRAGMENT_BYTES,
            queue_bytes: QUEUE_BYTES,
        }
    }
}

impl Caps {
    /// The smallest memory that caps can be set to keep, in bytes.
    pub const LEAST_BYTES: usize = 16 << 20;

    /// Memory that all caps together let a run use, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.connections * CONNECTION_BYTES
            + self.pending_bytes
            + self.held_bytes
            + self.order_bytes
            + self.fragment_bytes
            + self.queue_bytes
    }

    /// The part of [`Caps::held_bytes`] for requests that wait for their answer.
    #[must_use]
    pub const fn request_bytes(&self) -> usize {
        self.held_bytes / 4
    }

    /// The part of [`Caps::held_bytes`] for frames that are not complete and connections whose profile is not decided.
    #[must_use]
    pub const fn flow_bytes(&self) -> usize {
        self.held_bytes - self.request_bytes()
    }

    /// Caps in the proportions of the usual ones that let a run use `bytes`, at least [`Caps::LEAST_BYTES`].
    #[must_use]
    pub fn within(bytes: usize) -> Self {
        let usual = Self::default();
        let (bytes, all) = (bytes.max(Self::LEAST_BYTES) as u128, usual.bytes() as u128);
        let share = |cap: usize| usize::try_from(cap as u128 * bytes / all).unwrap_or(usize::MAX);
        Self {
            connections: share(usual.connections),
            pending_bytes: share(usual.pending_bytes),
            held_bytes: share(usual.held_bytes),
            order_bytes: share(usual.order_bytes),
            fragment_bytes: share(usual.fragment_bytes),
            queue_bytes: share(usual.queue_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_share_the_memory_that_was_asked_for() {
        assert_eq!(Caps::within(Caps::default().bytes()), Caps::default());
        for mib in [1, 16, 100, 512, 4096] {
            let caps = Caps::within(mib << 20);
            assert!(caps.bytes() <= (mib << 20).max(Caps::LEAST_BYTES), "{mib}: {caps:?}");
            assert!(caps.bytes() > (mib << 20) * 99 / 100, "{mib}: {caps:?}");
            assert!(caps.connections > 1000 && caps.fragment_bytes > 128 << 10, "{mib}: {caps:?}");
        }
    }
}
