//! The output is the same, byte for byte, with any number of threads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

#[path = "speed/messages.rs"]
mod messages;
#[path = "speed/random.rs"]
mod random;
#[path = "speed/traffic.rs"]
#[allow(dead_code, reason = "shared with the program that measures, which uses the rest")]
mod traffic;

use deframe::capture;
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::BUILT_IN;
use deframe::record::{CONTINUE, MessageRecord, Render, Rendered, Sink, SinkResult};
use messages::Sizes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use traffic::{Faults, Traffic};

/// Standard output and exit code.
fn deframe(arguments: &str, capture: &Path, threads: &str) -> (Vec<u8>, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(arguments.split(' ')).arg(capture).args(["--threads", threads]);
    let output = command.env_clear().output().unwrap();
    (output.stdout, output.status.code())
}

fn assert_same_with_any_number_of_threads(arguments: &str, capture: &Path) {
    let one = deframe(arguments, capture, "1");
    assert!(!one.0.is_empty(), "{arguments} {}", capture.display());
    for threads in ["2", "5", "100"] {
        assert!(deframe(arguments, capture, threads) == one, "{arguments} {} {threads}", capture.display());
    }
}

fn samples() -> Vec<PathBuf> {
    let files = std::fs::read_dir("samples").unwrap().map(|entry| entry.unwrap().path());
    let mut captures: Vec<_> = files.filter(|path| path.to_string_lossy().contains(".pcap")).collect();
    captures.sort();
    captures
}

#[test]
fn every_sample_gives_the_same_report() {
    let samples = samples();
    assert!(samples.len() >= 3, "{samples:?}");
    for sample in samples {
        for arguments in ["export -f ndjson", "export -f json", "export -f csv", "analyze --summary"] {
            assert_same_with_any_number_of_threads(arguments, &sample);
        }
    }
}

/// Connections that begin and end, with holes, duplicates and reordering, and frames that span segments.
fn damaged(folder: &Path, seed: u64, sizes: Sizes) -> PathBuf {
    let traffic = Traffic {
        seed,
        bytes: 700_000,
        connections: 40,
        sizes,
        writes: 30,
        faults: Faults { reordered: 200, duplicated: 50, lost: 20 },
        pcapng: seed.is_multiple_of(2),
    };
    let path = folder.join(format!("{seed}.pcap"));
    traffic::write(&traffic, std::fs::File::create(&path).unwrap()).unwrap();
    path
}

#[test]
fn traffic_with_every_fault_gives_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, sizes) in [(1, Sizes::Mixed(200)), (2, Sizes::Mixed(3000)), (3, Sizes::Fixed(20))] {
        let capture = damaged(folder.path(), seed, sizes);
        for arguments in [
            "export -f ndjson",
            "export -f json --no-schema",
            "export -f ndjson --limit 700",
            "export -f ndjson --label heartbeat --connection 3 --connection 8",
            "analyze --summary --strict",
            "analyze --summary --limit 10 --direction server",
        ] {
            assert_same_with_any_number_of_threads(arguments, &capture);
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_a_normal_end_with_threads_too() {
    let folder = tempfile::tempdir().unwrap();
    let capture = damaged(folder.path(), 4, Sizes::Mixed(200));
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", "ndjson", "--threads", "3"]).arg(&capture).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a report does that panics: where messages are rendered, on any thread, or where they are told, on the first.
#[derive(Clone, Copy)]
struct Broken {
    renders: bool,
}

impl Render for Broken {
    fn another(&self) -> Box<dyn Render> {
        Box::new(*self)
    }

    fn render(&mut self, message: &MessageRecord<'_>, _out: &mut Vec<u8>) {
        assert!(!self.renders || message.number < 9, "message 9 cannot be rendered");
    }
}

impl Sink for Broken {
    fn renderer(&self) -> Option<Box<dyn Render>> {
        Some(self.another())
    }

    fn rendered(&mut self, _rendered: &Rendered<'_>) -> SinkResult {
        assert!(self.renders, "the first message cannot be told");
        CONTINUE
    }
}

#[test]
fn a_panic_on_any_thread_ends_the_run_with_its_words_and_leaves_no_thread_behind() {
    for (threads, renders, words) in [
        (2, true, "message 9 cannot be rendered"),
        (7, true, "message 9 cannot be rendered"),
        (2, false, "the first message cannot be told"),
        (7, false, "the first message cannot be told"),
    ] {
        let (ended, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut captures = capture::open(&["samples/star_network.pcap".into()]).unwrap();
            let profile = Arc::new(BUILT_IN[0].profile().unwrap());
            let candidates = vec![Candidate { profile, trust: Trust::Tried }];
            let setup = Setup { candidates, threads, ..Setup::default() };
            // It returns when all threads of the run have ended.
            let run = || pipeline::run(&mut captures, &setup, &mut Broken { renders }).map(|summary| summary.messages);
            let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
            ended.send(panic.downcast_ref::<&str>().map(|words| (*words).to_owned())).unwrap();
        });
        let told = end.recv_timeout(Duration::from_secs(60)).expect("the run never ends");
        assert_eq!(told.as_deref(), Some(words), "{threads} threads");
    }
}
