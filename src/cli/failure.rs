//! Why the program gives up: what, because of what, and what to do about it.

use crate::analysis;
use crate::capture::{OpenCause, OpenError};
use crate::profile::ProfileError;
use crate::report::text::safe;
use std::error::Error;
use std::fmt;
use std::io;

/// A fatal error, as the user sees it.
#[derive(Debug)]
pub(super) struct Failure {
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
    code: u8,
    broken_pipe: bool,
}

impl Failure {
    /// A failure to do something; exit code 1.
    pub(super) fn fatal(what: impl Into<String>) -> Self {
        Self { what: what.into(), causes: Vec::new(), hint: None, code: 1, broken_pipe: false }
    }

    /// A failure because something was asked for wrongly; exit code 2.
    pub(super) fn usage(what: impl Into<String>) -> Self {
        Self { code: 2, ..Self::fatal(what) }
    }

    /// A failure because of an error, with its chain of causes; exit code 1.
    pub(super) fn because(error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        // A message that already tells its cause need not be followed by it.
        let what = error.to_string();
        causes.retain(|cause| !what.contains(cause.as_str()));
        Self { causes, ..Self::fatal(what) }
    }

    pub(super) fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn maybe_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    /// The hint alone: what to do about the failure.
    #[cfg(feature = "live")]
    pub(super) fn hint_only(self) -> String {
        format!("hint: {}", self.hint.unwrap_or_default())
    }

    pub(super) const fn code(&self) -> u8 {
        self.code
    }

    /// Whether whoever reads the output has gone, which is no failure at all.
    pub(super) const fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// A failure to write the report to `name`.
    pub(super) fn writing(name: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::StorageFull => Some("make room there, or give another place with -o FILE"),
            io::ErrorKind::IsADirectory => Some("it is a folder: give a file in it"),
            io::ErrorKind::NotFound => Some("the folder does not exist: make it first"),
            io::ErrorKind::PermissionDenied => Some("give a place where you may write"),
            _ => None,
        };
        let failure = Self::fatal(format!("cannot write to {name}")).caused_by(error);
        let broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { broken_pipe, hint: hint.map(str::to_owned), ..failure }
    }
}

/// Writes `error:`, `caused by:` for each cause, `hint:`, all harmless to a terminal. A cause of several lines stands
/// below, indented, so that carets stay under what they point at.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", safe(self.what.trim_end()))?;
        for cause in &self.causes {
            match cause.trim_end() {
                line if !line.contains('\n') => write!(f, "\ncaused by: {}", safe(line))?,
                lines => {
                    f.write_str("\ncaused by:")?;
                    // A tab is a blank: what a caret points at is counted in characters.
                    lines.split('\n').try_for_each(|line| write!(f, "\n  {}", safe(&line.replace('\t', " "))))?;
                }
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {}", safe(hint))?;
        }
        Ok(())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::about(&error)
    }
}

impl Failure {
    /// A failure to open a capture.
    pub(super) fn about(error: &OpenError) -> Self {
        let other = || match error.cause {
            OpenCause::NotCapture { .. } => Some("only pcap and pcapng are read, plain, gzip or zstd".to_owned()),
            _ => None,
        };
        Self::because(error).maybe_hint(error.hint().or_else(other))
    }
}

impl From<analysis::Error> for Failure {
    fn from(error: analysis::Error) -> Self {
        match error {
            analysis::Error::Capture(error) => error.into(),
            analysis::Error::Profile(error) => error.into(),
            other => Self::because(&other),
        }
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        Self::because(&error).maybe_hint(error.hint())
    }
}
