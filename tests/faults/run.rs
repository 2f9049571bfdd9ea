//! Damages captures on purpose, and makes captures from reports. See `samples/README.md`.
//!
//! `cargo xtask faults all samples/star_network.pcap samples/faults` and
//! `cargo xtask faults from-sd REPORT.json OUT.pcap --segment-sizes 3,50`.

use crate::faults::{pcap, report, variants};
use clap::Subcommand;
use std::io::{self, Write};
use std::path::PathBuf;

/// Captures with faults, made on purpose.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write every variant of a capture, and truth.json: what is left of its frames in each.
    All {
        /// Little-endian pcap file of Ethernet packets.
        capture: PathBuf,
        /// Folder to write to.
        folder: PathBuf,
    },
    /// Make a capture that carries the frames of an `sd` report.
    FromSd {
        /// JSON, as `deframe export -f sd` writes it.
        report: PathBuf,
        /// pcap file to write.
        capture: PathBuf,
        /// Bytes in each segment of a frame; the last size is repeated. Without it, each frame is one segment.
        #[arg(long, value_delimiter = ',', value_name = "N")]
        segment_sizes: Vec<usize>,
        /// Segments of 1 to 40 bytes, by this seed.
        #[arg(long, value_name = "SEED", conflicts_with = "segment_sizes")]
        random_segments: Option<u64>,
    },
}

pub(crate) fn run(args: Args) -> io::Result<()> {
    match args.command {
        Command::All { capture, folder } => {
            std::fs::create_dir_all(&folder)?;
            for (name, content) in variants::all(&capture)? {
                std::fs::write(folder.join(&name), &content)?;
                writeln!(io::stdout(), "{:>8} {name}", content.len())?;
            }
            Ok(())
        }
        Command::FromSd { report, capture, segment_sizes, random_segments } => {
            let sizes = random_segments.map_or(report::Sizes::Fixed(segment_sizes), report::Sizes::Random);
            let records = report::packets(&std::fs::read(report)?, &sizes)?;
            std::fs::write(capture, pcap::encode(&records, pcap::Format::TCPDUMP))
        }
    }
}
