//! Frames behind holes and in streams whose start is missing, for protocols whose payloads are no protobuf: traffic of
//! real programs with segments taken out, held against the frames of the whole capture; and bytes in which no frame
//! of the layout stands. The table of `docs/formats.md`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

#[allow(dead_code, reason = "shared with the tests of damage, which use the rest")]
mod faults;

use deframe::Analysis;
use deframe::frame::Layout;
use deframe::frame::layout::Recognition;
use deframe::payload::PayloadKind;
use deframe::profile::Profile;
use deframe::record::{CONTINUE, MessageRecord, Sink, SinkResult};
use deframe::units::{Both, Direction};
use faults::packet::{ACK, Flow, Packet, SYN};
use faults::pcap::{self, ETHERNET, Format, Record};
use faults::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Cursor;
use std::sync::Arc;

/// A frame by where it begins, and its bytes.
type Key = (Flow, u64, Vec<u8>);

/// A frame of a capture.
#[derive(Debug)]
struct Found {
    key: Key,
    last_packet: u64,
}

#[derive(Default)]
struct Frames(Vec<Found>);

impl Sink for Frames {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        let ports = (message.connection.client.port, message.connection.server.port);
        let flow = if message.direction == Direction::ClientToServer { ports } else { (ports.1, ports.0) };
        let key = (flow, message.first_packet, message.frame.to_vec());
        self.0.push(Found { key, last_packet: message.completed.packet });
        CONTINUE
    }
}

fn frames(records: &[Record], profile: Profile) -> Vec<Found> {
    let mut frames = Frames::default();
    let file = pcap::encode(records, Format::TCPDUMP);
    Analysis::new().reader("capture", Cursor::new(file)).profile(profile).run(&mut frames).unwrap();
    frames.0
}

/// A capture, and the layout and kind of its payloads as far as they are given.
struct Known {
    name: String,
    records: Vec<Record>,
    profile: Box<dyn Fn() -> Profile>,
}

fn known() -> Vec<Known> {
    let mut names: Vec<String> = std::fs::read_dir("tests/captures")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut all: Vec<Known> = Vec::new();
    for name in names.iter().filter_map(|name| name.strip_suffix(".pcap")) {
        let records = pcap::decode(&std::fs::read(format!("tests/captures/{name}.pcap")).unwrap()).unwrap();
        let path = format!("tests/captures/{name}.toml");
        all.push(Known { name: name.to_owned(), records, profile: Box::new(move || Profile::open(&path).unwrap()) });
    }
    for name in ["modbus-1", "modbus-8"] {
        let file = zstd::decode_all(File::open(format!("tests/pairing/{name}.pcap.zst")).unwrap()).unwrap();
        let profile = || {
            let mut profile = Profile::open("tests/captures/modbus.toml").unwrap();
            profile.ports = (1..u16::MAX).collect();
            profile
        };
        all.push(Known { name: name.to_owned(), records: pcap::decode(&file).unwrap(), profile: Box::new(profile) });
    }
    all
}

/// The flow of each packet with data, by its 1-based number.
fn data(records: &[Record]) -> BTreeMap<u64, Flow> {
    let packets =
        records.iter().zip(1..).filter_map(|(record, number)| Some((number, Packet::decode(ETHERNET, &record.data)?)));
    packets.filter(|(_, packet)| !packet.payload.is_empty()).map(|(number, packet)| (number, packet.flow)).collect()
}

/// What is taken out of a capture: the numbers of the packets that stay.
type Fault = fn(&[Record], u64) -> BTreeSet<u64>;

fn all_but(records: &[Record], gone: &BTreeSet<u64>) -> BTreeSet<u64> {
    (1..=records.len() as u64).filter(|number| !gone.contains(number)).collect()
}

fn lost(records: &[Record], seed: u64, percent: usize) -> BTreeSet<u64> {
    let mut random = Random::new(seed);
    let mut data: Vec<u64> = data(records).into_keys().collect();
    let count = (data.len() * percent / 100).max(1);
    let gone = (0..count).map(|_| data.swap_remove(random.below(data.len()))).collect();
    all_but(records, &gone)
}

