//! Where a profile comes from, for messages about it.

use std::path::PathBuf;

/// Where a profile comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Part of the program.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// `--frame` and its companions.
    CommandLine,
}
