//! What Zstandard needs of earlier output, counted over all files that are open.
//!
//! In: the header of a frame, which says how far back it may refer. Out: whether there is memory for that. Invariant:
//! at most [`limits::ZSTD_WINDOW_BYTES`] are taken at once. Not responsible for what a frame holds.

use crate::limits;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that windows take, over all files of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows(Arc<AtomicUsize>);

/// The window of one file, which is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    of: Windows,
    len: usize,
}

impl Windows {
    /// The share of a file that has no window yet.
    pub(super) fn share(&self) -> Share {
        Share { of: self.clone(), len: 0 }
    }
}

impl Share {
    /// Takes a window of `len` bytes; a file keeps the largest that it had.
    ///
    /// # Errors
    /// There is no room for it beside the others.
    pub(super) fn take(&mut self, len: usize) -> io::Result<()> {
        let more = len.saturating_sub(self.len);
        let others = self.of.0.fetch_add(more, Ordering::Relaxed);
        self.len += more;
        if others + more > limits::ZSTD_WINDOW_BYTES {
            let [window, others, all] = [len, others, limits::ZSTD_WINDOW_BYTES].map(|bytes| bytes >> 20);
            let what = format!(
                "it needs a zstd window of {window} MiB, captures that are read at the same time take {others} of {all} MiB"
            );
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, what));
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.0.fetch_sub(self.len, Ordering::Relaxed);
    }
}

/// What the start of a frame says of its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// More of the frame has to be seen.
    Cut,
    /// The frame has a window of so many bytes; one that is skipped has none.
    Window(usize),
}

/// Reads the header of a frame (RFC 8878 section 3.1.1.1), which starts at `bytes`.
pub(super) fn start(bytes: &[u8]) -> Start {
    let Some((magic, [descriptor, rest @ ..])) = bytes.split_first_chunk::<4>() else { return Start::Cut };
    if *magic != [0x28, 0xb5, 0x2f, 0xfd] {
        return Start::Window(0);
    }
    let has_window = descriptor & 0x20 == 0;
    let dictionary_len = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or_default();
    let content_len_len = match descriptor >> 6 {
        0 => usize::from(!has_window),
        flag => 1 << flag,
    };
    let skipped = usize::from(has_window) + dictionary_len;
    let Some(content_len) = rest.get(skipped..skipped + content_len_len) else { return Start::Cut };
    let mut number = [0; 8];
    content_len.iter().zip(&mut number).for_each(|(from, to)| *to = *from);
    let content_len = u64::from_le_bytes(number) + if content_len_len == 2 { 256 } else { 0 };
    let window = rest.first().filter(|_| has_window).map(|window| {
        let base = 1_u64 << (10 + (window >> 3));
        base + base / 8 * u64::from(window & 7)
    });
    // What is shorter than its window needs no more than itself.
    let known = (content_len_len > 0).then_some(content_len);
    let len = window.into_iter().chain(known).min().unwrap_or_default();
    Start::Window(usize::try_from(len).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn frame(window_log: u32, content: Option<u64>) -> Vec<u8> {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(window_log).unwrap();
        encoder.set_pledged_src_size(content).unwrap();
        encoder.write_all(&vec![7; usize::try_from(content.unwrap_or(5)).unwrap()]).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_start_of_a_frame_says_how_much_memory_its_window_takes() {
        for (window_log, content, expected) in
            [(27, None, 128 << 20), (21, None, 2 << 20), (20, Some(3_000_000), 1 << 20), (27, Some(70_000), 70_000)]
        {
            let frame = frame(window_log, content);
            let seen = (0..frame.len()).map(|len| start(&frame[..len])).find(|start| *start != Start::Cut);
            assert_eq!(seen, Some(Start::Window(expected)), "{window_log} {content:?}");
        }
        assert_eq!(start(&[0x50, 0x2a, 0x4d, 0x18, 4]), Start::Window(0), "it is skipped");
        assert_eq!(start(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x59]), Start::Window((2 << 20) + (2 << 20) / 8));
    }

    #[test]
    fn a_window_that_finds_no_room_is_refused_until_others_are_given_back() {
        let windows = Windows::default();
        let mut shares: Vec<_> = (0..3).map(|_| windows.share()).collect();
        assert!(shares[0].take(128 << 20).is_ok() && shares[0].take(1 << 20).is_ok());
        assert!(shares[1].take(128 << 20).is_ok());
        let refused = shares[2].take(128 << 20).unwrap_err().to_string();
        assert!(refused.contains("128 MiB") && refused.contains("256 of 256 MiB"), "{refused}");
        drop(shares);
        assert!(windows.share().take(limits::ZSTD_WINDOW_BYTES).is_ok());
    }
}
