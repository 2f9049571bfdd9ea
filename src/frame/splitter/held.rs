//! Bytes that cannot be decided yet, and the packets that brought them.
//!
//! In: the end of a chunk, when a frame straddles it or a search needs more. Out: one contiguous run, and for each of
//! its bytes the packet that carried it. Invariant: no gap lies inside the run. The memory for it may be lent from
//! outside: of many directions few hold anything at a time.

use crate::limits;
use crate::units::{Origin, StreamOffset};
use std::collections::VecDeque;

/// The packets that brought some bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Source {
    /// 1-based number of the packet that carried the bytes.
    pub(super) packet: u64,
    /// The packet that made the bytes available in order.
    pub(super) available: Origin,
    /// Position of the first of the bytes that came with the packet.
    pub(super) segment: StreamOffset,
}

/// Memory for bytes that are not decided yet. Empty wherever it is seen from outside.
#[derive(Debug, Default)]
pub struct FrameBuffer(Box<Run>);

#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    /// Position of the end of each part, and who brought the part; positions rise.
    parts: VecDeque<(StreamOffset, Source)>,
}

#[derive(Debug, Default)]
pub(super) struct Held(Option<FrameBuffer>);

impl Held {
    pub(super) fn bytes(&self) -> &[u8] {
        self.run().map_or(&[], |run| &run.bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.bytes().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// Memory that the held bytes take, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.run().map_or(0, |run| run.bytes.capacity() + run.parts.capacity() * size_of::<(StreamOffset, Source)>())
    }

    /// Takes a buffer to hold bytes in, if there is none yet; what is not needed is given back.
    pub(super) fn lend(&mut self, buffer: FrameBuffer) -> Option<FrameBuffer> {
        match self.0 {
            Some(_) => Some(buffer),
            None => self.0.replace(buffer),
        }
    }

    /// The buffer, if nothing is held.
    pub(super) fn take_buffer(&mut self) -> Option<FrameBuffer> {
        if self.is_empty() { self.0.take() } else { None }
    }

    /// Appends bytes that end at position `end`.
    pub(super) fn extend(&mut self, bytes: &[u8], end: StreamOffset, source: Source) {
        if !bytes.is_empty() {
            let FrameBuffer(run) = self.0.get_or_insert_default();
            run.bytes.extend_from_slice(bytes);
            run.parts.push_back((end, source));
        }
    }

    /// The packet that made the first of the bytes available.
    pub(super) fn first_available(&self) -> Option<u64> {
        self.run()?.parts.front().map(|(_, source)| source.available.packet)
    }

    /// Who brought the byte at `position`; bytes behind all that are held came from `newest`.
    pub(super) fn source_of(&self, position: StreamOffset, newest: Source) -> Source {
        let Some(run) = self.run() else { return newest };
        let index = match run.parts.front() {
            Some((end, _)) if position < *end => 0,
            _ => run.parts.partition_point(|(end, _)| *end <= position),
        };
        run.parts.get(index).map_or(newest, |(_, source)| *source)
    }

    /// Number of packets that brought the bytes before `position`.
    pub(super) fn packets_before(&self, position: StreamOffset) -> usize {
        self.run().map_or(0, |run| run.parts.partition_point(|(end, _)| *end < position))
    }

    /// Number of packets that brought the bytes.
    pub(super) fn packets(&self) -> usize {
        self.run().map_or(0, |run| run.parts.len())
    }

    /// Forgets the bytes before `position`, the first `count`.
    pub(super) fn release(&mut self, count: usize, position: StreamOffset) {
        let Some(FrameBuffer(run)) = &mut self.0 else { return };
        if count >= run.bytes.len() {
            return self.clear();
        }
        run.bytes.drain(..count);
        while run.parts.front().is_some_and(|(end, _)| *end <= position) {
            run.parts.pop_front();
        }
    }

    pub(super) fn clear(&mut self) {
        let Some(FrameBuffer(run)) = &mut self.0 else { return };
        run.bytes.clear();
        run.parts.clear();
        run.bytes.shrink_to(limits::KEPT_ROOM_BYTES);
        run.parts.shrink_to(limits::KEPT_ROOM_BYTES / size_of::<(StreamOffset, Source)>());
    }

    /// Takes the bytes out for a while, in which it looks as if there were none; who brought them is known all the
    /// same.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        self.0.as_mut().map_or_else(Vec::new, |FrameBuffer(run)| std::mem::take(&mut run.bytes))
    }

    /// Puts back what [`Held::take_bytes`] took.
    pub(super) fn put_bytes(&mut self, bytes: Vec<u8>) {
        if let Some(FrameBuffer(run)) = &mut self.0 {
            run.bytes = bytes;
        }
    }

    fn run(&self) -> Option<&Run> {
        self.0.as_ref().map(|FrameBuffer(run)| &**run)
    }
}
