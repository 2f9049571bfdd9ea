//! What was typed. What it means is in `setup`.

use super::output::MIN_WIDTH;
use super::traffic;
use crate::pipeline::{Moment, Network};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 fatal error, 2 wrong usage, 3 findings under --strict.";

/// Packet capture analyzer: TCP streams to frames to decoded protobuf messages, as tables or JSON
#[derive(Debug, Parser)]
#[command(name = "deframe", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a capture holds: connections, messages, types, phases, findings, where every byte went
    Analyze(AnalyzeArgs),
    /// Write the messages of a capture as JSON, NDJSON, sd records or CSV
    Export(ExportArgs),
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

/// Which captures.
#[derive(Debug, ClapArgs)]
pub struct CaptureArgs {
    /// pcap or pcapng files, plain, gzip or zstd; - is standard input; several are merged by time
    #[arg(value_name = "CAPTURE", required = true)]
    pub captures: Vec<String>,
    /// Show no progress on the terminal
    #[arg(short, long)]
    pub quiet: bool,
}

/// Which protocol.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Protocol")]
pub struct ProtocolArgs {
    /// Profile: a name (see deframe profiles) or the path of a profile file
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Layout of the frames, for example 'len:u32le magic:efbeadde payload', or a preset's name
    #[arg(long, value_name = "LAYOUT")]
    pub frame: Option<String>,
    /// Message types: a .proto file, a folder of them, or a descriptor set
    #[arg(long, value_name = "FILE|FOLDER")]
    pub schema: Vec<PathBuf>,
    /// Folder in which .proto files look for their imports
    #[arg(long, value_name = "FOLDER")]
    pub include: Vec<PathBuf>,
    /// Type of every message that no rule gives a type
    #[arg(long, value_name = "TYPE")]
    pub message: Option<String>,
    /// Read every payload by its bytes alone
    #[arg(long, conflicts_with_all = ["schema", "message"])]
    pub no_schema: bool,
}

/// Which packets.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub struct TrafficArgs {
    /// Only packets from or to this IPv4 or IPv6 address, or network such as 10.0.0.0/8; may be given several times
    #[arg(long, value_name = "ADDRESS", value_parser = traffic::network)]
    pub host: Vec<Network>,
    /// Only connections with this port, which is then the server's and the profile's; may be given several times
    #[arg(long, value_name = "PORT")]
    pub port: Vec<u16>,
    /// Only packets from this time on: 2026-11-22T11:03:24Z, 11:03:24.5 (UTC, the first packet's day), or +12.5
    /// (seconds after the first packet)
    #[arg(long, value_name = "TIME", value_parser = traffic::moment)]
    pub from: Option<Moment>,
    /// Only packets up to this time, itself included
    #[arg(long, value_name = "TIME", value_parser = traffic::moment)]
    pub to: Option<Moment>,
}

/// Which messages.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Only this connection, by its number; may be given several times
    #[arg(long, value_name = "N")]
    pub connection: Vec<usize>,
    /// Only messages that go this way
    #[arg(long, value_name = "DIRECTION")]
    pub direction: Option<DirectionArg>,
    /// Only messages with this label, whatever the case; may be given several times
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
}

/// How the output is written.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `client->server` or `server->client`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    /// From the client to the server
    #[value(name = "client", aliases = ["client->server", "c2s"])]
    ClientToServer,
    /// From the server to the client
    #[value(name = "server", aliases = ["server->client", "s2c"])]
    ServerToClient,
}

/// `deframe analyze`.
#[derive(Debug, ClapArgs)]
pub struct AnalyzeArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub captures: CaptureArgs,
    /// Everything but the rows of the messages
    #[arg(long)]
    pub summary: bool,
    /// Show at most so many messages; 0 shows all
    #[arg(long, value_name = "N", default_value_t = crate::limits::MESSAGE_ROWS)]
    pub limit: u64,
    /// Characters in a line [default: the terminal's width, else 100]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(i64::from(MIN_WIDTH)..))]
    pub width: Option<u16>,
    /// Exit with code 3 if there are findings
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub protocol: ProtocolArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub traffic: TrafficArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub output: OutputArgs,
}

