//! What the program writes about itself.

use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// `deframe completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `deframe man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write deframe.1 and one page for each command to this folder instead of printing the first one
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}
