//! Memory stays within its caps, whatever comes: what is resident at most, measured in a process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use deframe::capture;
use deframe::limits::{self, Caps};
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::{ProfileFile, Source};
use deframe::report::Ndjson;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// What the process beside the tests is to do, in its environment: a scenario, and the captures.
const SCENARIO: &str = "DEFRAME_MEMORY_SCENARIO";
const CAPTURES: &str = "DEFRAME_MEMORY_CAPTURES";

/// What a run may take beside its caps: the program's own pages, stacks of threads, blocks of input and output.
const BESIDE: usize = 16 << 20;

/// A capture of raw IP that is being written.
struct Capture<W> {
    out: W,
    packets: u32,
}

impl<W: Write> Capture<W> {
    fn new(mut out: W) -> Self {
        for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 1 << 18, 101_u32] {
            out.write_all(&word.to_le_bytes()).unwrap();
        }
        Self { out, packets: 0 }
    }

    /// A segment from the client on `port`, a microsecond after the last one.
    fn send(&mut self, port: u16, seq: u32, flags: u8, payload: &[u8]) {
        let len = 40 + u32::try_from(payload.len()).unwrap();
        for word in [1_700_000_000 + self.packets / 1_000_000, self.packets % 1_000_000, len, len] {
            self.out.write_all(&word.to_le_bytes()).unwrap();
        }
        self.packets += 1;
        let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
        let ip = [0x45, 0, high, low, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        self.out.write_all(&ip).unwrap();
        let [ports, seq] = [u32::from(port) << 16 | 9000, seq].map(u32::to_be_bytes);
        self.out.write_all(&[ports, seq, [0; 4], [0x50, flags, 4, 0], [0; 4]].concat()).unwrap();
        self.out.write_all(payload).unwrap();
    }

    /// A connection on each of the ports, on which the client sends `bytes`, and the end of the file.
    fn send_to_each(&mut self, ports: Range<u16>, bytes: &[u8]) {
        for port in ports {
            self.send(port, 0, 2, b"");
            let mut seq = 1;
            for part in bytes.chunks(60_000) {
                self.send(port, seq, 16, part);
                seq += 60_000;
            }
        }
        self.out.flush().unwrap();
    }
}

fn file(path: &Path) -> Capture<BufWriter<File>> {
    Capture::new(BufWriter::new(File::create(path).unwrap()))
}

/// Bytes that were resident at most so far.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// Bytes that were resident at most while the captures were read as a scenario says.
fn resident(scenario: &str, captures: &[String]) -> usize {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "in_a_process_of_its_own", "--ignored", "--nocapture"]);
    let output = command.env(SCENARIO, scenario).env(CAPTURES, captures.join("\n")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let bytes = said.lines().find_map(|line| line.split_once("resident: ")).map(|(_, bytes)| bytes.to_owned());
    bytes.unwrap_or_else(|| panic!("{said}")).trim().parse().unwrap()
}

/// Memory for the kinds of traffic of these tests.
fn caps() -> Caps {
    let mib = |mib: usize| mib << 20;
    Caps { pending_bytes: mib(32), held_bytes: mib(4), order_bytes: mib(4), ..Caps::default() }
}

#[test]
#[ignore = "what the other tests measure"]
fn in_a_process_of_its_own() {
    let captures: Vec<String> = std::env::var(CAPTURES).unwrap().lines().map(str::to_owned).collect();
    let file = ProfileFile::parse("name = \"test\"\nframe = \"len:u32be payload\"\n", "test").unwrap();
    let profile = Arc::new(file.resolve(Source::CommandLine, None).unwrap());
    let setup = match std::env::var(SCENARIO).unwrap().as_str() {
        "holes" => {
            Setup { candidates: vec![Candidate { profile, trust: Trust::Tried }], caps: caps(), ..Setup::default() }
        }
        "frames on 32 threads" => {
            Setup { candidates: vec![Candidate { profile, trust: Trust::Given }], threads: 32, ..Setup::default() }
        }
        _ => Setup::default(),
    };
    let mut sink = Ndjson::new(io::sink()).in_blocks();
    pipeline::run(&mut capture::open(&captures).unwrap(), &setup, &mut sink).unwrap();
    println!("resident: {}", peak());
}

/// Asserts that what was resident is at most a fifth more than `caps` bytes, apart from what every run takes.
#[track_caller]
fn assert_within(resident: usize, caps: usize) {
    let [resident_mib, caps_mib] = [resident, caps].map(|bytes| bytes >> 20);
    assert!(resident <= caps * 6 / 5 + BESIDE, "{resident_mib} MiB where caps are {caps_mib} MiB");
}

#[test]
fn segments_of_one_byte_with_holes_between_take_no_more_than_the_caps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holes.pcap");
    let mut capture = file(&path);
    let ports = 1024..1124;
    ports.clone().for_each(|port| capture.send(port, 0, 2, b""));
    for index in 0..3000 {
        ports.clone().for_each(|port| capture.send(port, 2 + 2 * index, 16, b"x"));
    }
    capture.out.flush().unwrap();
    let caps = caps();
    let resident = resident("holes", &[path.display().to_string()]);
    assert_within(resident, caps.pending_bytes + caps.held_bytes + caps.order_bytes);
}

#[test]
fn long_frames_take_no_more_memory_with_more_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frames.pcap");
    let mut capture = file(&path);
    let len: u32 = 12_000_000;
    let frame = [&len.to_be_bytes()[..], &vec![0xfe; len as usize]].concat();
    capture.send_to_each(1024..1064, &frame);
    let resident = resident("frames on 32 threads", &[path.display().to_string()]);
    // One frame is put together, one is read by the first thread, and those that are under way.
    let longest = usize::try_from(limits::FRAME_LEN).unwrap();
    assert_within(resident, limits::HELD_FOR_SURVEY_BYTES + 5 * (limits::ROUND_BYTES + longest));
}

#[test]
fn long_texts_take_no_more_memory_with_more_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts.pcap");
    let mut capture = file(&path);
    // A field of control characters, each of which JSON writes as six.
    let len: u32 = 4 << 20;
    let text = [&[0x0a, 0x80, 0x80, 0x80, 0x02][..], &vec![0; len as usize]].concat();
    let frame = [&(len + 5).to_be_bytes()[..], &text].concat();
    capture.send_to_each(1024..1088, &frame);
    let resident = resident("frames on 32 threads", &[path.display().to_string()]);
    // The frames, the text that is printed of them, and that which is under way.
    let one = usize::try_from(len).unwrap();
    assert_within(resident, limits::HELD_FOR_SURVEY_BYTES + 13 * (limits::ROUND_BYTES + one));
}

#[test]
fn zstd_captures_that_follow_each_other_take_no_more_memory_than_those_open_at_once_may() {
    let folder = tempfile::tempdir().unwrap();
    let names = (0..12_u32).map(|number| {
        let path = folder.path().join(format!("{number}.pcap.zst"));
        let mut encoder = zstd::Encoder::new(File::create(&path).unwrap(), 1).unwrap();
        encoder.window_log(27).unwrap();
        let mut capture = Capture::new(encoder);
        capture.packets = number * 1000;
        (0..600).for_each(|_| capture.send(9, 1, 16, &[7; 60_000]));
        capture.out.finish().unwrap();
        path.display().to_string()
    });
    let resident = resident("captures", &names.collect::<Vec<_>>());
    assert_within(resident, limits::ZSTD_WINDOW_BYTES / 2);
}
