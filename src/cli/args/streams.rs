//! Connections, whatever they carry.

use super::groups::{CaptureArgs, DirectionArg, OutputArgs, TrafficArgs, WidthArgs};
use crate::cli::number;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How `deframe streams --follow` shows bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FollowFormat {
    /// Offset, hexadecimal digits, ASCII
    Hex,
    /// Text; other bytes are dots
    Text,
    /// The bytes themselves and nothing else
    Raw,
}

/// `deframe streams`.
#[derive(Debug, Args)]
pub(crate) struct StreamsArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) width: WidthArgs,
    /// Write the bytes of each direction to a file in this new or empty folder, and what is missing to one beside it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dump: Option<PathBuf>,
    /// Let zeros stand for missing bytes in these files
    #[arg(long, requires = "dump")]
    pub(crate) fill_gaps: bool,
    /// Show what was said on this connection, in the order of time, instead of the table
    #[arg(long, value_name = "N", value_parser = number::connection, conflicts_with_all = ["dump", "connection"])]
    pub(crate) follow: Option<usize>,
    /// How what was said is shown
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value_t = FollowFormat::Hex, requires = "follow")]
    pub(crate) format: FollowFormat,
    /// Only this connection, by its number; may be given several times
    #[arg(long, value_name = "N", value_parser = number::connection, help_heading = "Filters")]
    pub(crate) connection: Vec<usize>,
    /// Only what was said in this direction
    #[arg(long, value_name = "DIRECTION", help_heading = "Filters", requires = "follow")]
    pub(crate) direction: Option<DirectionArg>,
    #[command(flatten)]
    pub(crate) traffic: TrafficArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
