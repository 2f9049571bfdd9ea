//! Counts the messages of captures by their type: `cargo run --example count_types samples/star_network.pcap`.

use deframe::Analysis;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::ops::ControlFlow;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    count(std::env::args().skip(1), &mut io::stdout())
}

pub(crate) fn count(captures: impl Iterator<Item = String>, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut counts = BTreeMap::<String, u64>::new();
    let summary = captures.fold(Analysis::new(), Analysis::capture).for_each_message(|message| {
        *counts.entry(message.type_name.unwrap_or("unknown").to_owned()).or_default() += 1;
        ControlFlow::Continue(())
    })?;
    for (name, count) in &counts {
        writeln!(out, "{count:>8}  {name}")?;
    }
    writeln!(out, "{:>8}  messages on {} connections", summary.messages, summary.connections)?;
    Ok(())
}
