//! Packets of several files, by time.
//!
//! Each file keeps its own order, even where its clock goes back; of packets with the same time, those of the file
//! that was named first come first. A single file is thus passed through as it is.

use super::facts::CaptureFacts;
use super::log::Log;
use super::progress::Progress;
use super::reader::Reader;
use super::{Packet, PacketSource};
use crate::units::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The captures of a run, merged by time.
pub struct Captures {
    readers: Vec<Reader>,
    /// Time and index of every reader that stands on a packet not yet lent.
    waiting: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The reader whose packet was lent last.
    lent: Option<usize>,
    facts: CaptureFacts,
}

impl Captures {
    /// Merges `readers`, which are those of `facts.files`, in that order.
    pub(super) fn new(readers: Vec<Reader>, facts: CaptureFacts) -> Self {
        let mut captures = Self { waiting: BinaryHeap::with_capacity(readers.len()), readers, lent: None, facts };
        for index in 0..captures.readers.len() {
            captures.advance(index);
        }
        captures
    }

    /// How far reading is. Costs next to nothing.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.readers.iter().map(Reader::progress).fold(Progress::NONE, Progress::plus)
    }

    fn advance(&mut self, index: usize) {
        let mut log = Log { facts: &mut self.facts, file: index };
        if let Some(time) = self.readers.get_mut(index).and_then(|reader| reader.advance(&mut log)) {
            self.waiting.push(Reverse((time, index)));
        }
    }
}

impl PacketSource for Captures {
    fn next_packet(&mut self) -> Option<Packet<'_>> {
        if let Some(index) = self.lent.take() {
            self.advance(index);
        }
        let Reverse((_, index)) = self.waiting.pop()?;
        self.lent = Some(index);
        let (reader, number) = (self.readers.get(index)?, self.facts.packets + 1);
        reader.comment(number, &mut Log { facts: &mut self.facts, file: index });
        let packet = reader.packet(number)?;
        self.facts.count(index, &packet);
        Some(packet)
    }

    fn facts(&self) -> &CaptureFacts {
        &self.facts
    }
}
