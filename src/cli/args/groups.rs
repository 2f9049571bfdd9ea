//! Options that several commands have.

use crate::cli::{learning, moment, network, number};
use crate::payload::PayloadKind;
use crate::pipeline::{Moment, Network};
use crate::proto::clause::Clause;
use crate::proto::learned::Given;
use crate::proto::path::FieldPath;
use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::num::NonZero;
use std::path::PathBuf;

/// Which captures.
#[derive(Debug, Args)]
pub(crate) struct CaptureArgs {
    /// pcap or pcapng files, plain, gzip or zstd; - is standard input; several are merged by time
    #[arg(value_name = "CAPTURE", required = true)]
    pub(crate) captures: Vec<String>,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

/// How much is said beside the report.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct TalkArgs {
    /// Give no hints, and show no progress or status on the terminal
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Tell on stderr how the run decided, and what it used: profiles, schemas, what was learned, threads, memory
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

/// How wide tables are.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct WidthArgs {
    /// Characters in a line [default: the terminal's width, else 100]
    #[arg(long = "width", value_name = "COLUMNS", value_parser = number::width)]
    pub(crate) columns: Option<u16>,
}

/// Which protocol.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Protocol")]
pub(crate) struct ProtocolArgs {
    /// Profile: a name (see deframe profiles) or the path of a profile file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
    /// Layout of the frames, for example 'len:u32le magic:efbeadde payload', or a preset's name; one for each side as
    /// 'client: LAYOUT ; server: LAYOUT'
    #[arg(long, value_name = "LAYOUT")]
    pub(crate) frame: Option<String>,
    /// Message types: a .proto file, a folder of them, or a descriptor set; may be given several times
    #[arg(long, value_name = "FILE|FOLDER")]
    pub(crate) schema: Vec<PathBuf>,
    /// Folder in which .proto files look for their imports; may be given several times
    #[arg(long, value_name = "FOLDER")]
    pub(crate) include: Vec<PathBuf>,
    /// Type of every message that no rule gives a type
    #[arg(long, value_name = "TYPE")]
    pub(crate) message: Option<String>,
    /// What payloads are that have no type, where no rule says it; else that is found out
    #[arg(long, value_name = "KIND", value_parser = payload_kind(), conflicts_with = "message")]
    pub(crate) payload: Option<PayloadKind>,
    /// Read every payload by its bytes alone
    #[arg(long, conflicts_with_all = ["schema", "message"])]
    pub(crate) no_schema: bool,
    /// Read the field at this path as this type where its message has none: 1.2.4=string, with protobuf's scalar types,
    /// message, timestamp, address, and time-s, time-ms, time-us or time-ns; may be given several times
    #[arg(long = "as", value_name = "PATH=TYPE", value_parser = learning::given)]
    pub(crate) readings: Vec<(FieldPath, Given)>,
}

/// The kinds of payloads by their names.
fn payload_kind() -> impl TypedValueParser<Value = PayloadKind> {
    PossibleValuesParser::new(PayloadKind::ALL.map(PayloadKind::as_str)).try_map(|name| name.parse())
}

/// How payloads are shown whose type is known.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Protocol")]
pub(crate) struct StyleArgs {
    /// Show fields without presence that are not there, with their defaults: zero, "", [], {}
    #[arg(long)]
    pub(crate) defaults: bool,
    /// Name fields in JSON as the .proto file does instead of in lower camel case; tables always do
    #[arg(long)]
    pub(crate) proto_names: bool,
}

/// Which packets, and what is told of them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct TrafficArgs {
    /// Only packets that this BPF expression selects, such as 'tcp port 80 and net 10.0.0.0/8' (man pcap-filter). It
    /// sees the outermost packet, without VLAN tags unless it has the word vlan. Connections and messages are numbered
    /// as far as it leaves packets; all other filters choose from what was read, and look into tunnels
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) filter: Option<String>,
    /// Only connections from or to this IPv4 or IPv6 address, or network such as 10.0.0.0/8; may be given several times
    #[arg(long, value_name = "ADDRESS", value_parser = network::network)]
    pub(crate) host: Vec<Network>,
    /// Only connections with this port, on which a --profile that has ports is then spoken too; may be given several
    /// times
    #[arg(long, value_name = "PORT", value_parser = number::port)]
    pub(crate) port: Vec<u16>,
    /// Only messages from this time on, and connections that were still open: 2026-11-22T11:03:24Z, 11:03:24.5 (UTC,
    /// the first packet's day), or +12.5 (seconds after the first packet)
    #[arg(long, value_name = "TIME", value_parser = moment::moment)]
    pub(crate) from: Option<Moment>,
    /// Only messages up to this time, itself included, and connections that were open by then
    #[arg(long, value_name = "TIME", value_parser = moment::moment)]
    pub(crate) to: Option<Moment>,
    /// Where the opening of a connection was not captured, the side on this port is the server; may be given several
    /// times [default: the ports of profiles, else the lower port]
    #[arg(long, value_name = "PORT", value_parser = number::port)]
    pub(crate) server_port: Vec<u16>,
}

/// Which messages.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Only this connection, by its number; may be given several times
    #[arg(long, value_name = "N", value_parser = number::connection)]
    pub(crate) connection: Vec<usize>,
    /// Only messages that go this way
    #[arg(long, value_name = "DIRECTION")]
    pub(crate) direction: Option<DirectionArg>,
    /// Only messages with this label, whatever the case; may be given several times
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Only messages of which a field is so: PATH=VALUE, with = != < <= > >= or ~ (contains), PATH (is there) or !PATH
    /// (is not); 2.3.1=5, body.client_name~Star, 4~hex:0a0b; given several times, all must hold
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) clauses: Vec<Clause>,
}

/// How the output is written.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", value_parser = file())]
    pub(crate) output: Option<PathBuf>,
}

/// A file to write to. `-` is none: whoever types it means a pipe, and finds a file of that name much later.
pub(super) fn file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.to_str() {
        Some("-") => Err("expected the name of a file; the report goes to standard output without -o"),
        _ => Ok(path),
    })
}

/// `client->server` or `server->client`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    /// From the client to the server
    #[value(name = "client", aliases = ["client->server", "c2s"])]
    ClientToServer,
    /// From the server to the client
    #[value(name = "server", aliases = ["server->client", "s2c"])]
    ServerToClient,
}

/// What every command has that reports messages, wherever the packets come from.
#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    /// Exit with code 3 if there are findings
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) protocol: ProtocolArgs,
    #[command(flatten)]
    pub(crate) style: StyleArgs,
    #[command(flatten)]
    pub(crate) traffic: TrafficArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What the report may wait for.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct WaitArgs {
    /// Report each message as soon as it is there, for pipes such as tcpdump -U -w - | deframe export
    /// --no-wait -; field types are then learned as messages come, as in a live capture, and not from the
    /// first ones of each port together
    #[arg(long, conflicts_with = "threads")]
    pub(crate) no_wait: bool,
}

/// On how many processors.
#[derive(Debug, Args)]
pub(crate) struct ThreadArgs {
    /// Threads; csv, sd, and tables with rows for messages, as analyze shows them without --summary, take one [default:
    /// one for each core]
    #[arg(long, value_name = "N", value_parser = number::threads)]
    pub(crate) threads: Option<u16>,
}

impl ThreadArgs {
    /// How many it shall be.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        let default = || std::thread::available_parallelism().map_or(1, NonZero::get);
        self.threads.map_or_else(default, usize::from)
    }
}
