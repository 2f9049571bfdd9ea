//! Output that has to wait for what comes before it, in memory while it is small and on disk when it is not.
//!
//! In: text, in pieces as small as serialisers make them. Out: all of it, once. Invariant: the file is written in
//! blocks of [`BLOCK`] bytes, so that a piece costs no system call. Not responsible for what the text means.

use crate::limits;
use std::io::{self, BufWriter, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// Bytes that are collected before they are put with the others.
const BLOCK: usize = 64 << 10;

/// Text that is written now and shown later.
#[derive(Debug)]
pub(super) struct Spool<F: Write = SpooledTempFile> {
    kept: BufWriter<F>,
    is_empty: bool,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self::on(SpooledTempFile::new(limits::SPOOLED_BYTES))
    }
}

impl<F: Read + Write + Seek> Spool<F> {
    fn on(file: F) -> Self {
        Self { kept: BufWriter::with_capacity(BLOCK, file), is_empty: true }
    }

    /// Whether nothing has been written.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Writes everything to `out`.
    pub(super) fn copy_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.kept.rewind()?;
        io::copy(self.kept.get_mut(), out)?;
        Ok(())
    }
}

impl<F: Write> Write for Spool<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_empty &= bytes.is_empty();
        self.kept.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.kept.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, SeekFrom};

    /// A file that counts how often it is asked for something.
    #[derive(Default)]
    struct Counted {
        file: Cursor<Vec<u8>>,
        writes: usize,
        seeks: usize,
    }

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            self.file.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.file.flush()
        }
    }

    impl Read for Counted {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.file.read(out)
        }
    }

    impl Seek for Counted {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.seeks += 1;
            self.file.seek(to)
        }
    }

    #[test]
    fn what_is_written_byte_by_byte_reaches_the_file_in_blocks_and_comes_out_the_same() {
        let text: Vec<u8> = (0..=250).cycle().take(BLOCK * 5 / 2).collect();
        let mut spool = Spool::on(Counted::default());
        assert!(spool.is_empty());
        for byte in &text {
            spool.write_all(&[*byte]).unwrap();
            assert!(!spool.is_empty());
        }
        let mut out = Vec::new();
        spool.copy_to(&mut out).unwrap();
        assert!(out == text);
        let Counted { writes, seeks, .. } = spool.kept.get_ref();
        assert_eq!((*writes, *seeks), (3, 1), "two whole blocks and what is left, then once to the start");
    }
}
