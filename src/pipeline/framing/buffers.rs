//! Buffers for bytes that splitters hold, lent to them while they hold any.
//!
//! Most frames that straddle segments are complete with the next one. A buffer of its own would be cold for each of
//! many connections, and most of what a connection takes; a lent one is warm. Invariant: at most
//! [`limits::SPARE_BUFFERS`] are kept.

use crate::frame::{FrameBuffer, Splitter};
use crate::limits;

/// Buffers for frames that no splitter has now.
#[derive(Debug, Default)]
pub(super) struct Buffers(Vec<FrameBuffer>);

impl Buffers {
    /// Lets `act` use a splitter that has a buffer.
    pub(super) fn lend(&mut self, splitter: &mut Splitter, act: impl FnOnce(&mut Splitter)) {
        if let Some(buffer) = self.0.pop()
            && let Some(not_needed) = splitter.lend(buffer)
        {
            self.0.push(not_needed);
        }
        act(splitter);
        if let Some(buffer) = splitter.take_buffer()
            && self.0.len() < limits::SPARE_BUFFERS
        {
            self.0.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Frame, FrameSink, Layout, Skipped};
    use crate::units::{Chunk, Origin, StreamOffset};
    use std::sync::Arc;

    #[derive(Default)]
    struct Payloads(Vec<Vec<u8>>);

    impl FrameSink for Payloads {
        fn frame(&mut self, frame: Frame<'_>) {
            self.0.push(frame.bytes[frame.payload].to_vec());
        }

        fn skipped(&mut self, _skipped: Skipped) {}
    }

    #[test]
    fn a_buffer_goes_from_one_incomplete_frame_to_the_next() {
        let layout = Arc::new(Layout::parse("len:u8 payload").unwrap());
        let mut splitters = [0; 3].map(|_| Splitter::new(Arc::clone(&layout), None));
        let (mut buffers, mut seen) = (Buffers::default(), Payloads::default());
        let mut push = |splitter: &mut Splitter, offset, bytes: &[u8], buffers: &mut Buffers| {
            buffers.lend(splitter, |splitter| {
                let (offset, available) = (StreamOffset(offset), Origin::default());
                splitter.push(Chunk { offset, bytes, packet: 1, available }, &mut seen);
            });
        };
        for splitter in &mut splitters {
            push(splitter, 0, b"\x02a", &mut buffers);
            assert_eq!(buffers.0.len(), 0);
            push(splitter, 2, b"b", &mut buffers);
            assert_eq!((buffers.0.len(), splitter.held_bytes()), (1, 0));
        }
        assert_eq!(seen.0, [b"ab"; 3]);
    }
}
