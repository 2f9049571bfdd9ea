//! Where the output goes: a file or standard output, and what is said to the user.

use super::args::{TalkArgs, WaitArgs};
use super::failure::Failure;
use super::number::MIN_WIDTH;
use crate::report::text::safe;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::path::Path;
use std::sync::OnceLock;

/// Characters in a line where no terminal says.
const DEFAULT_WIDTH: u16 = 100;

/// Bytes that are collected before they are written.
const BUFFER_LEN: usize = 64 << 10;

/// An output with the name that errors give it.
pub(super) struct Output {
    pub name: String,
    pub writer: Box<dyn Write>,
}

/// The file at `path`, new or emptied, with the name that errors give it; without a path it is standard output.
fn target(path: Option<&Path>) -> Result<(String, Option<File>), Failure> {
    let Some(path) = path else { return Ok(("standard output".to_owned(), None)) };
    let name = path.display().to_string();
    let file = File::create(path).map_err(|error| Failure::writing(&name, &error))?;
    Ok((name, Some(file)))
}

/// What writes to a file, or to standard output, at once.
fn unbuffered(file: Option<File>) -> Box<dyn Write> {
    file.map_or_else(|| Box::new(io::stdout()) as Box<dyn Write>, |file| Box::new(file))
}

impl Output {
    /// Opens `path`, or standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let (name, file) = target(path)?;
        Ok(Self { name, writer: Box::new(BufWriter::with_capacity(BUFFER_LEN, unbuffered(file))) })
    }

    /// An output on which every line is there at once.
    pub(super) fn line_by_line(path: Option<&Path>) -> Result<Self, Failure> {
        let (name, file) = target(path)?;
        Ok(Self { name, writer: Box::new(LineWriter::new(unbuffered(file))) })
    }

    /// Opens `path`, or standard output, unless `path` is one of the files that are read, which opening it would empty.
    pub(super) fn beside(path: Option<&Path>, inputs: &[String]) -> Result<Self, Failure> {
        Self::check_beside(path, inputs)?;
        Self::open(path)
    }

    /// Opens `path` as [`Output::beside`] does, with every line there at once if nothing shall `wait`.
    pub(super) fn waiting(wait: WaitArgs, path: Option<&Path>, inputs: &[String]) -> Result<Self, Failure> {
        Self::check_beside(path, inputs)?;
        if wait.no_wait { Self::line_by_line(path) } else { Self::open(path) }
    }

    fn check_beside(path: Option<&Path>, inputs: &[String]) -> Result<(), Failure> {
        let real = path.and_then(|path| path.canonicalize().ok());
        let is_read = |input: &&String| real.is_some() && Path::new(input).canonicalize().ok() == real;
        match inputs.iter().find(is_read) {
            Some(input) => Err(Failure::fatal(format!("the output would overwrite the capture {input}"))
                .hint("give another file with -o")),
            None => Ok(()),
        }
    }

    /// Writes text that is already there.
    pub(super) fn print(mut self, text: &str) -> Result<(), Failure> {
        let written = self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush());
        written.map_err(|error| Failure::writing(&self.name, &error))
    }
}

/// An output on which every line is there at once, for records that somebody waits for.
#[cfg(feature = "live")]
pub(super) struct LiveOutput {
    pub name: String,
    pub writer: LineWriter<Box<dyn Write>>,
    file: Option<File>,
}

#[cfg(feature = "live")]
impl LiveOutput {
    /// Opens `path`, or standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let (name, file) = target(path)?;
        let own = file.as_ref().map(File::try_clone).transpose().map_err(|error| Failure::writing(&name, &error))?;
        Ok(Self { name, writer: LineWriter::new(unbuffered(own)), file })
    }

    /// The file that the output goes to, if it does.
    pub(super) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }
}

/// Rows between two headers: as many as the terminal shows, if the output goes there; else 0, for one header.
#[cfg(feature = "live")]
pub(super) fn rows(path: Option<&Path>) -> usize {
    let shown = path.is_none() && io::stdout().is_terminal();
    let height = shown.then(terminal_size::terminal_size).flatten().map(|(_, terminal_size::Height(height))| height);
    height.map_or(0, |height| usize::from(height).saturating_sub(3).max(10))
}

/// The width of tables: what was asked for, else the terminal's if the output goes there, else 100.
pub(super) fn width(asked: Option<u16>, path: Option<&Path>) -> u16 {
    let terminal = || {
        let shown = path.is_none() && io::stdout().is_terminal();
        shown.then(terminal_size::terminal_size).flatten().map(|(terminal_size::Width(width), _)| width)
    };
    asked.or_else(terminal).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
}

/// How much is said; what the options say is set once.
static TALK: OnceLock<TalkArgs> = OnceLock::new();

/// Says from now on as much as was asked for.
pub(super) fn say(talk: TalkArgs) {
    let _ = TALK.set(talk);
}

/// Says what to do next, unless nobody wants to know.
pub(super) fn hint(text: &str) {
    if !TALK.get().is_some_and(|talk| talk.quiet) {
        talk(&format!("hint: {text}"));
    }
}

/// Whether to tell how the run decides.
pub(super) fn is_verbose() -> bool {
    TALK.get().is_some_and(|talk| talk.verbose)
}

/// Says a line to the user, on standard error. There is nobody to tell if that fails.
pub(super) fn talk(line: &str) {
    let _ = writeln!(io::stderr(), "{}", safe(line));
}

/// Says why something failed, as [`talk`] says a line.
pub(super) fn complain(failure: &Failure) {
    let _ = writeln!(io::stderr(), "{failure}");
}
