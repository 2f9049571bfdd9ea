//! Prints what deframe reports of damaged captures beside what is left in them. See `docs/loss.md`.
//!
//! `cargo xtask loss`, and with `--wireshark` what Wireshark reports of the same captures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod left;
mod measured;
mod peer;
mod rows;
mod table;
mod traffic;

use crate::faults;
use std::io::{self, Write};
use std::path::PathBuf;

/// What deframe reports of damaged captures, beside what is left in them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Make the conversation and its faults from this number.
    #[arg(long, default_value_t = table::SEED)]
    seed: u64,
    /// Show what Wireshark reports of the same captures; needs TShark.
    #[arg(long)]
    wireshark: bool,
    /// Write the captures to this folder instead.
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
}

pub(crate) fn run(args: Args) -> io::Result<()> {
    if let Some(folder) = args.write {
        std::fs::create_dir_all(&folder)?;
        for (row, records) in table::captures(args.seed) {
            let file = faults::pcap::encode(&records, faults::pcap::Format::TCPDUMP);
            std::fs::write(folder.join(format!("{}.pcap", row.name.replace([' ', ','], "_"))), file)?;
        }
        return Ok(());
    }
    let text = if args.wireshark { peer::table(args.seed)? } else { table::table(args.seed) };
    io::stdout().write_all(text.as_bytes())
}