/// The first packets of each connection are missing: a quarter of them for the first seed, then half, and so on.
fn midstream(records: &[Record], seed: u64) -> BTreeSet<u64> {
    let mut connections: BTreeMap<Flow, Vec<u64>> = BTreeMap::new();
    for (record, number) in records.iter().zip(1..) {
        let Some(packet) = Packet::decode(ETHERNET, &record.data) else { continue };
        let (a, b) = packet.flow;
        connections.entry((a.min(b), a.max(b))).or_default().push(number);
    }
    let gone = connections.values().flat_map(|numbers| &numbers[..numbers.len() * usize::try_from(seed).unwrap() / 6]);
    all_but(records, &gone.copied().collect())
}

const FAULTS: [(&str, Fault); 3] = [
    ("1 % lost", |records, seed| lost(records, seed, 1)),
    ("5 % lost", |records, seed| lost(records, seed, 5)),
    ("mid-stream", midstream),
];

#[derive(Clone, Copy, Default)]
struct Counts {
    whole: usize,
    found: usize,
    wrong: usize,
}

/// What is found of a damaged capture, held against the frames of the whole one.
fn measure(all: &[Record], profile: Profile, truth: &[Found], kept: &BTreeSet<u64>) -> Counts {
    let data = data(all);
    let mut whole: BTreeMap<&Key, usize> = BTreeMap::new();
    for found in truth {
        let carried = data.range(found.key.1..=found.last_packet).filter(|(_, flow)| **flow == found.key.0);
        if carried.into_iter().all(|(number, _)| kept.contains(number)) {
            *whole.entry(&found.key).or_default() += 1;
        }
    }
    let mut counts = Counts { whole: whole.values().sum(), ..Counts::default() };
    let numbers: Vec<u64> = kept.iter().copied().collect();
    let records: Vec<Record> = numbers.iter().map(|number| all[usize::try_from(number - 1).unwrap()].clone()).collect();
    for Found { key: (flow, first, bytes), .. } in frames(&records, profile) {
        let key = (flow, numbers[usize::try_from(first - 1).unwrap()], bytes);
        match whole.get_mut(&key) {
            Some(left) if *left > 0 => {
                *left -= 1;
                counts.found += 1;
            }
            _ => counts.wrong += 1,
        }
    }
    counts
}

#[test]
fn nearly_all_is_found_behind_holes_and_in_the_middle_of_streams_and_nothing_that_was_not_sent() {
    let mut table =
        format!("| capture | frames | {} |\n|---|---|---|---|---|\n", FAULTS.map(|(name, _)| name).join(" | "));
    let mut missed = Vec::new();
    for Known { name, records, profile } in known() {
        let truth = frames(&records, profile());
        let _ = write!(table, "| `{name}` | {} |", truth.len());
        for (of, fault) in FAULTS {
            let (mut whole, mut found) = (0, 0);
            for seed in 1..=5 {
                let counts = measure(&records, profile(), &truth, &fault(&records, seed));
                assert_eq!(counts.wrong, 0, "{name}, {of}, seed {seed}");
                whole += counts.whole;
                found += counts.found;
            }
            #[allow(clippy::cast_precision_loss, reason = "there are few")]
            let share = 100.0 * found as f64 / whole as f64;
            let _ = write!(table, " {share:.1} % |");
            if share < 85.0 {
                missed.push(format!("{name}, {of}: {share}"));
            }
        }
        table.push('\n');
    }
    println!("{table}");
    assert_eq!(missed, [""; 0]);
    let document = std::fs::read_to_string("docs/formats.md").unwrap();
    assert!(document.contains(&table), "docs/formats.md has another table");
}

