//! The bytes of every direction, against Wireshark's: equal wherever it has no hole, and every difference explained.
//!
//! TShark follows each stream with `-z follow,tcp,raw,N`, reassembling what came out of order. It writes what it has to
//! pass over as a text in the place of the bytes. Where TShark is not installed the tests say so and do nothing.

use crate::faults::pcap::{self, Format, Record};
use crate::generated;
use deframe::capture;
use deframe::packet::Decoder;
use deframe::stream::{Chunk, Connection, DirectionFacts, Gap, GapReason, StreamConfig, StreamSink, Streams};
use deframe::units::{Direction, Origin, StreamOffset};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One direction: its bytes, `None` where one is missing.
#[derive(Clone, Debug, Default)]
struct Stream {
    cells: Vec<Option<u8>>,
    facts: DirectionFacts,
    /// Some are missing because of the snap length.
    snapped: bool,
    /// For each cell the packet that carried its first copy, 0 where there is none.
    carriers: Vec<u64>,
    /// Raw numbers of what the direction sent, by packet; a SYN counts as a byte before the first one.
    sent: BTreeMap<u64, u32>,
    /// Raw numbers that the other side waited for, by packet.
    awaited: BTreeMap<u64, u32>,
}

impl Stream {
    /// The place in `cells` of a raw number. The streams here are much shorter than 2^31.
    fn place(&self, raw: u32) -> i64 {
        let first = self.carriers.first().and_then(|packet| self.sent.get(packet));
        let base = if self.facts.syn { self.sent.values().next() } else { first };
        i64::from(raw.wrapping_sub(base.copied().unwrap_or(raw)).cast_signed())
    }

    /// Whether TShark had to pass over the byte at `place`: a packet of the other side waited for what lies beyond it, and
    /// beyond it something had been captured, before the first copy of the byte was.
    fn was_given_up(&self, place: usize) -> bool {
        let Some(carrier) = self.carriers.get(place).copied() else { return false };
        self.awaited.range(..carrier).any(|(packet, raw)| {
            let awaited = usize::try_from(self.place(*raw)).unwrap_or(0).min(self.carriers.len());
            let beyond = self.carriers.get(place + 1..awaited).unwrap_or_default();
            beyond.iter().any(|carrier| (1..*packet).contains(carrier))
        })
    }

    /// Whether TShark starts at `place`: there begins the first packet of the direction, or there the other side waited
    /// when its first packet came.
    fn may_start(&self, place: i64) -> bool {
        let mut firsts = self.sent.values().next().into_iter().chain(self.awaited.values().next());
        firsts.any(|raw| self.place(*raw) == place)
    }
}

/// By the ports of sender and receiver.
type Directions = BTreeMap<(u16, u16), Stream>;

#[derive(Default)]
struct Told {
    directions: Directions,
    connections: usize,
}

impl Told {
    fn stream(&mut self, connection: &Connection, direction: Direction) -> &mut Stream {
        let (client, server) = (connection.client.port, connection.server.port);
        let ports = if direction == Direction::ClientToServer { (client, server) } else { (server, client) };
        self.directions.entry(ports).or_default()
    }
}

impl StreamSink for Told {
    fn chunk(&mut self, connection: &Connection, direction: Direction, chunk: Chunk<'_>) {
        let stream = self.stream(connection, direction);
        stream.cells.extend(chunk.bytes.iter().copied().map(Some));
        stream.carriers.resize(stream.cells.len(), chunk.packet);
    }

    fn gap(&mut self, connection: &Connection, direction: Direction, gap: Gap) {
        let stream = self.stream(connection, direction);
        stream.cells.extend((0..gap.len).map(|_| None));
        stream.carriers.resize(stream.cells.len(), 0);
        stream.snapped |= gap.reason == GapReason::Snapped;
    }

    fn conflict(&mut self, _: &Connection, _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, connection: &Connection) {
        self.connections += 1;
        for direction in Direction::BOTH {
            let facts = connection.directions[direction.index()];
            self.stream(connection, direction).facts = facts;
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late);
        }
    }
}

/// What deframe's stages up to the streams tell of a file.
fn deframe(path: &Path) -> Told {
    let mut captures = capture::open(&[path.display().to_string()]).unwrap();
    let (mut decoder, mut told) = (Decoder::new(), Told::default());
    let mut streams = Streams::new(StreamConfig { server_ports: vec![8001], ..StreamConfig::default() });
    while let Some(packet) = captures.next_packet() {
        if let Some(segment) = decoder.decode(&packet) {
            let (source, destination) = (segment.source.port, segment.destination.port);
            let number = segment.origin.packet;
            let first = segment.seq.wrapping_add(u32::from(segment.flags.syn));
            told.directions.entry((source, destination)).or_default().sent.insert(number, first);
            if segment.flags.ack {
                told.directions.entry((destination, source)).or_default().awaited.insert(number, segment.ack);
            }
            streams.push(&segment, &mut told);
        }
    }
    streams.finish(&mut told);
    told
}

