//! Frames out of bytes that are all there.
//!
//! In: bytes, such as a file or a stream that something else put together. Out, to a [`FrameSink`]: what a splitter
//! finds in them. Not responsible for bytes that come in pieces or with holes: that is [`Splitter`].

use super::{FrameSink, Layout, Ledger, Splitter};
use crate::units::{Chunk, Origin, StreamOffset};
use std::sync::Arc;

/// Cuts `bytes`, the first of which begins a frame or the layout's prologue, and says where they went. Packet numbers
/// and times of what is found are 0.
///
/// ```
/// use deframe::frame::{Frame, FrameSink, Layout, Skipped, split};
///
/// struct Count(usize);
/// impl FrameSink for Count {
///     fn frame(&mut self, _: Frame<'_>) {
///         self.0 += 1;
///     }
///     fn skipped(&mut self, _: Skipped) {}
/// }
///
/// let mut count = Count(0);
/// let ledger = split(b"\x02hi\x00\x03abc", Layout::parse("len:u8 payload")?, &mut count);
/// assert_eq!((count.0, ledger.framed), (3, 8));
/// # Ok::<(), deframe::frame::layout::LayoutError>(())
/// ```
pub fn split(bytes: &[u8], layout: Layout, sink: &mut impl FrameSink) -> Ledger {
    let nowhere = Origin::default();
    let mut splitter = Splitter::new(Arc::new(layout), None);
    if !bytes.is_empty() {
        let chunk = Chunk { offset: StreamOffset::default(), bytes, packet: nowhere.packet, available: nowhere };
        splitter.push(chunk, sink);
    }
    splitter.finish(nowhere, sink);
    splitter.ledger()
}
