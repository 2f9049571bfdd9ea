//! gzip (RFC 1952), every member of the file.
//!
//! In: compressed bytes. Out, by [`Read`]: everything that could be decompressed before the first damage, then an
//! error. The readers of flate2 drop what they decompressed in the call that meets the damage, which can be all of a
//! small capture; hence the loop over its [`Decompress`] here.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, BufRead, ErrorKind, Read};
use std::ops::Range;

/// The decompressor's history ring. A call that asks for exactly what is left up to its end leaves no decompressed
/// bytes inside, where an error would lose them.
const RING: usize = 32 << 10;

/// Flags of a member header that say which optional parts follow (RFC 1952 section 2.3.1).
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// Decompresses gzip.
pub(super) struct Gzip<R> {
    input: R,
    inflate: Decompress,
    crc: Crc,
    inside_member: bool,
    /// Decompressed bytes, of which those in `ready` have not been handed out.
    ring: Vec<u8>,
    ready: Range<usize>,
    /// The error to be told when `ready` is empty.
    failure: Option<io::Error>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            inside_member: false,
            ring: vec![0; RING],
            ready: 0..0,
            failure: None,
        }
    }

    /// Reads the header of a gzip member. False at the end of the file.
    fn start_member(&mut self) -> io::Result<bool> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let [first, second, method, flags, ..] = self.take::<10>()?;
        if (first, second, method) != (0x1f, 0x8b, 8) {
            return Err(invalid("something that is not gzip follows"));
        }
        if flags & EXTRA != 0 {
            let len = u16::from_le_bytes(self.take()?);
            io::copy(&mut self.input.by_ref().take(len.into()), &mut io::sink())?;
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                self.input.skip_until(0)?;
            }
        }
        if flags & HEADER_CRC != 0 {
            self.take::<2>()?;
        }
        self.inflate.reset(false);
        self.crc.reset();
        Ok(true)
    }

    /// Checks the trailer of a gzip member: checksum and length.
    fn end_member(&mut self) -> io::Result<()> {
        let sum = u32::from_le_bytes(self.take()?);
        let amount = u32::from_le_bytes(self.take()?);
        if (sum, amount) != (self.crc.sum(), self.crc.amount()) {
            return Err(invalid("the gzip checksum or length does not fit the data"));
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => cut(),
            _ => error,
        })?;
        Ok(bytes)
    }

    /// Calls the decompressor once, which fills the ring up to its end at most. True at the end of the member.
    fn inflate(&mut self) -> io::Result<bool> {
        let input = self.input.fill_buf()?;
        let input_ended = input.is_empty();
        let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
        let start = size(out_before % RING as u64);
        let out = self.ring.get_mut(start..).unwrap_or_default();
        let result = self.inflate.decompress(input, out, FlushDecompress::None);
        self.input.consume(size(self.inflate.total_in() - in_before));
        self.ready = start..start + size(self.inflate.total_out() - out_before);
        self.crc.update(self.ring.get(self.ready.clone()).unwrap_or_default());
        match result {
            Ok(Status::StreamEnd) => Ok(true),
            Ok(_) if input_ended && self.ready.is_empty() => Err(cut()),
            Ok(_) => Ok(false),
            Err(_) => Err(invalid("the gzip data is corrupt")),
        }
    }

    /// Decompresses until there is something to hand out. False at the end of the file.
    fn refill(&mut self) -> io::Result<bool> {
        while self.ready.is_empty() {
            if let Some(error) = self.failure.take() {
                return Err(error);
            }
            if !self.inside_member {
                self.inside_member = self.start_member()?;
                if !self.inside_member {
                    return Ok(false);
                }
            }
            match self.inflate() {
                Ok(ended) => self.inside_member = !ended,
                Err(error) => self.failure = Some(error),
            }
            if !self.inside_member {
                self.failure = self.end_member().err();
            }
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.refill()? {
            return Ok(0);
        }
        let count = self.ring.get(self.ready.clone()).unwrap_or_default().read(out)?;
        self.ready.start += count;
        Ok(count)
    }
}

/// A number of bytes that fits because a buffer bounds it.
fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the gzip data ends too early")
}
