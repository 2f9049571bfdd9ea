//! What was typed, one file a family of commands. What it means is in `setup`.

mod decode;
mod generate;
mod groups;
mod profiles;
mod reports;
mod sniff;
mod streams;

pub(crate) use decode::{DecodeArgs, DecodeFormat, Encoding};
pub(crate) use generate::{CompletionsArgs, ManArgs};
pub(crate) use groups::{
    CaptureArgs, DirectionArg, FilterArgs, ProtocolArgs, RunArgs, StyleArgs, TalkArgs, ThreadArgs, TrafficArgs,
    WaitArgs,
};
pub(crate) use profiles::{ProfilesArgs, ProfilesCommand};
pub(crate) use reports::{AnalyzeArgs, ExportArgs, Format};
#[cfg(feature = "live")]
pub(crate) use sniff::InterfacesFormat;
pub(crate) use sniff::{InterfacesArgs, SniffArgs};
pub(crate) use streams::{FollowFormat, StreamsArgs};

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "Exit codes: 0 done, 1 fatal error, 2 wrong usage, 3 findings under --strict.";

/// Packet capture analyzer: TCP streams to frames to decoded protobuf messages, as tables or JSON
#[derive(Debug, Parser)]
#[command(name = "deframe", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Command {
    /// How much the command says beside its report.
    pub(crate) const fn talk(&self) -> TalkArgs {
        match self {
            Self::Analyze(args) => args.captures.talk,
            Self::Export(args) => args.captures.talk,
            Self::Streams(args) => args.captures.talk,
            Self::Sniff(args) => args.talk,
            Self::Decode(args) => args.talk,
            Self::Interfaces(_) | Self::Profiles(_) | Self::Completions(_) | Self::Man(_) => {
                TalkArgs { quiet: false, verbose: false }
            }
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a capture holds: connections, messages, types, phases, findings, where every byte went
    Analyze(AnalyzeArgs),
    /// Write the messages of a capture as JSON, NDJSON, sd records or CSV
    Export(ExportArgs),
    /// Show messages as they come over an interface, and keep the packets
    Sniff(Box<SniffArgs>),
    /// List the interfaces that can be captured from
    Interfaces(InterfacesArgs),
    /// Decode one frame or payload, given as hex, base64 or a file, byte by byte
    Decode(DecodeArgs),
    /// Show the TCP connections of a capture, whatever they carry
    Streams(StreamsArgs),
    /// List, show and check protocol profiles
    Profiles(ProfilesArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}
