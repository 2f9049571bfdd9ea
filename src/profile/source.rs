//! Where a profile comes from, for messages about it.

use std::path::PathBuf;

/// Where a profile comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Part of the program.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// Whoever runs this: `--frame` and its companions, or the program that this is a library of.
    CommandLine,
}
