//! A sliding view of a byte source: "make N bytes available", look at them in place, consume them.
//!
//! Reads in large blocks and copies only the unfinished record at the end of one. Invariant: `start <= end <=
//! buffer.len()`, and `offset` is the position of `start` in the source. Grows while bytes arrive, so a header that
//! claims a length costs memory only as far as the file backs the claim; the caller bounds the claim. The only file
//! that would change if captures were mapped into memory.

use super::order::Order;
use std::io::{self, BufRead, Read};

/// Bytes asked of the source at once: large enough that system calls do not show.
const BLOCK: usize = 256 << 10;

/// A byte source that is read in place.
pub(super) struct Window {
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    failure: Option<io::Error>,
}

/// What is wrong at a position of a file, and that nothing says where reading could go on.
#[derive(Debug)]
pub(super) struct Damage {
    /// Position of the damaged record in the (decompressed) file.
    pub(super) offset: u64,
    /// What is wrong with the record.
    pub(super) what: String,
    /// Whether the file ended or could not be read, as opposed to a record that cannot be right.
    pub(super) is_cut: bool,
}

impl Damage {
    /// What is wrong, and what is lost by that if it is not simply the end: "the rest of the file".
    pub(super) fn told(self, lost: &str) -> String {
        self.what + &if self.is_cut { "; everything before it was read".to_owned() } else { format!("; {lost}") }
    }
}

impl Window {
    pub(super) fn new(source: Box<dyn Read + Send>) -> Self {
        Self { source, buffer: vec![0; BLOCK], start: 0, end: 0, offset: 0, ended: false, failure: None }
    }

    /// Ends the source and gives all memory back. What was available is not any more.
    pub(super) fn close(&mut self) {
        self.source = Box::new(io::empty());
        self.buffer = Vec::new();
        (self.start, self.end, self.ended) = (0, 0, true);
    }

    /// Makes at least `len` bytes available. False if the source ended or failed before.
    pub(super) fn fill(&mut self, len: usize) -> bool {
        self.available() >= len || self.read_until(len)
    }

    /// The bytes of the window that are available now.
    pub(super) fn view(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Makes the first `N` 32-bit words available and decodes them.
    pub(super) fn words<const N: usize>(&mut self, order: Order) -> Option<[u32; N]> {
        self.fill(N * 4);
        order.words(self.view())
    }

    /// Moves on by `len` of the available bytes.
    pub(super) fn consume(&mut self, len: usize) {
        let len = len.min(self.available());
        self.start += len;
        self.offset += len as u64;
    }

    /// Moves on by `len` bytes without keeping them. False if the source ended or failed before.
    pub(super) fn skip(&mut self, mut len: u64) -> bool {
        while len > 0 && self.fill(1) {
            let step = usize::try_from(len).unwrap_or(usize::MAX).min(self.available());
            self.consume(step);
            len -= step as u64;
        }
        len == 0
    }

    /// Position of the first available byte in the source.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the error that ended the source, if one did.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// The damage that `what` is wrong with the record that starts here.
    pub(super) fn damage<T>(&self, what: String) -> Result<T, Damage> {
        Err(Damage { offset: self.offset, what, is_cut: false })
    }

    /// Tells a clean end from a cut: the source ended before the `needed` bytes of the thing that starts here.
    pub(super) fn end<T>(&self, thing: &str, needed: u64) -> Result<Option<T>, Damage> {
        self.end_of_skipped(thing, needed, self.offset)
    }

    /// Tells a clean end from a cut, as [`Window::end`] does, for a thing that started at `start` and was skipped in
    /// part.
    pub(super) fn end_of_skipped<T>(&self, thing: &str, needed: u64, start: u64) -> Result<Option<T>, Damage> {
        let have = self.offset - start + self.available() as u64;
        let what = match &self.failure {
            None if have == 0 => return Ok(None),
            None => format!("the file ends {have} bytes into {thing} of {needed} bytes"),
            Some(error) if have == 0 => format!("reading failed before {thing}: {error}"),
            Some(error) => format!("reading failed {have} bytes into {thing} of {needed} bytes: {error}"),
        };
        Err(Damage { offset: start, what, is_cut: true })
    }

    fn available(&self) -> usize {
        self.end - self.start
    }

    #[cold]
    fn read_until(&mut self, len: usize) -> bool {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < len && !self.ended {
            if self.end == self.buffer.len() {
                self.buffer.resize(self.end * 2, 0);
            }
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.source.read(free) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count.min(free.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => (self.ended, self.failure) = (true, Some(error)),
            }
        }
        self.end >= len
    }
}

/// Under a decompressor a window is an ordinary buffered reader.
impl BufRead for Window {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.fill(1)
            && let Some(error) = self.failure.take()
        {
            return Err(error);
        }
        Ok(self.view())
    }

    fn consume(&mut self, len: usize) {
        self.consume(len);
    }
}

impl Read for Window {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_length_costs_no_more_memory_than_the_source_backs() {
        let mut window = Window::new(Box::new(&[7; 100][..]));
        assert!(!window.fill(1 << 40));
        assert_eq!((window.view().len(), window.buffer.len()), (100, BLOCK));
    }

    #[test]
    fn a_record_larger_than_a_block_is_available_whole() {
        let source: Vec<u8> = (0..251).cycle().take(BLOCK * 3).collect();
        let mut window = Window::new(Box::new(io::Cursor::new(source.clone())));
        assert!(window.fill(10));
        window.consume(10);
        assert!(window.fill(BLOCK * 2));
        assert_eq!(window.view()[..BLOCK * 2], source[10..][..BLOCK * 2]);
        assert!(window.skip((BLOCK * 3 - 11) as u64));
        assert_eq!((window.offset(), window.view()), ((BLOCK * 3 - 1) as u64, &source[BLOCK * 3 - 1..]));
        assert!(!window.skip(2));
    }
}