/// Formats of `deframe export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
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
#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub captures: CaptureArgs,
    /// Format
    #[arg(short, long, value_enum, default_value_t = Format::Json)]
    pub format: Format,
    /// Write at most so many messages; 0 writes all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub limit: u64,
    /// Times in the local time zone instead of UTC (sd only)
    #[arg(long)]
    pub local: bool,
    /// Exit with code 3 if there are findings
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub protocol: ProtocolArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub traffic: TrafficArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub output: OutputArgs,
}

/// Formats of `deframe decode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecodeFormat {
    /// For people
    Text,
    /// One JSON object for each frame
    Json,
}

/// How the bytes of `deframe decode` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// Told by the characters
    Auto,
    /// Hexadecimal digits; spaces, colons, commas and 0x are ignored
    Hex,
    /// Base64, standard or URL alphabet
    Base64,
    /// The bytes themselves
    Binary,
}

/// `deframe decode`.
#[derive(Debug, ClapArgs)]
pub struct DecodeArgs {
    /// Hex or base64, @FILE for the content of a file, - for standard input
    #[arg(value_name = "HEX|BASE64|@FILE|-", required = true, allow_hyphen_values = false)]
    pub bytes: Vec<String>,
    /// How the bytes are written
    #[arg(long, value_enum, default_value_t = Encoding::Auto)]
    pub encoding: Encoding,
    /// Format
    #[arg(short, long, value_enum, default_value_t = DecodeFormat::Text)]
    pub format: DecodeFormat,
    /// Characters in a line [default: the terminal's width, else 100]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(i64::from(MIN_WIDTH)..))]
    pub width: Option<u16>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub protocol: ProtocolArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub output: OutputArgs,
}

/// How `deframe streams --follow` shows bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FollowFormat {
    /// Offset, hexadecimal digits, ASCII
    Hex,
    /// Text; other bytes are dots
    Text,
    /// The bytes themselves and nothing else
    Raw,
}

/// `deframe streams`.
#[derive(Debug, ClapArgs)]
pub struct StreamsArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub captures: CaptureArgs,
    /// Characters in a line [default: the terminal's width, else 100]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(i64::from(MIN_WIDTH)..))]
    pub width: Option<u16>,
    /// Write the bytes of each direction to a file in this new or empty folder, and what is missing to one beside it
    #[arg(long, value_name = "FOLDER")]
    pub dump: Option<PathBuf>,
    /// Let zeros stand for missing bytes in these files
    #[arg(long, requires = "dump")]
    pub fill_gaps: bool,
    /// Show what was said on this connection, in the order of time, instead of the table
    #[arg(long, value_name = "N", conflicts_with_all = ["dump", "connection"])]
    pub follow: Option<usize>,
    /// How what was said is shown
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value_t = FollowFormat::Hex, requires = "follow")]
    pub format: FollowFormat,
    /// Only this connection, by its number; may be given several times
    #[arg(long, value_name = "N", help_heading = "Filters")]
    pub connection: Vec<usize>,
    /// Only what was said in this direction
    #[arg(long, value_name = "DIRECTION", help_heading = "Filters", requires = "follow")]
    pub direction: Option<DirectionArg>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub traffic: TrafficArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "flattened groups are documented by their types")]
    pub output: OutputArgs,
}

/// `deframe profiles`.
#[derive(Debug, ClapArgs)]
pub struct ProfilesArgs {
    /// What to do; without it: list
    #[command(subcommand)]
    pub command: Option<ProfilesCommand>,
}

/// `deframe profiles …`.
#[derive(Debug, Subcommand)]
pub enum ProfilesCommand {
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

/// `deframe completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `deframe man`.
#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// Write deframe.1 and one page for each command to this folder instead of printing the first one
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}
