//! Options of `sniff` and `interfaces`.

use super::RunArgs;
use super::groups::{TalkArgs, WidthArgs};
use crate::capture::save::Rotate;
use crate::cli::{number, quantity};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// `deframe sniff`.
#[derive(Debug, Args)]
pub(crate) struct SniffArgs {
    /// Only packets that this BPF expression selects, such as tcp port 8001 (man pcap-filter); the kernel applies it
    #[arg(value_name = "BPF")]
    pub(crate) expression: Vec<String>,
    /// Interface to capture from (see deframe interfaces); any is all of them; may be given several times [default: the
    /// one that leads to --host or to the profile's host, else loopback]
    #[arg(short, long, value_name = "NAME")]
    pub(crate) interface: Vec<String>,
    /// One JSON object a line instead of a table, each as soon as it is known
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) width: WidthArgs,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
    /// End after so many messages
    #[arg(long, value_name = "N", value_parser = number::messages)]
    pub(crate) count: Option<u64>,
    /// End after this time: 90s, 10m, 8h
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub(crate) duration: Option<Duration>,
    /// Sum up what there was so far each time that so much time has passed: 10s
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub(crate) stats_every: Option<Duration>,
    /// Keep the packets in this file too, as pcapng
    #[arg(short, long, value_name = "FILE", value_parser = super::groups::file(), help_heading = "Packets")]
    pub(crate) write: Option<PathBuf>,
    /// Begin another file when one has this size, or is this old: 100MB, 1h. Number and time become part of the name
    #[arg(long, value_name = "SIZE|TIME", value_parser = quantity::rotate, requires = "write", help_heading = "Packets")]
    pub(crate) rotate: Option<Rotate>,
    /// Keep only so many of these files, the last ones
    #[arg(long, value_name = "N", value_parser = number::files, requires = "rotate", help_heading = "Packets")]
    pub(crate) keep: Option<u16>,
    /// Write this comment into the files
    #[arg(long, value_name = "TEXT", requires = "write", help_heading = "Packets")]
    pub(crate) comment: Option<String>,
    /// The kernel's buffer for each interface
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = quantity::buffer, help_heading = "Capture")]
    pub(crate) buffer_size: u32,
    /// Most bytes of a packet that are kept
    #[arg(long, value_name = "BYTES", default_value_t = 262_144, value_parser = number::snap_length, help_heading = "Capture")]
    pub(crate) snap_length: u32,
    /// Time that the kernel collects packets before it hands them over
    #[arg(long, value_name = "TIME", default_value = "50ms", value_parser = quantity::timeout, help_heading = "Capture")]
    pub(crate) timeout: Duration,
    /// Hand over every packet at once; the buffer then holds fewer, and more are lost at a high rate
    #[arg(long, help_heading = "Capture")]
    pub(crate) immediate: bool,
    /// Packets for other machines too, where the network brings them
    #[arg(long, help_heading = "Capture")]
    pub(crate) promiscuous: bool,
    /// Memory for what waits to be read, put together or complete; the kernel's buffer comes on top [default: about 1
    /// GiB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::memory, help_heading = "Capture")]
    pub(crate) max_memory: Option<usize>,
    /// Who to become once the interfaces are open, as root [default: who called sudo, else nobody]
    #[arg(long, value_name = "NAME", help_heading = "Capture")]
    pub(crate) user: Option<String>,
    /// Stay root
    #[arg(long, conflicts_with = "user", help_heading = "Capture")]
    pub(crate) no_drop: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Formats of `deframe interfaces`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InterfacesFormat {
    /// For people
    Text,
    /// One JSON object for each interface, a line each
    Json,
}

/// `deframe interfaces`.
#[derive(Debug, Args)]
pub(crate) struct InterfacesArgs {
    /// Format
    #[arg(short, long, value_enum, default_value_t = InterfacesFormat::Text)]
    pub(crate) format: InterfacesFormat,
    #[command(flatten)]
    pub(crate) width: WidthArgs,
}
