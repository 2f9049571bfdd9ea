//! Frames and payloads without a capture.

use super::groups::{DirectionArg, OutputArgs, ProtocolArgs, StyleArgs, TalkArgs, WidthArgs};
use clap::{Args, ValueEnum};

/// Formats of `deframe decode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DecodeFormat {
    /// For people: what it is, its header, every field with its bytes
    Text,
    /// The fields of the payload as an indented tree
    Tree,
    /// The fields of the payload on one line
    Compact,
    /// One JSON object for each frame
    Json,
    /// The language of protoscope, which assembles back to the same bytes
    Protoscope,
}

/// How the bytes of `deframe decode` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    /// Told by the characters
    Auto,
    /// Hexadecimal digits; spaces, colons, commas and 0x are ignored, and so are offsets and text of dumps (xxd,
    /// Wireshark)
    Hex,
    /// Base64, standard or URL alphabet
    Base64,
    /// The bytes themselves
    Binary,
}

/// What `--payload` is here: of one payload nobody finds out its kind.
const PAYLOAD: &str = "What payloads are that have no type, where no rule says it; else they are read as protobuf";

/// `deframe decode`.
#[derive(Debug, Args)]
#[command(mut_arg("payload", |payload| payload.help(PAYLOAD)))]
pub(crate) struct DecodeArgs {
    /// Hex or base64, @FILE for the content of a file, - for standard input
    #[arg(value_name = "HEX|BASE64|@FILE|-", required = true, allow_hyphen_values = false)]
    pub(crate) bytes: Vec<String>,
    /// How the bytes are written
    #[arg(long, value_enum, default_value_t = Encoding::Auto)]
    pub(crate) encoding: Encoding,
    /// Format
    #[arg(short, long, value_enum, default_value_t = DecodeFormat::Text)]
    pub(crate) format: DecodeFormat,
    /// Show where each field stands in the bytes, and every reading that they allow: in text, tree and json
    #[arg(long)]
    pub(crate) wire: bool,
    #[command(flatten)]
    pub(crate) width: WidthArgs,
    /// The side that sent the bytes, where the layouts of the two sides differ
    #[arg(long, value_name = "DIRECTION")]
    pub(crate) direction: Option<DirectionArg>,
    #[command(flatten)]
    pub(crate) protocol: ProtocolArgs,
    #[command(flatten)]
    pub(crate) style: StyleArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}
