//! Profiles of protocols.

use clap::{Args, Subcommand};

/// `deframe profiles`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesArgs {
    /// What to do; without it: list
    #[command(subcommand)]
    pub(crate) command: Option<ProfilesCommand>,
}

/// `deframe profiles …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfilesCommand {
    /// List the profiles that are known here, and the layout presets
    List,
    /// Print a profile as a file, to start a new one from
    Show {
        /// Name or path.
        #[arg(value_name = "NAME|FILE")]
        name: String,
    },
    /// Check a profile file: layout, schema, rules
    Check {
        /// Path, or name.
        #[arg(value_name = "FILE|NAME")]
        name: String,
    },
}
