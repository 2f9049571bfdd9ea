//! The same bytes give the same report: from a file, through a pipe, by the library, with any number of threads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

mod generated;

use deframe::Analysis;
use deframe::pipeline::{Candidate, Trust};
use deframe::profile::{BUILT_IN, Profile};
use deframe::report::Ndjson;
use generated::{Generated, LIST, TEXT};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

const THREADS: [usize; 3] = [1, 2, 7];

fn command(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", "ndjson"]).args(arguments).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The report of the program; the capture is `-` if `piped`.
fn reported(capture: &Path, threads: usize, protocol: &[&str], piped: bool) -> String {
    let (threads, path) = (threads.to_string(), capture.to_str().unwrap());
    let name = if piped { "-" } else { path };
    let mut child = command(&[protocol, &["--threads", &threads, name]].concat());
    let mut stdin = child.stdin.take().unwrap();
    let bytes = if piped { std::fs::read(capture).unwrap() } else { Vec::new() };
    let writer = std::thread::spawn(move || {
        // In pieces, as pipes give them.
        for piece in bytes.chunks(5000) {
            stdin.write_all(piece).unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{} {threads} {protocol:?}", capture.display());
    unnamed(&String::from_utf8(output.stdout).unwrap(), path)
}

/// The report of the library.
fn told(capture: &Path, threads: usize, analysis: Analysis) -> String {
    let mut out = Vec::new();
    analysis.capture(capture.to_str().unwrap()).threads(threads).run(&mut Ndjson::new(&mut out)).unwrap();
    unnamed(&String::from_utf8(out).unwrap(), capture.to_str().unwrap())
}

/// The report with the name that standard input has there.
fn unnamed(report: &str, path: &str) -> String {
    report.replace(path, "standard input")
}

fn assert_same(capture: &Path, protocol: &[&str], analysis: impl Fn() -> Analysis) {
    let first = reported(capture, 1, protocol, false);
    assert!(first.lines().count() > 2, "{}", capture.display());
    for threads in THREADS {
        let ways = [
            reported(capture, threads, protocol, false),
            reported(capture, threads, protocol, true),
            told(capture, threads, analysis()),
        ];
        for (way, report) in ["a file", "a pipe", "the library"].into_iter().zip(ways) {
            let place = format!("{}, {protocol:?}, from {way}, {threads} threads", capture.display());
            for (line, (report, first)) in report.lines().zip(first.lines()).enumerate() {
                assert_eq!(report, first, "{place}, line {}", line + 1);
            }
            assert_eq!(report.len(), first.len(), "{place}");
        }
    }
}

/// The built-in profiles, tried without their schemas.
fn without_schemas() -> Analysis {
    let without = |mut profile: Profile| {
        profile.forget_schema();
        Candidate { profile: Arc::new(profile), trust: Trust::Tried }
    };
    let profiles = BUILT_IN.iter().map(|known| without(known.profile().unwrap()));
    profiles.fold(Analysis::new(), Analysis::candidate)
}

fn samples() -> Vec<PathBuf> {
    let files = |folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut captures: Vec<_> = files("samples").chain(files("samples/faults")).collect();
    captures.retain(|path| path.to_string_lossy().contains(".pcap"));
    captures.sort();
    captures
}

#[test]
fn every_sample_gives_the_same_report_however_it_is_read() {
    let samples = samples();
    assert!(samples.len() >= 20, "{samples:?}");
    for sample in samples {
        assert_same(&sample, &[], Analysis::new);
        assert_same(&sample, &["--no-schema"], without_schemas);
    }
}

#[test]
fn two_hundred_generated_captures_give_the_same_report_however_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let check = |seed: u64| {
        let path = folder.path().join(format!("{seed}.pcap"));
        std::fs::write(&path, Generated::from_seed(seed).bytes()).unwrap();
        assert_same(&path, &["--frame", "len:u32be payload"], || Analysis::new().layout("len:u32be payload"));
    };
    std::thread::scope(|scope| {
        for first in 1..=4 {
            scope.spawn(move || (first..=200).step_by(4).for_each(check));
        }
    });
}

/// The field of each message, by its port.
fn first_fields(report: &str, port: u16) -> Vec<String> {
    let messages = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let on_port = |message: &serde_json::Value| {
        message["record"] == "message" && message["server"].as_str().unwrap().ends_with(&format!(":{port}"))
    };
    messages.filter(on_port).map(|message| message["fields"]["1"].to_string()).collect()
}

#[test]
fn the_first_message_of_a_port_has_the_types_of_later_ones_however_late_the_port_begins() {
    let mut capture = Generated::default();
    // More than any port is surveyed for.
    let long = [&[0x12, 0xff, 0x7f][..], &[b'x'; 16_383]].concat();
    for _ in 0..300 {
        capture.message(7000, &long);
    }
    capture.message(7001, TEXT);
    (0..20).for_each(|_| capture.message(7001, LIST));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.pcap");
    std::fs::write(&path, capture.bytes()).unwrap();
    for piped in [false, true] {
        let fields = first_fields(&reported(&path, 2, &["--frame", "u32be"], piped), 7001);
        assert_eq!(fields.len(), 21);
        assert_eq!(
            fields[0], r#"{"packed":[104,105,53],"hex":"686935"}"#,
            "the letters of `hi5` are numbers, as in all that follow"
        );
    }
}

#[test]
fn without_waiting_a_message_is_reported_while_the_pipe_is_open_and_by_what_came_before_it() {
    let mut capture = Generated::default();
    capture.message(7001, TEXT);
    let start = capture.bytes().to_vec();
    (0..20).for_each(|_| capture.message(7001, LIST));
    let rest = capture.bytes()[start.len()..].to_vec();
    let mut child = command(&["--frame", "u32be", "--no-wait", "-"]);
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (told, lines) = mpsc::channel();
    let reader =
        std::thread::spawn(move || BufReader::new(stdout).lines().for_each(|line| told.send(line.unwrap()).unwrap()));
    stdin.write_all(&start).unwrap();
    let next = || lines.recv_timeout(Duration::from_secs(60)).expect("the message is told before the pipe ends");
    let first = (0..2).map(|_| next()).find(|line| line.contains("\"record\":\"message\"")).unwrap();
    assert_eq!(first_fields(&first, 7001), ["\"hi5\""]);
    stdin.write_all(&rest).unwrap();
    drop(stdin);
    assert_eq!(lines.iter().filter(|line| line.contains("\"record\":\"message\"")).count(), 20);
    reader.join().unwrap();
    assert!(child.wait().unwrap().success());
}

/// What the program writes of one message while the pipe is open, up to and with `end`.
fn written_at_once(format: &str, capture: &[u8], end: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", format, "--frame", "u32be", "--no-wait", "-"]).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (told, pieces) = mpsc::channel();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(len @ 1..) = stdout.read(&mut piece) {
            let _ = told.send(piece[..len].to_vec());
        }
    });
    stdin.write_all(capture).unwrap();
    let mut written = Vec::new();
    while !String::from_utf8_lossy(&written).contains(end) {
        let more = pieces.recv_timeout(Duration::from_secs(60));
        written.extend(more.unwrap_or_else(|_| panic!("{format}: {}", String::from_utf8_lossy(&written))));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    String::from_utf8(written).unwrap()
}

#[test]
fn without_waiting_every_format_has_a_message_whole_while_the_pipe_is_open() {
    let mut capture = Generated::default();
    capture.message(7001, TEXT);
    for (format, end) in [
        ("ndjson", "\"fields\":{\"1\":\"hi5\"}}\n"),
        ("json", "\"fields\":{\"1\":\"hi5\"}}"),
        ("csv", "\"{\"\"1\"\":\"\"hi5\"\"}\"\n"),
        ("sd", "\"connection\": \"10.0.0.2:50000\"\n  }"),
    ] {
        assert!(written_at_once(format, capture.bytes(), end).contains("10.0.0.2:50000"), "{format}");
    }
}
