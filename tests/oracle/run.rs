//! Prints how many values of generated messages are read as what they are. See `docs/schemaless.md`.
//!
//! `cargo xtask schemaless`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "shared with the test, which uses the rest")]
mod corpus;
mod kinds;
#[allow(dead_code, reason = "shared with the test, which uses the rest")]
mod python;
mod table;
mod wrong;

use corpus::Corpus;
use std::io::{self, Write};

/// How many values of generated messages are read as what they are.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Make the messages from this number.
    #[arg(long, default_value_t = table::SEED)]
    seed: u64,
    /// Messages of each type.
    #[arg(long, default_value_t = 20)]
    messages: u32,
    /// Take the types of this Python package in place of the public ones; may be repeated.
    #[arg(long, value_name = "NAME")]
    package: Vec<String>,
    /// List the values that are read as something else.
    #[arg(long)]
    wrong: bool,
}

pub(crate) fn run(args: Args) -> io::Result<()> {
    let mut arguments = vec!["--seed".to_owned(), args.seed.to_string()];
    arguments.extend(["--messages".to_owned(), args.messages.to_string()]);
    arguments.extend(args.package.into_iter().flat_map(|name| ["--package".to_owned(), name]));
    let corpus = Corpus::generate(&arguments).map_err(io::Error::other)?;
    let text = if args.wrong { wrong::list(&corpus) } else { table::table(&corpus) };
    io::stdout().write_all(text.as_bytes())
}
