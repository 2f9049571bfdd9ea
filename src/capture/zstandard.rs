//! Zstandard (RFC 8878), every frame of the file.
//!
//! In: compressed bytes. Out, by [`Read`]: every block that could be decompressed before the first damage, then an
//! error. The library drops what it decompressed in the call that meets the damage, so no call is given more than
//! one block.

use super::zstd_windows::{self, Share, Start, Windows};
use std::io::{self, BufRead, ErrorKind, Read};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

/// Bytes of a block header. The decoder asks for a block and the header of the next one; without that
/// header it stops after the block.
const BLOCK_HEADER: usize = 3;

/// Decompresses Zstandard.
pub(super) struct Zstandard<R> {
    input: R,
    decoder: Decoder<'static>,
    /// Bytes of input that the decoder asks for next; 0 between frames.
    wanted: usize,
    /// Whether the decoder may hold output that did not fit.
    holds_output: bool,
    /// The start of a frame of which the window is not known yet.
    start: Vec<u8>,
    window: Share,
}

impl<R: BufRead> Zstandard<R> {
    /// Decompresses `input`, with a window that counts among `windows`.
    pub(super) fn new(input: R, windows: &Windows) -> io::Result<Self> {
        let (start, window) = (Vec::new(), windows.share());
        Ok(Self { input, decoder: Decoder::new()?, wanted: 0, holds_output: false, start, window })
    }
}

impl<R: BufRead> Read for Zstandard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let input = if self.holds_output { &[] } else { self.input.fill_buf()? };
            if input.is_empty() && !self.holds_output {
                let cut = io::Error::new(ErrorKind::UnexpectedEof, "the zstd data ends too early");
                return if self.wanted == 0 { Ok(0) } else { Err(cut) };
            }
            let limit = self.wanted.saturating_sub(BLOCK_HEADER).max(1).min(input.len());
            let given = input.get(..limit).unwrap_or_default();
            let is_start = self.wanted == 0 || !self.start.is_empty();
            let mut from = InBuffer::around(given);
            let mut to = OutBuffer::around(&mut *out);
            self.wanted = self.decoder.run(&mut from, &mut to)?;
            let (consumed, written) = (from.pos(), to.pos());
            if is_start {
                // The library asks for the header by itself, and touches the window only with the first block.
                self.start.extend_from_slice(given.get(..consumed).unwrap_or_default());
                if let Start::Window(len) = zstd_windows::start(&self.start) {
                    self.start.clear();
                    self.window.take(len)?;
                }
            }
            self.input.consume(consumed);
            self.holds_output = written == out.len() && self.wanted != 0;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
