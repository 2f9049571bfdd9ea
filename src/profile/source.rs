//! Where a profile comes from, for messages about it.

use std::path::PathBuf;

/// Where a profile comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The profile is part of the program.
    BuiltIn,
    /// The profile was read from this file.
    File(PathBuf),
    /// The profile was made by whoever runs this: from `--frame` and its companions, or by a user of the library.
    CommandLine,
}