/// The packets of a capture without those that begin a connection: the handshake and the first segment of each side.
fn headless(records: &[Record], _seed: u64) -> BTreeSet<u64> {
    let mut begun: BTreeSet<Flow> = BTreeSet::new();
    let mut kept = BTreeSet::new();
    for (record, number) in records.iter().zip(1..) {
        let Some(packet) = Packet::decode(ETHERNET, &record.data) else { continue };
        if packet.flags & SYN == 0 && (packet.payload.is_empty() || !begun.insert(packet.flow)) {
            kept.insert(number);
        }
    }
    kept
}

/// Segments of one connection to port 7000 whose start is missing.
fn stream(segments: &[Vec<u8>]) -> Vec<Record> {
    let mut seq = 77_u32;
    let packets = segments.iter().zip(0_u64..).map(|(segment, index)| {
        let mut packet = Packet::new((40_000, 7000), seq, 1, ACK);
        packet.payload.clone_from(segment);
        seq = seq.wrapping_add(u32::try_from(segment.len()).unwrap());
        packet.encode(1_754_596_432_000_000_000 + index * 1_000_000)
    });
    packets.collect()
}

/// Whether one segment in fifty of a direction is cut by the layout into frames from its start to its end.
fn lands(records: &[Record], port: u16, layouts: &Both<Arc<Layout>>) -> bool {
    let mut counts: Both<(usize, usize)> = Both::default();
    for packet in records.iter().filter_map(|record| Packet::decode(ETHERNET, &record.data)) {
        let to_server = packet.flow.1 == port;
        let direction = if to_server { Direction::ClientToServer } else { Direction::ServerToClient };
        let mut rest = &packet.payload[..];
        while let Recognition::Yes(header) = layouts.of(direction).recognise(rest) {
            let Some(later) = rest.get(header.frame_len..) else { break };
            rest = later;
        }
        let (landed, all) = counts.of_mut(direction);
        *landed += usize::from(rest.is_empty() && !packet.payload.is_empty());
        *all += usize::from(!packet.payload.is_empty());
    }
    counts.values().any(|(landed, all)| landed * 50 > *all)
}

/// Bytes of which no layout knows anything: noise, numbers among zeros, text, and the code of a program.
fn strange(len: usize) -> Vec<(&'static str, Vec<u8>)> {
    let mut random = Random::new(7);
    let noise = (0..len).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
    let numbers =
        (0..len).map(|_| if random.one_in(3) { u8::try_from(random.below(24)).unwrap() } else { 0 }).collect();
    let text = std::fs::read("docs/architecture.md").unwrap().into_iter().cycle().take(len).collect();
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let code = program[program.len() / 2..][..len].to_vec();
    vec![("noise", noise), ("numbers", numbers), ("text", text), ("code", code)]
}

#[test]
fn nothing_is_found_where_no_frame_of_the_layout_stands() {
    let known = known();
    let mut layouts: Vec<(&str, Both<Arc<Layout>>)> =
        known.iter().map(|known| (&*known.name, (known.profile)().layouts)).collect();
    layouts.truncate(18);
    let (mut runs, mut landing, mut told) = (0, 0, Vec::new());
    for (of, layouts) in &layouts {
        for payload in [None, Some(PayloadKind::Opaque)] {
            let profile = |port| {
                let mut profile = Profile::open("tests/captures/dns.toml").unwrap();
                (profile.layouts, profile.ports, profile.payload) = (layouts.clone(), vec![port], payload);
                profile
            };
            // What a wrong layout cuts from the start of a stream, or lands on again and again, it may find.
            for Known { name, records, profile: own } in &known[..18] {
                runs += 1;
                let port = own().ports[0];
                let all = frames(records, profile(port));
                let counts = measure(records, profile(port), &all, &headless(records, 0));
                if counts.found > 0 || lands(records, port, layouts) {
                    landing += 1;
                    continue;
                }
                if counts.wrong > 0 {
                    told.push(format!("{} in {name} as {of} {payload:?}", counts.wrong));
                }
            }
            for size in [1448, 40, 12] {
                for (name, bytes) in strange(size * if size > 1000 { 12 } else { 60 }) {
                    runs += 1;
                    let segments: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
                    let found = frames(&stream(&segments), profile(7000));
                    if !found.is_empty() {
                        told.push(format!("{} in {name}, segments of {size}, as {of} {payload:?}", found.len()));
                    }
                }
            }
        }
    }
    println!("{runs} runs, {landing} of layouts that land");
    // A field of protobuf is what this layout says: a number, a length, and so many bytes.
    told.retain(|told: &String| !told.ends_with("powerdns as mqtt None"));
    assert!(runs > 1000 && landing < 150, "{runs} runs, {landing} of layouts that land");
    assert_eq!(told, [""; 0]);
}

