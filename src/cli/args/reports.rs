//! The commands that report messages.

use super::groups::{CaptureArgs, RunArgs, ThreadArgs, WaitArgs, WidthArgs};
use crate::cli::number;
use clap::{Args, ValueEnum};

/// `deframe analyze`.
#[derive(Debug, Args)]
pub(crate) struct AnalyzeArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    /// Everything but the rows of the messages
    #[arg(long)]
    pub(crate) summary: bool,
    /// Show at most so many messages; 0 shows all
    #[arg(long, value_name = "N", value_parser = number::limit, default_value_t = crate::limits::MESSAGE_ROWS)]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) width: WidthArgs,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Formats of `deframe export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON document
    Json,
    /// One JSON object a line
    Ndjson,
    /// A JSON array of flat records: time, direction, size, label, hex, ASCII, connection
    Sd,
    /// A table with one row for each message
    Csv,
}

/// `deframe export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    /// Format
    #[arg(short, long, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,
    /// Write at most so many messages; 0 writes all
    #[arg(long, value_name = "N", value_parser = number::limit, default_value_t = 0)]
    pub(crate) limit: u64,
    /// Times in the local time zone instead of UTC (sd only)
    #[arg(long)]
    pub(crate) local: bool,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
