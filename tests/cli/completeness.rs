//! How much of a connection was seen, compared with Wireshark where that is installed.

use super::captures::{ACK, FIN, From, RST, SYN, pcap, segments};
use super::run::{Folder, deframe};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// The number of each connection, from 0 on, with its completeness.
type Measures = BTreeMap<u64, u64>;

fn ours(path: &str) -> Measures {
    let text = deframe(["export", path, "-f", "ndjson"]).stdout;
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let connections = records.filter(|record| record["record"] == "connection");
    connections
        .map(|record| (record["connection"].as_u64().unwrap() - 1, record["completeness"].as_u64().unwrap()))
        .collect()
}

/// What Wireshark says after it has read everything (`-2`), or none if it is not there.
fn theirs(path: &str) -> Option<Measures> {
    let mut command = Command::new("tshark");
    command.args(["-2", "-r", path, "-T", "fields", "-e", "tcp.stream", "-e", "tcp.completeness"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter_map(|line| line.split_once('\t')).filter_map(numbers).collect())
}

fn numbers((stream, completeness): (&str, &str)) -> Option<(u64, u64)> {
    Some((stream.parse().ok()?, completeness.parse().ok()?))
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says why")]
fn has_tshark() -> bool {
    let found = Command::new("tshark").arg("--version").output().is_ok();
    if !found {
        println!("skipped: tshark is not installed, so there is nothing to compare with");
    }
    found
}

#[test]
fn the_samples_are_as_complete_as_wireshark_says() {
    if !has_tshark() {
        return;
    }
    for folder in ["samples", "samples/faults"] {
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for path in paths.filter(|path| path.to_string_lossy().contains(".pcap")) {
            let path = path.to_str().unwrap();
            assert_eq!(Some(ours(path)), theirs(path), "{path}");
        }
    }
}

#[test]
fn whatever_part_of_a_connection_is_there_is_measured_as_by_wireshark() {
    if !has_tshark() {
        return;
    }
    let life: [(From, u8, &[u8]); 10] = [
        (From::Client, SYN, b""),
        (From::Server, SYN | ACK, b""),
        (From::Client, ACK, b""),
        (From::Client, ACK, b"data"),
        (From::Server, ACK, b""),
        (From::Server, ACK | FIN, b"last"),
        (From::Client, FIN | ACK, b""),
        (From::Client, ACK, b""),
        (From::Client, RST, b""),
        (From::Server, RST | ACK, b""),
    ];
    // Every subset of the ten, one connection each, but for those of one packet: Wireshark shows a packet's connection
    // as it was before that packet.
    let packets: Vec<Vec<u8>> = (1_u32..1 << life.len())
        .filter(|subset| subset.count_ones() > 1)
        .flat_map(|subset| {
            let kept: Vec<_> = (0..life.len()).filter(|at| subset >> at & 1 == 1).map(|at| life[at]).collect();
            segments(&format!("10.0.0.1:{}", 10_000 + subset), "10.0.0.2:8001", &kept)
        })
        .collect();
    let folder = Folder::new();
    let path = folder.file("subsets.pcap", pcap(&packets));
    let (ours, theirs) = (ours(&path), theirs(&path).unwrap());
    assert_eq!((ours.len(), theirs.len()), (1013, 1013));
    let pairs = ours.iter().zip(&theirs);
    let different: Vec<_> = pairs.filter(|(ours, theirs)| ours != theirs).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn the_table_of_streams_says_it_in_words() {
    let folder = Folder::new();
    let lives: [&[(From, u8, &[u8])]; 3] = [
        &[(From::Client, SYN, b"")],
        &[(From::Client, SYN, b""), (From::Server, SYN | ACK, b""), (From::Client, ACK, b""), (From::Server, RST, b"")],
        &[(From::Client, ACK, b"one"), (From::Client, ACK, b"two")],
    ];
    let packets = lives
        .iter()
        .enumerate()
        .flat_map(|(index, life)| segments(&format!("10.0.0.1:{}", 4000 + index), "10.0.0.2:8001", life));
    let path = folder.file("x.pcap", pcap(&packets.collect::<Vec<_>>()));
    let report = deframe(["streams", &path, "--width", "120"]).quiet();
    for words in ["1 only SYN", "39 complete without data", "8 incomplete"] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let whole = deframe(["streams", "samples/kv.pcap"]).quiet();
    assert!(whole.contains("31 complete with data"), "{whole}");
}
