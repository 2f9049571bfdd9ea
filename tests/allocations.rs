//! In the steady state no frame costs an allocation.
//!
//! Two captures of the same traffic, one longer than the other: what the longer one allocates more, its
//! frames need. Both are longer than what is surveyed, and of few connections, so that what these teach by
//! themselves is learned by then.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

#[path = "speed/messages.rs"]
#[allow(dead_code, reason = "shared with the program that measures, which uses the rest")]
mod messages;
#[path = "speed/random.rs"]
mod random;
#[path = "speed/traffic.rs"]
mod traffic;

use deframe::capture;
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::BUILT_IN;
use deframe::record::Sink;
use deframe::report::Ndjson;
#[cfg(feature = "cli")]
use deframe::report::{Table, TableOptions};
use std::fs::File;
use std::io::{self, BufWriter};
use std::sync::Arc;
use traffic::Traffic;

/// Allocations of a run over so many megabytes, and its frames.
fn allocations(megabytes: u64, report: &dyn Fn() -> Box<dyn Sink>) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usual.pcap");
    let made = traffic::write(
        &Traffic { connections: 2, ..Traffic::usual(megabytes) },
        BufWriter::new(File::create(&path).unwrap()),
    )
    .unwrap();
    let candidate = |built_in: &deframe::profile::BuiltIn| Candidate {
        profile: Arc::new(built_in.profile().unwrap()),
        trust: Trust::Tried,
    };
    let setup = Setup { candidates: BUILT_IN.iter().map(candidate).collect(), ..Setup::default() };
    let open = || capture::open(&[path.display().to_string()]).unwrap();
    let (mut captures, mut sink) = (open(), report());
    let counted = allocation_counter::measure(|| {
        let summary = pipeline::run(&mut captures, &setup, &mut *sink).unwrap();
        assert_eq!(summary.messages, made.frames);
    });
    (counted.count_total, made.frames)
}

fn assert_no_allocation_a_frame(report: &dyn Fn() -> Box<dyn Sink>) {
    let (few, fewer_frames) = allocations(6, report);
    let (many, more_frames) = allocations(10, report);
    let (allocations, frames) = (many.saturating_sub(few), more_frames - fewer_frames);
    assert!(frames > 10_000, "{frames}");
    // Tables of what is new still grow here and there: kinds of payloads, distributions.
    assert!(allocations * 100 < frames, "{allocations} allocations more for {frames} frames more");
}

#[test]
fn ndjson_allocates_nothing_for_a_frame() {
    assert_no_allocation_a_frame(&|| Box::new(Ndjson::new(io::sink())));
}

#[cfg(feature = "cli")]
#[test]
fn a_summary_allocates_nothing_for_a_frame() {
    assert_no_allocation_a_frame(&|| Box::new(Table::new(io::sink(), TableOptions { width: 100, messages: false })));
}
