//! Output that has to wait for what comes before it, in memory while it is small and on disk when it is not.

use crate::limits;
use std::io::{self, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Text that is written now and shown later.
#[derive(Debug)]
pub(super) struct Spool(SpooledTempFile);

impl Spool {
    pub(super) fn new() -> Self {
        Self(SpooledTempFile::new(limits::SPOOLED_BYTES))
    }

    /// Whether nothing has been written.
    pub(super) fn is_empty(&mut self) -> io::Result<bool> {
        Ok(self.0.stream_position()? == 0)
    }

    /// Writes everything to `out`.
    pub(super) fn copy_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.0, out)?;
        Ok(())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
