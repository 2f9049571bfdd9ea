//! Where packets are saved, as it can be asked for.

use std::path::PathBuf;
use std::time::Duration;

/// When a saved file is followed by the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotate {
    /// The next file begins before one would have more bytes than these.
    Bytes(u64),
    /// The next file begins with the first packet that comes this long after the file's first one.
    Time(Duration),
}

/// How packets are saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveOptions {
    /// Path of the file. Where files rotate, number and time are put before its extension: `run.pcapng` becomes
    /// `run_00001_20261122T110324Z.pcapng`.
    pub path: PathBuf,
    /// When a file is followed by the next; none means never.
    pub rotate: Option<Rotate>,
    /// How many files are kept; none means all. The oldest are removed.
    pub keep: Option<usize>,
    /// What is written into every file for people to read.
    pub comment: Option<String>,
}
