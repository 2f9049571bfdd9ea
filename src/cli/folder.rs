//! The folder of `--dump`: many files, of which few are open at once.

use super::failure::Failure;
use crate::limits;
use crate::report::Files;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that are collected for each open file before they are written.
const BUFFER_LEN: usize = 16 << 10;

/// A folder that was empty when it was taken.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Files that are open, the one that was used last at the end.
    open: Vec<(String, BufWriter<File>)>,
    /// Path of the file that could not be written, if that has happened.
    failed: Option<PathBuf>,
}

impl Folder {
    /// Takes the folder at `path`, which is made if it is not there.
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        let cannot = |error: io::Error| Failure::writing(&path.display().to_string(), &error);
        if path.is_file() {
            return Err(Failure::fatal(format!("{} is a file, and --dump needs a folder", path.display()))
                .hint("give the name of a new or an empty folder"));
        }
        fs::create_dir_all(path).map_err(cannot)?;
        if fs::read_dir(path).map_err(cannot)?.next().is_some() {
            return Err(Failure::fatal(format!("the folder {} is not empty", path.display()))
                .hint("give a new or an empty one, so that nothing is overwritten or mixed up"));
        }
        Ok(Self { path: path.to_owned(), open: Vec::new(), failed: None })
    }

    /// Path of the file that could not be written, if that has happened.
    pub(super) fn failed(&self) -> Option<&Path> {
        self.failed.as_deref()
    }

    /// Remembers which file an error is about.
    fn watch<T>(&mut self, name: &str, result: io::Result<T>) -> io::Result<T> {
        if result.is_err() {
            self.failed = Some(self.path.join(name));
        }
        result
    }

    /// Does something with a file.
    fn with(&mut self, name: &str, act: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
        let result = self.file(name).and_then(act);
        self.watch(name, result)
    }

    /// A file that was created, opened again if it had to make room for others.
    fn file(&mut self, name: &str) -> io::Result<&mut BufWriter<File>> {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            let file = self.open.remove(at);
            self.open.push(file);
        } else {
            let mut file = OpenOptions::new().write(true).open(self.path.join(name))?;
            file.seek(SeekFrom::End(0))?;
            self.keep_open(name, file)?;
        }
        self.open.last_mut().map(|(_, file)| file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn keep_open(&mut self, name: &str, file: File) -> io::Result<()> {
        if self.open.len() >= limits::OPEN_FILES {
            let (name, mut idle) = self.open.remove(0);
            let flushed = idle.flush();
            self.watch(&name, flushed)?;
        }
        self.open.push((name.to_owned(), BufWriter::with_capacity(BUFFER_LEN, file)));
        Ok(())
    }
}

impl Files for &mut Folder {
    fn create(&mut self, name: &str) -> io::Result<()> {
        let file = OpenOptions::new().write(true).create_new(true).open(self.path.join(name));
        let file = self.watch(name, file)?;
        self.keep_open(name, file)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.with(name, |file| file.write_all(bytes))
    }

    fn extend(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.with(name, |file| {
            let end = file.stream_position()?.saturating_add(len);
            file.get_ref().set_len(end)?;
            file.seek(SeekFrom::Start(end)).map(|_| ())
        })
    }

    fn finish(&mut self, name: &str) -> io::Result<()> {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            let (_, mut file) = self.open.remove(at);
            let flushed = file.flush();
            self.watch(name, flushed)?;
        }
        Ok(())
    }
}