/// Frames of a 32-bit length and a payload from the start of a connection to port 7000, one in each segment.
fn begun(payloads: &[Vec<u8>]) -> Vec<Record> {
    let mut seq = 100_u32;
    let mut records = vec![Packet::new((39_999, 7000), seq - 1, 0, SYN).encode(1_754_596_431_000_000_000)];
    for (payload, index) in payloads.iter().zip(1_u64..) {
        let mut packet = Packet::new((39_999, 7000), seq, 1, ACK);
        packet.payload = [&u32::try_from(payload.len()).unwrap().to_be_bytes()[..], payload].concat();
        seq += u32::try_from(packet.payload.len()).unwrap();
        records.push(packet.encode(1_754_596_431_000_000_000 + index * 1_000_000));
    }
    records
}

/// Number of frames that are told from the bytes of a connection without its start, on a port where frames of a 32-bit
/// length and these payloads were found.
fn told_beside(payloads: &[Vec<u8>], bytes: &[u8]) -> usize {
    let mut profile = Profile::open("tests/captures/dns.toml").unwrap();
    let layouts = Layout::parse_sides("u32be").unwrap();
    profile.layouts = Both { to_server: Arc::new(layouts.to_server), to_client: Arc::new(layouts.to_client) };
    (profile.ports, profile.payload) = (vec![7000], None);
    let mut records = begun(payloads);
    let segments: Vec<Vec<u8>> = bytes.chunks(1448).map(<[u8]>::to_vec).collect();
    records.extend(stream(&segments));
    let all = frames(&records, profile);
    let (own, other): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| found.key.0.0 == 39_999);
    assert_eq!(own.len(), payloads.len());
    other.len()
}

#[test]
fn zeros_padding_and_numbers_are_no_frames_of_a_port_that_has_others() {
    let mut random = Random::new(3);
    let noise: Vec<Vec<u8>> = (0..60)
        .map(|_| (0..30 + random.below(300)).map(|_| u8::try_from(random.below(256)).unwrap()).collect())
        .collect();
    let text: Vec<Vec<u8>> = (0..60).map(|number| format!("status of {number}: up; ").repeat(3).into_bytes()).collect();
    let with_empty = noise.iter().enumerate().map(|(at, one)| if at % 4 == 1 { Vec::new() } else { one.clone() });
    let with_empty: Vec<Vec<u8>> = with_empty.collect();
    let mut padded = vec![0; 40_000];
    for at in (0..padded.len()).step_by(97) {
        padded[at] = u8::try_from(at % 251).unwrap();
    }
    // A length by chance, and zeros behind what it claims.
    let by_chance = [&[0, 0, 1, 0][..], &noise.concat()[..256], &[0; 40_000]].concat();
    let numbers: Vec<u8> =
        (0..10_000_u32).flat_map(|_| u32::try_from(random.below(2000)).unwrap().to_be_bytes()).collect();
    for (of, payloads) in [("noise", &noise), ("text", &text), ("noise, some empty", &with_empty)] {
        assert_eq!(told_beside(payloads, &[0; 60_000]), 0, "zeros beside {of}");
        assert_eq!(told_beside(payloads, &padded), 0, "padding beside {of}");
        assert_eq!(told_beside(payloads, &by_chance), 0, "a length and zeros beside {of}");
        assert_eq!(told_beside(payloads, &numbers), 0, "numbers beside {of}");
    }
}
