//! The names of the files, and when one follows the other.

use super::options::SaveOptions;
use crate::units::Timestamp;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The files that a live capture is saved to.
#[derive(Debug)]
pub(super) struct Files {
    options: SaveOptions,
    /// Number of files that were begun so far.
    count: u64,
    /// Paths of the files that are still there, the current one last.
    kept: VecDeque<PathBuf>,
}

impl Files {
    pub(super) fn new(options: SaveOptions) -> Self {
        Self { options, count: 0, kept: VecDeque::new() }
    }

    pub(super) fn options(&self) -> &SaveOptions {
        &self.options
    }

    /// Path of the file that is written.
    pub(super) fn current(&self) -> &Path {
        self.kept.back().map_or(&self.options.path, PathBuf::as_path)
    }

    /// Number of files that are there.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Begins the next file, whose first packet comes at `time`, and removes those that are not kept.
    ///
    /// # Errors
    /// If it cannot be created, or an old one not be removed.
    pub(super) fn next(&mut self, time: Timestamp) -> io::Result<File> {
        self.count += 1;
        let path = match self.options.rotate {
            None => self.options.path.clone(),
            Some(_) => numbered(&self.options.path, self.count, time),
        };
        let mut open = OpenOptions::new();
        open.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        self.kept.push_back(path.clone());
        let file = open.open(&path)?;
        while self.options.keep.is_some_and(|keep| self.kept.len() > keep.max(1))
            && let Some(old) = self.kept.pop_front()
        {
            match fs::remove_file(old) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(file)
    }
}

/// Path of a file with number and time: `run_00001_20261122T110324Z.pcapng` for `run.pcapng`.
fn numbered(path: &Path, number: u64, time: Timestamp) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = part(path.file_stem()).unwrap_or_default();
    let extension = part(path.extension()).unwrap_or_else(|| "pcapng".to_owned());
    let time = time.civil().strftime("%Y%m%dT%H%M%SZ");
    path.with_file_name(format!("{stem}_{number:05}_{time}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_time_stand_before_the_extension() {
        let time = Timestamp::from_ns(1_795_345_404_500_000_000);
        let name = |path: &str| numbered(Path::new(path), 7, time).display().to_string();
        assert_eq!(name("a/run.pcapng"), "a/run_00007_20261122T110324Z.pcapng");
        assert_eq!(name("run"), "run_00007_20261122T110324Z.pcapng");
        assert_eq!(name("run.1.pcap"), "run.1_00007_20261122T110324Z.pcap");
    }
}
