//! gzip (RFC 1952), every member of the file.
//!
//! In: compressed bytes. Out, by [`Read`]: everything that could be decompressed before the first damage, then an
//! error. The readers of flate2 drop what they decompressed in the call that meets the damage, which can be all of a
//! small capture; hence the loop over its [`Decompress`] here.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, BufRead, ErrorKind, Read};

/// The decompressor's history ring. A call that asks for no more than what is left up to its end never leaves
/// decompressed bytes inside, where an error would lose them.
const RING: u64 = 32 << 10;

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
    failure: Option<io::Error>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, inflate: Decompress::new(false), crc: Crc::new(), inside_member: false, failure: None }
    }

    /// Reads what stands before the compressed data. False at the end of the file.
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

    /// Checks what stands after the compressed data.
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

    /// One call of the decompressor: how many bytes it gave, and whether the member or all input ended.
    fn inflate(&mut self, out: &mut [u8]) -> (usize, io::Result<Status>) {
        let input = match self.input.fill_buf() {
            Ok(input) => input,
            Err(error) => return (0, Err(error)),
        };
        let input_ended = input.is_empty();
        let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
        let room = usize::try_from(RING - out_before % RING).unwrap_or(usize::MAX).min(out.len());
        let out = out.get_mut(..room).unwrap_or_default();
        let result = self.inflate.decompress(input, out, FlushDecompress::None);
        let consumed = self.inflate.total_in() - in_before;
        let written = self.inflate.total_out() - out_before;
        self.input.consume(usize::try_from(consumed).unwrap_or(usize::MAX));
        let written = usize::try_from(written).unwrap_or(usize::MAX).min(out.len());
        self.crc.update(out.get(..written).unwrap_or_default());
        let result = match result {
            Ok(Status::StreamEnd) => Ok(Status::StreamEnd),
            Ok(_) if input_ended && written == 0 => Err(cut()),
            Ok(status) => Ok(status),
            Err(_) => Err(invalid("the gzip data is corrupt")),
        };
        (written, result)
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(error) = self.failure.take() {
                return Err(error);
            }
            if !self.inside_member {
                self.inside_member = self.start_member()?;
                if !self.inside_member {
                    return Ok(0);
                }
            }
            let (written, result) = self.inflate(out);
            match result {
                Ok(Status::StreamEnd) => {
                    self.inside_member = false;
                    self.failure = self.end_member().err();
                }
                Ok(_) => {}
                Err(error) => self.failure = Some(error),
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the gzip data ends too early")
}
