//! Packets of one interface on their way through the queue.

use crate::units::Timestamp;

/// Some packets of one interface, in the order in which they came. Empty ones carry news of the interface.
#[derive(Debug, Default)]
pub(in crate::capture) struct Batch {
    /// 0-based index of the interface.
    pub(in crate::capture) interface: usize,
    heads: Vec<Head>,
    bytes: Vec<u8>,
    /// What the interface has counted by the end of the batch, if it was asked.
    pub(in crate::capture) counts: Option<Counts>,
    /// All packets of the interface with earlier times are in this batch or in earlier ones.
    pub(in crate::capture) upto: Timestamp,
    /// Whether the kernel had no more packets when the batch ended.
    pub(in crate::capture) is_drained: bool,
    /// Says that this is the last batch of the interface, and what ended it; none if that was asked for.
    pub(in crate::capture) end: Option<Option<String>>,
    /// Packets that were written to a file but not passed on, between the batch before and this one.
    pub(in crate::capture) passed_over: u64,
}

/// Facts of one packet apart from its bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::capture) struct Head {
    pub(in crate::capture) time: Timestamp,
    /// Length of the packet on the wire, in bytes.
    pub(in crate::capture) len: u32,
    /// 0-based position in the batch at which the packet's bytes end.
    end: usize,
}

/// What was counted of an interface since it was opened, in packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that passed the filter, as libpcap counts.
    pub received: u64,
    /// Packets dropped by the kernel because its buffer was full.
    pub dropped: u64,
    /// Packets dropped by the interface or its driver.
    pub if_dropped: u64,
    /// Packets dropped by this program because its queue was full.
    pub queue_dropped: u64,
}

impl Counts {
    /// Number of all packets that were lost.
    pub(in crate::capture) const fn lost(&self) -> u64 {
        self.dropped + self.if_dropped + self.queue_dropped
    }
}

impl Batch {
    pub(in crate::capture) fn push(&mut self, time: Timestamp, len: u32, data: &[u8]) {
        self.bytes.extend_from_slice(data);
        self.heads.push(Head { time, len, end: self.bytes.len() });
    }

    /// Number of packets in the batch.
    pub(in crate::capture) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Memory that the batch takes in a queue, in bytes.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + self.heads.len() * size_of::<Head>()
    }

    /// Whether another batch is to be begun, as this one takes at least `bytes`.
    pub(super) fn is_full(&self, bytes: usize) -> bool {
        self.memory() >= bytes
    }

    /// The packet at the 0-based `index`: its facts and its bytes.
    pub(in crate::capture) fn packet(&self, index: usize) -> Option<(Head, &[u8])> {
        let head = *self.heads.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.heads.get(before)).map_or(0, |before| before.end);
        Some((head, self.bytes.get(start..head.end)?))
    }

    /// An empty batch for what follows, with as much room.
    pub(in crate::capture) fn another(&self, interface: usize) -> Self {
        let (heads, bytes) = (Vec::with_capacity(self.heads.len()), Vec::with_capacity(self.bytes.len()));
        Self { interface, heads, bytes, ..Self::default() }
    }
}
