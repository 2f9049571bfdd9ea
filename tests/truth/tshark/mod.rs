//! The bytes of every direction, against Wireshark's: equal wherever it has no hole, and every difference explained.
//!
//! TShark follows each stream with `-z follow,tcp,raw,N`, reassembling what came out of order. It writes what it has to
//! pass over as a text in the place of the bytes. Where TShark is not installed the tests say so and do nothing.

mod ours;
mod reason;
mod theirs;

use crate::faults::pcap::{self, Format, Record};
use crate::generated;
use ours::{Stream, deframe};
use reason::{Reason, reasons};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use theirs::tshark;

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
