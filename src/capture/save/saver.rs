//! Writes packets to the files.

use super::blocks;
use super::files::Files;
use super::options::{Rotate, SaveOptions};
use crate::capture::InterfaceFacts;
use crate::capture::live::{Batch, Counts};
use crate::units::Timestamp;
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

/// Bytes of blocks that are collected before they are written.
const BUFFER_BYTES: usize = 256 << 10;

/// Writes packets to files.
#[derive(Debug)]
pub struct Saver {
    files: Files,
    file: File,
    interfaces: Vec<Interface>,
    /// Whole blocks that are not written yet.
    buffer: Vec<u8>,
    /// Bytes of whole blocks in the file.
    written: u64,
    /// Time of the first packet in the file.
    first: Option<Timestamp>,
    packets: u64,
    bytes: u64,
}

/// An interface, as the files tell of it.
#[derive(Debug)]
struct Interface {
    facts: InterfaceFacts,
    counts: Counts,
    /// Packets of the interface that were lost since the last one that was written.
    lost: u64,
    saved: u64,
    span: Option<[Timestamp; 2]>,
}

/// What was saved of a live capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Packets that were written.
    pub packets: u64,
    /// Bytes that were written, those of files that were removed again included.
    pub bytes: u64,
    /// Path of the last file.
    pub path: PathBuf,
    /// Number of files that are there.
    pub files: usize,
}

/// A file that could not be written.
#[derive(Debug)]
pub struct SaveError {
    /// Path of the file that could not be written.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
    /// Number of packets that are in the files.
    pub packets: u64,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write packets to {}", self.path.display())
    }
}

impl Error for SaveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

impl Saver {
    /// Creates the first file.
    ///
    /// # Errors
    /// If that is not possible.
    pub fn create(options: SaveOptions) -> Result<Self, SaveError> {
        let mut files = Files::new(options);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = Timestamp::from_ns(i64::try_from(now.as_nanos()).unwrap_or(i64::MAX));
        match files.next(now) {
            Err(source) => Err(SaveError { path: files.current().to_owned(), source, packets: 0 }),
            Ok(file) => Ok(Self {
                files,
                file,
                interfaces: Vec::new(),
                buffer: Vec::new(),
                written: 0,
                first: None,
                packets: 0,
                bytes: 0,
            }),
        }
    }

    /// The file that is written, for giving it to somebody.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Tells of the interfaces; before the first packet.
    pub fn begin(&mut self, interfaces: &[InterfaceFacts]) {
        let interface = |facts: &InterfaceFacts| Interface {
            facts: facts.clone(),
            counts: Counts::default(),
            lost: 0,
            saved: 0,
            span: None,
        };
        self.interfaces = interfaces.iter().map(interface).collect();
        self.head();
    }

    /// The error of writing the current file, with what is in the files.
    pub(super) fn failed(&self, source: io::Error) -> SaveError {
        SaveError { path: self.files.current().to_owned(), source, packets: self.packets }
    }

    /// Writes the packets of a batch.
    pub(super) fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for index in 0..batch.len() {
            let Some((head, data)) = batch.packet(index) else { break };
            self.make_way(head.time, data.len())?;
            let Some(interface) = self.interfaces.get_mut(batch.interface) else { break };
            let number = u32::try_from(batch.interface).unwrap_or(u32::MAX);
            blocks::packet(&mut self.buffer, number, head.time, head.len, data, std::mem::take(&mut interface.lost));
            let [first, last] = interface.span.unwrap_or([head.time; 2]);
            interface.span = Some([first.min(head.time), last.max(head.time)]);
            interface.saved += 1;
            self.packets += 1;
            self.first.get_or_insert(head.time);
            if self.buffer.len() >= BUFFER_BYTES {
                self.flush()?;
            }
        }
        if let (Some(interface), Some(counts)) = (self.interfaces.get_mut(batch.interface), batch.counts) {
            interface.lost += counts.lost() - interface.counts.lost();
            interface.counts = counts;
        }
        Ok(())
    }

    /// Begins another file if the packet of `len` bytes at `time` is to go there.
    fn make_way(&mut self, time: Timestamp, len: usize) -> io::Result<()> {
        let Some((rotate, first)) = self.files.options().rotate.zip(self.first) else { return Ok(()) };
        let is_due = match rotate {
            Rotate::Bytes(max) => self.written + (self.buffer.len() + len) as u64 > max,
            Rotate::Time(span) => i128::from(time.since(first)) >= i128::try_from(span.as_nanos()).unwrap_or(i128::MAX),
        };
        if is_due {
            self.end_file()?;
            self.file = self.files.next(time)?;
            (self.written, self.first) = (0, None);
            self.head();
        }
        Ok(())
    }

    fn head(&mut self) {
        blocks::section(&mut self.buffer, self.files.options().comment.as_deref());
        for interface in &self.interfaces {
            blocks::interface(&mut self.buffer, &interface.facts);
        }
    }

    /// Writes what was collected. What of it does not fit is taken back up to the last whole block.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let mut done = 0;
        while let Some(rest) = self.buffer.get(done..).filter(|rest| !rest.is_empty()) {
            match self.file.write(rest) {
                Ok(0) => return self.take_back(done, io::ErrorKind::WriteZero.into()),
                Ok(len) => done += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.take_back(done, error),
            }
        }
        self.written += done as u64;
        self.bytes += done as u64;
        self.buffer.clear();
        Ok(())
    }

    #[cold]
    fn take_back(&mut self, done: usize, error: io::Error) -> io::Result<()> {
        let (_, collected) = blocks::whole(&self.buffer);
        let (whole, saved) = blocks::whole(self.buffer.get(..done).unwrap_or_default());
        // A device has no length; the file system's own error is the one to tell.
        let _ = self.file.set_len(self.written + whole as u64);
        self.packets -= collected - saved;
        self.buffer.clear();
        Err(error)
    }

    fn end_file(&mut self) -> io::Result<()> {
        for (index, interface) in self.interfaces.iter().enumerate() {
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let span = interface.span.unwrap_or_default();
            blocks::statistics(&mut self.buffer, number, span, interface.counts, interface.saved);
        }
        self.flush()
    }

    /// Ends the last file.
    pub(super) fn finish(mut self) -> Result<Saved, SaveError> {
        if let Err(error) = self.end_file() {
            return Err(self.failed(error));
        }
        let Self { files, packets, bytes, .. } = self;
        Ok(Saved { packets, bytes, path: files.current().to_owned(), files: files.kept() })
    }
}
