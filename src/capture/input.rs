//! What a name on the command line stands for: a file, or standard input.
//!
//! In: a name. Out: its bytes, and how many there are. Not responsible for what they mean.

use super::error::OpenCause;
use super::progress::Source;
use std::fs::File;
use std::io::{self, IsTerminal};

/// Opens the file at `name`, or standard input, which is called `-`.
pub(super) fn source(name: &str) -> Result<Source, OpenCause> {
    if name == "-" {
        let stdin = io::stdin();
        return if stdin.is_terminal() {
            Err(OpenCause::Terminal)
        } else {
            Ok(Source { bytes: Box::new(stdin), len: None })
        };
    }
    let file = File::open(name).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenCause::NotFound,
        io::ErrorKind::PermissionDenied => OpenCause::NotAllowed,
        _ => OpenCause::Io(error),
    })?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(OpenCause::Folder);
    }
    let len = metadata.is_file().then_some(metadata.len());
    Ok(Source { bytes: Box::new(file), len })
}
