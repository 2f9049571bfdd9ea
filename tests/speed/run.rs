//! Measures deframe beside a bare loop and beside other programs. See `docs/performance.md`.
//!
//! `cargo build --release && cargo xtask speed`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints")]

mod bare;
mod baseline;
mod counts;
mod live;
mod machine;
mod measure;
mod messages;
mod random;
#[path = "../../benches/stages/stage.rs"]
mod stage;
mod stages;
mod table;
mod traffic;

use clap::Subcommand;
use messages::Sizes;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use table::Bench;
use traffic::{Faults, Traffic};

/// Measures deframe beside a bare loop and beside other programs.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// The program to measure [default: the one that was built with this].
    #[arg(long, value_name = "FILE")]
    deframe: Option<PathBuf>,
    /// Where captures are put.
    #[arg(long, value_name = "FOLDER", default_value = "target/speed")]
    folder: PathBuf,
    /// Runs of each command, of which the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Size of the usual capture.
    #[arg(long, default_value_t = 100)]
    mb: u64,
}

#[derive(Subcommand)]
enum Action {
    /// Writes a capture, `-` for standard output, and says what is in it.
    Make {
        out: PathBuf,
        #[arg(long, default_value_t = 100)]
        mb: u64,
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// All frames of about so many bytes.
        #[arg(long)]
        frame: Option<usize>,
        /// Writes after which a connection ends.
        #[arg(long, default_value_t = 0)]
        writes: usize,
        /// 5 % reordered, 1 % twice, 0.1 % lost.
        #[arg(long)]
        damaged: bool,
        #[arg(long)]
        pcapng: bool,
    },
    /// The yardstick: reads a capture, and writes a line for each frame if asked for.
    Bare {
        capture: String,
        #[arg(long)]
        ndjson: bool,
    },
    /// Counts the instructions of the main runs with Valgrind, and compares them with `benches/instructions.txt`.
    Counts {
        /// Make them the baseline.
        #[arg(long)]
        update: bool,
    },
    /// Times each stage with `cargo bench`, and compares the times with `benches/baseline.toml`.
    Stages {
        /// Make them the baseline.
        #[arg(long)]
        update: bool,
    },
    /// Finds the rate on loopback that deframe and tcpdump capture without a drop. Needs root.
    Live {
        /// How long each step lasts.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Runs a command and prints its seconds, its seconds of processor time, and the MiB that it took.
    #[command(name = measure::ONCE, hide = true)]
    Once {
        #[arg(last = true)]
        command: Vec<String>,
    },
}

pub(crate) fn run(args: Args) -> io::Result<()> {
    match args.action {
        Some(Action::Make { out, mb, connections, frame, writes, damaged, pcapng }) => {
            let sizes = frame.map_or(Sizes::Mixed(200), Sizes::Fixed);
            let faults = if damaged { Faults { reordered: 50, duplicated: 10, lost: 1 } } else { Faults::default() };
            let traffic = Traffic { connections, sizes, writes, faults, pcapng, ..Traffic::usual(mb) };
            let sink: Box<dyn Write> =
                if out.as_os_str() == "-" { Box::new(io::stdout()) } else { Box::new(File::create(out)?) };
            let made = traffic::write(&traffic, BufWriter::with_capacity(1 << 20, sink))?;
            writeln!(io::stderr(), "{made:?}")
        }
        Some(Action::Bare { capture, ndjson }) => {
            let bare = bare::run(&capture, ndjson, io::stdout())?;
            writeln!(io::stderr(), "{} frames with {} fields", bare.frames, bare.fields)
        }
        Some(Action::Once { command }) => measure::once(&command),
        Some(Action::Counts { update }) => counts::counts(&built(args.deframe)?, &args.folder, update),
        Some(Action::Stages { update }) => stages::stages(&args.folder, update),
        Some(Action::Live { seconds }) => live::live(&built(args.deframe)?, &args.folder, seconds),
        None => {
            let deframe = built(args.deframe)?;
            let bench = Bench { deframe, folder: args.folder, runs: args.runs, megabytes: args.mb };
            bench.table(&mut io::stdout())
        }
    }
}

/// The program to measure.
fn built(given: Option<PathBuf>) -> io::Result<PathBuf> {
    let beside = || Ok::<_, io::Error>(std::env::current_exe()?.with_file_name("deframe"));
    let deframe = given.map_or_else(beside, Ok)?;
    deframe
        .canonicalize()
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}; cargo build --release", deframe.display())))
}