/// What TShark tells of the first `connections` streams of a file.
fn tshark(path: &Path, connections: usize) -> Directions {
    let mut command = Command::new("tshark");
    command.args(["-n", "-q", "-o", "tcp.reassemble_out_of_order:TRUE", "-r"]).arg(path);
    for index in 0..connections {
        command.args(["-z", &format!("follow,tcp,raw,{index}")]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut directions = Directions::new();
    let mut nodes = [0, 0];
    for line in text.lines() {
        if let Some(node) = line.strip_prefix("Node ") {
            let index: usize = node[..1].parse().unwrap();
            nodes[index] = node.rsplit(':').next().unwrap().parse().unwrap();
        } else if let Some(bytes) = hex::decode(line.trim()).ok().filter(|bytes| !bytes.is_empty()) {
            let [first, second] = nodes;
            let ports = if line.starts_with('\t') { (second, first) } else { (first, second) };
            let cells = &mut directions.entry(ports).or_default().cells;
            match missing(&bytes) {
                Some(len) => cells.extend((0..len).map(|_| None)),
                None => cells.extend(bytes.into_iter().map(Some)),
            }
        }
    }
    directions
}

/// `[12 bytes missing in capture file]` and a zero stand for a hole of twelve.
fn missing(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix('[')?.strip_suffix(" bytes missing in capture file]\0")?.parse().ok()
}

/// Why TShark tells something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// Nothing differs.
    Equal,
    /// It passes over bytes as soon as something beyond them is acknowledged and captured, though they come later; deframe
    /// waits a while. Shown for each byte that it passes over: [`Stream::was_given_up`].
    GaveUpEarly,
    /// It takes the first number sent or acknowledged for the first of a stream whose SYN was not captured, though
    /// earlier ones come later. Shown for the place: [`Stream::may_start`].
    StartsElsewhere,
    /// It joins what stands before and after bytes that the snap length cut off.
    JoinsSnapped,
    /// It tells of no byte that was acknowledged or ended by a FIN, but not captured, behind the last one.
    NoLastHole,
    /// A byte differs, or is there that deframe says is missing.
    Unexplained,
}

/// In which ways `theirs` is not `ours`.
fn reasons(ours: &Stream, theirs: &Stream) -> Vec<Reason> {
    let without_holes = ours.cells.iter().filter(|cell| cell.is_some());
    if ours.snapped && without_holes.eq(&theirs.cells) {
        return vec![Reason::JoinsSnapped];
    }
    let len = ours.cells.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let (ours_len, theirs_len) = (i64::try_from(len).unwrap(), i64::try_from(theirs.cells.len()).unwrap());
    let at = |cells: &[Option<u8>], at: i64| usize::try_from(at).ok().and_then(|at| cells.get(at).copied()).flatten();
    // Where their first byte is in ours.
    let fits = |shift: &i64| {
        let mut same = theirs.cells.iter().zip(*shift..);
        same.all(|(byte, place)| byte.is_none() || *byte == at(&ours.cells, place))
    };
    let shifts = if ours.facts.syn { 0..1 } else { -100..ours_len.min(200) + 1 };
    let Some(shift) = [0].into_iter().chain(shifts).find(fits) else { return vec![Reason::Unexplained] };
    let mut reasons = Vec::new();
    let inside = shift.max(0)..(shift + theirs_len).min(ours_len);
    let is_passed = |place: &i64| at(&ours.cells, *place).is_some() && at(&theirs.cells, place - shift).is_none();
    let passed: Vec<usize> = inside.filter(is_passed).map(|place| usize::try_from(place).unwrap()).collect();
    if !passed.is_empty() {
        let is_explained = passed.into_iter().all(|place| ours.was_given_up(place));
        reasons.push(if is_explained { Reason::GaveUpEarly } else { Reason::Unexplained });
    }
    if shift != 0 {
        reasons.push(if ours.may_start(shift) { Reason::StartsElsewhere } else { Reason::Unexplained });
    }
    let end = shift + theirs_len;
    if end < ours_len {
        reasons.push(Reason::Unexplained);
    }
    if len < ours.cells.len() && end == ours_len {
        reasons.push(Reason::NoLastHole);
    }
    if reasons.is_empty() { vec![Reason::Equal] } else { reasons }
}

fn is_installed() -> bool {
    let found = Command::new("tshark").arg("--version").output().is_ok();
    if !found {
        let why = b"skipped: tshark is not installed, so there is nothing to compare with\n";
        std::io::stderr().write_all(why).unwrap();
    }
    found
}

/// Lengths of the runs of bytes and, negative, of holes.
fn describe(stream: &Stream) -> String {
    let runs = stream.cells.chunk_by(|a, b| a.is_some() == b.is_some());
    let run = |run: &[Option<u8>]| format!("{}{}", if run[0].is_some() { "" } else { "-" }, run.len());
    runs.map(run).collect::<Vec<_>>().join(" ")
}

/// Directions by the ways in which they differ, and those that nothing explains in words.
#[derive(Debug, Default)]
struct Counts {
    by_reason: BTreeMap<Reason, usize>,
    unexplained: Vec<String>,
}

/// Compares the directions of a file, and counts them by the ways in which they differ.
fn compare(name: &str, path: &Path, counts: &mut Counts) {
    let ours = deframe(path);
    let theirs = tshark(path, ours.connections);
    let none = Stream::default();
    let ports: BTreeSet<_> = ours.directions.keys().chain(theirs.keys()).collect();
    for ports in ports {
        let ours = ours.directions.get(ports).unwrap_or(&none);
        let theirs = theirs.get(ports).unwrap_or(&none);
        for reason in reasons(ours, theirs) {
            *counts.by_reason.entry(reason).or_default() += 1;
            if reason == Reason::Unexplained {
                let (ours, theirs) = (describe(ours), describe(theirs));
                counts.unexplained.push(format!("{name} {ports:?}:\n  ours   {ours}\n  theirs {theirs}"));
            }
        }
    }
}

#[test]
fn a_byte_was_given_up_only_if_the_other_side_waited_beyond_it_and_beyond_what_was_there_before_it_came() {
    // `abc` came in packet 5, `def` in packet 2, after a SYN in packet 1.
    let stream = |awaited: &[(u64, u32)]| Stream {
        cells: b"abcdef".map(Some).to_vec(),
        carriers: vec![5, 5, 5, 2, 2, 2],
        facts: DirectionFacts { syn: true, ..DirectionFacts::default() },
        sent: BTreeMap::from([(1, 100), (2, 103), (5, 100)]),
        awaited: awaited.iter().copied().collect(),
        ..Stream::default()
    };
    assert!(stream(&[(3, 106)]).was_given_up(0));
    assert!(stream(&[(4, 104)]).was_given_up(2));
    assert!(!stream(&[(3, 103)]).was_given_up(2), "nothing is known beyond what it waits for");
    assert!(!stream(&[(2, 106)]).was_given_up(0), "nothing was captured beyond it yet");
    assert!(!stream(&[(6, 106)]).was_given_up(0), "it had come");
    assert!(!stream(&[(3, 106)]).was_given_up(5), "it came first");
    assert!(stream(&[]).may_start(0) && !stream(&[]).may_start(3) && stream(&[(1, 103)]).may_start(3));
}

fn samples() -> Vec<PathBuf> {
    let folders = ["samples", "samples/faults"].map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut captures: Vec<PathBuf> = paths.filter(|path| path.to_str().unwrap().contains(".pcap")).collect();
    captures.sort();
    captures
}

#[test]
fn the_streams_of_every_sample_are_those_that_wireshark_follows() {
    if !is_installed() {
        return;
    }
    let mut counts = Counts::default();
    for path in samples() {
        compare(&path.display().to_string(), &path, &mut counts);
    }
    println!("directions of samples: {:?}", counts.by_reason);
    assert!(counts.by_reason[&Reason::Equal] > 100, "{counts:?}");
    assert!(counts.unexplained.is_empty(), "{}", counts.unexplained.join("\n"));
}

/// Packets with the ports of the clients counted from `first` on, and `seconds` later.
fn moved(records: &[Record], first: u16, seconds: u64) -> Vec<Record> {
    let mut clients: Vec<u16> = Vec::new();
    let mut record = |record: &Record| {
        let mut record = record.clone();
        record.time_ns += seconds * 1_000_000_000;
        // Ethernet and IPv4 without options come before.
        for at in [34, 36] {
            let port: [u8; 2] = record.data[at..at + 2].try_into().unwrap();
            let port = u16::from_be_bytes(port);
            if port != 8001 {
                let index = clients.iter().position(|client| *client == port).unwrap_or_else(|| {
                    clients.push(port);
                    clients.len() - 1
                });
                let port = first + u16::try_from(index).unwrap();
                record.data[at..at + 2].copy_from_slice(&port.to_be_bytes());
            }
        }
        record
    };
    records.iter().map(&mut record).collect()
}

/// Captures in one file, so that TShark has to be started once.
const BATCH: u64 = 30;

#[test]
fn the_streams_of_captures_with_random_faults_are_those_that_wireshark_follows() {
    if !is_installed() {
        return;
    }
    let clean = pcap::decode(&std::fs::read("samples/star_network.pcap").unwrap()).unwrap();
    let mut counts = Counts::default();
    for batch in 0..8 {
        let seeds = batch * BATCH..(batch + 1) * BATCH;
        let captures = (1_u16..).zip(seeds.clone()).map(|(place, seed)| {
            let records = generated::damaged(&clean, seed).records;
            moved(&records, 10_000 + 10 * place, 100 * u64::from(place))
        });
        let records: Vec<Record> = captures.flatten().collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&pcap::encode(&records, Format::TCPDUMP)).unwrap();
        compare(&format!("seeds {seeds:?}"), file.path(), &mut counts);
    }
    println!("directions of captures with random faults: {:?}", counts.by_reason);
    assert!(counts.by_reason[&Reason::Equal] > 800, "{counts:?}");
    assert!(counts.unexplained.is_empty(), "{}", counts.unexplained.join("\n"));
}
