//! Packets of several files, by time.
//!
//! Each file keeps its own order, even where its clock goes back; of packets with the same time, those of the file
//! that was named first come first. A single file is thus passed through as it is. A clock that jumps away from those
//! of all other files does not keep its file waiting for their end.

use super::course::Course;
use super::error::OpenError;
use super::facts::CaptureFacts;
use super::log::Log;
use super::progress::Progress;
use super::reader::Reader;
use super::{Input, Packet, PacketSource};
use crate::units::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// The captures of a run, merged by time.
pub struct Captures {
    readers: Vec<Reader>,
    courses: Vec<Course>,
    /// Time and index of every reader that stands on a packet not yet lent.
    waiting: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The reader whose packet was lent last.
    lent: Option<usize>,
    facts: CaptureFacts,
    left_out: Vec<OpenError>,
}

impl Captures {
    /// Merges `readers`, which are those of `facts.files`, in that order. `left_out` could not be opened.
    pub(super) fn new(readers: Vec<Reader>, facts: CaptureFacts, left_out: Vec<OpenError>) -> Self {
        let waiting = BinaryHeap::with_capacity(readers.len());
        let courses = vec![Course::default(); readers.len()];
        let mut captures = Self { waiting, readers, courses, lent: None, facts, left_out };
        for index in 0..captures.readers.len() {
            let place = if captures.wake(index) { captures.advance(index) } else { None };
            captures.waiting.extend(place.map(Reverse));
            captures.readers.get_mut(index).into_iter().for_each(Reader::close);
        }
        captures
    }

    /// The captures that could not be opened, and why.
    #[must_use]
    pub fn left_out(&self) -> &[OpenError] {
        &self.left_out
    }

    /// Captures as they are, if each of them could be opened.
    ///
    /// # Errors
    /// Why the first that could not be opened could not.
    pub fn all_opened(mut self) -> Result<Self, OpenError> {
        if self.left_out.is_empty() { Ok(self) } else { Err(self.left_out.swap_remove(0)) }
    }

    /// How much of the captures was read. Costs next to nothing.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.readers.iter().map(Reader::progress).fold(Progress::NONE, Progress::plus)
    }

    /// Moves the reader at `index` to its next packet, and gives the time by which that is merged.
    fn advance(&mut self, index: usize) -> Option<(Timestamp, usize)> {
        let mut log = Log { facts: &mut self.facts, file: index };
        let time = self.readers.get_mut(index)?.advance(&mut log)?;
        if self.courses.len() == 1 {
            return Some((time, index));
        }
        let others = || self.waiting.iter().map(|Reverse((time, _))| *time).max();
        Some((self.courses.get_mut(index)?.note(time, others), index))
    }

    /// Opens the file of the reader at `index` where it waits closed. False if that cannot be done.
    #[inline]
    fn wake(&mut self, index: usize) -> bool {
        if self.readers.get(index).is_some_and(|reader| !reader.is_closed()) {
            return true;
        }
        let mut log = Log { facts: &mut self.facts, file: index };
        self.readers.get_mut(index).is_some_and(|reader| reader.wake(&mut log))
    }

    /// 0-based index of the reader whose packet is the next.
    fn next_reader(&mut self) -> Option<usize> {
        let same = self.lent.take().and_then(|index| self.advance(index));
        let first = match (same, self.waiting.peek_mut()) {
            (Some(same), Some(mut first)) if same > first.0 => std::mem::replace(&mut first.0, same),
            (Some(same), _) => same,
            (None, first) => PeekMut::pop(first?).0,
        };
        Some(first.1)
    }
}

impl Captures {
    /// The next packet in time order, or `None` at the end.
    pub fn next_packet(&mut self) -> Option<Packet<'_>> {
        let index = loop {
            let index = self.next_reader()?;
            if self.wake(index) {
                break index;
            }
        };
        self.lent = Some(index);
        let (reader, number) = (self.readers.get(index)?, self.facts.packets + 1);
        reader.comment(number, &mut Log { facts: &mut self.facts, file: index });
        let packet = reader.packet(number)?;
        self.facts.count(index, &packet);
        Some(packet)
    }
}

impl PacketSource for Captures {
    fn next_input(&mut self) -> Option<Input<'_>> {
        self.next_packet().map(Input::Packet)
    }

    fn facts(&self) -> &CaptureFacts {
        &self.facts
    }
}
