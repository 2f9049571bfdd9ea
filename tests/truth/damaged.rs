//! Captures with damage anywhere, read with layouts that fit and that do not: never a panic, every byte is accounted
//! for, and every report can be written.

use crate::collected;
use crate::protocol;
use deframe::capture;
use deframe::pipeline::{self, Setup};
use deframe::record::Sink;
use deframe::report::{Csv, Json, Ndjson, Sd, StreamsTable, Table, TableOptions};
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::NamedTempFile;

/// Something that happens to a file.
#[derive(Clone, Debug)]
enum Damage {
    /// A byte is another one.
    Byte(Index, u8),
    /// A byte is off by one, as lengths and counts may be.
    OffByOne(Index, bool),
    /// Bytes are missing.
    Removed(Index, usize),
    /// Bytes are there that do not belong there.
    Inserted(Index, Vec<u8>),
    /// Bytes stand there once more.
    Repeated(Index, usize),
    /// The file ends early.
    Cut(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        8 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        4 => (any::<Index>(), any::<bool>()).prop_map(|(at, up)| Damage::OffByOne(at, up)),
        2 => (any::<Index>(), 1_usize..200).prop_map(|(at, len)| Damage::Removed(at, len)),
        2 => (any::<Index>(), vec(any::<u8>(), 1..100)).prop_map(|(at, bytes)| Damage::Inserted(at, bytes)),
        1 => (any::<Index>(), 1_usize..2000).prop_map(|(at, len)| Damage::Repeated(at, len)),
        1 => any::<Index>().prop_map(Damage::Cut),
    ]
}

impl Damage {
    fn apply(&self, file: &mut Vec<u8>) {
        let (Self::Byte(at, _)
        | Self::OffByOne(at, _)
        | Self::Removed(at, _)
        | Self::Inserted(at, _)
        | Self::Repeated(at, _)
        | Self::Cut(at)) = self;
        let at = at.index(file.len().max(1)).min(file.len());
        let end = |len: usize| (at + len).min(file.len());
        match self {
            Self::Byte(_, byte) => file.iter_mut().skip(at).take(1).for_each(|to| *to = *byte),
            Self::OffByOne(_, up) => {
                let off = if *up { 1 } else { 0xff };
                file.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(off));
            }
            Self::Removed(_, len) => drop(file.drain(at..end(*len))),
            Self::Inserted(_, bytes) => drop(file.splice(at..at, bytes.iter().copied())),
            Self::Repeated(_, len) => {
                let again = file[at..end(*len)].to_vec();
                drop(file.splice(at..at, again));
            }
            Self::Cut(_) => file.truncate(at),
        }
    }
}

const CAPTURES: [&str; 9] = [
    "samples/star_network.pcap",
    "samples/kv.pcap",
    "samples/telemetry.pcap",
    "samples/faults/star_network.pcapng",
    "samples/faults/star_network.pcap.gz",
    "samples/faults/all_faults.pcap",
    "samples/faults/midstream.pcap",
    "samples/faults/snaplen.pcap",
    "samples/faults/vlan.pcap",
];

/// How captures and compressed files start.
const STARTS: [&[u8]; 4] = [&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], &[0x0a, 0x0d, 0x0d, 0x0a], &[0x1f, 0x8b], &[]];

/// Layouts for any connection: without magic, with little, with everything.
fn setups() -> &'static [Setup] {
    static SETUPS: LazyLock<Vec<Setup>> = LazyLock::new(|| {
        let layouts = [
            "u32be",
            "varint",
            "riak",
            "grpc-message",
            "len:u16be{frame} payload crc32:u32le",
            "skip:client:5 skip:server:2 type:u8 len:u24le magic:be|ef payload trailer:2 max:300",
        ];
        layouts.into_iter().map(protocol::layout).collect()
    });
    &SETUPS
}

/// Reads `file` to the end with `setup`, and holds what it told against what must hold for every capture.
fn assert_sound(file: &[u8], setup: &Setup, kind: usize) {
    let mut kept = NamedTempFile::new().unwrap();
    kept.write_all(file).unwrap();
    let name = kept.path().display().to_string();
    // Damage in the file header makes it no capture, which is an answer too.
    if capture::open(std::slice::from_ref(&name)).is_err() {
        return;
    }
    let told = collected::run(kept.path(), setup);
    told.assert_sound("damaged");
    assert_written(&name, setup, kind, told.messages.len());
}

fn assert_written(name: &str, setup: &Setup, kind: usize, messages: usize) {
    let mut out = Vec::new();
    let options = TableOptions { width: 80, messages: true };
    let mut report: Box<dyn Sink + '_> = match kind % 6 {
        0 => Box::new(Ndjson::new(&mut out)),
        1 => Box::new(Json::new(&mut out)),
        2 => Box::new(Sd::new(&mut out, TimeZone::UTC, |_, _| None)),
        3 => Box::new(Csv::new(&mut out)),
        4 => Box::new(StreamsTable::new(&mut out, 80)),
        _ => Box::new(Table::new(&mut out, options)),
    };
    let mut captures = capture::open(&[name.to_owned()]).unwrap();
    pipeline::run(&mut captures, setup, &mut *report).unwrap();
    drop(report);
    let text = String::from_utf8(out).expect("reports are text");
    let array = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
    match kind % 6 {
        0 => {
            let records: Vec<serde_json::Value> = text.lines().map(array).collect();
            assert_eq!(records.iter().filter(|record| record["record"] == "message").count(), messages);
        }
        1 => assert_eq!(array(&text)["messages"].as_array().unwrap().len(), messages),
        2 => assert_eq!(array(&text).as_array().unwrap().len(), messages),
        3 => assert_eq!(csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).count(), messages),
        _ => assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "a terminal would obey {text:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told_and_every_byte_accounted_for(
        path in select(&CAPTURES[..]),
        damages in vec(damage(), 1..12),
        kind in any::<usize>(),
    ) {
        let mut file = std::fs::read(Path::new(path)).unwrap();
        damages.iter().for_each(|damage| damage.apply(&mut file));
        assert_sound(&file, protocol::built_in(), kind);
    }

    #[test]
    fn a_layout_that_does_not_fit_is_no_reason_to_lose_a_byte(
        path in select(&CAPTURES[..]),
        setup in select((0..setups().len()).collect::<Vec<_>>()),
        damages in vec(damage(), 0..6),
        kind in any::<usize>(),
    ) {
        let mut file = std::fs::read(Path::new(path)).unwrap();
        damages.iter().for_each(|damage| damage.apply(&mut file));
        assert_sound(&file, &setups()[setup], kind);
    }

    #[test]
    fn bytes_that_are_no_capture_at_all_are_refused_or_read(
        start in select(&STARTS[..]),
        bytes in vec(any::<u8>(), 0..400),
        kind in any::<usize>(),
    ) {
        assert_sound(&[start, &bytes].concat(), protocol::built_in(), kind);
    }
}
