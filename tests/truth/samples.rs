//! Every committed capture with a fault gives exactly what `truth.json` says is left of the clean one.

use crate::collected::{self, Collected};
use crate::expected::{self, Pairs, Stream, assert_told};
use crate::faults::pcap::ETHERNET;
use crate::faults::variants;
use crate::protocol::{self, SAMPLE, sample};
use deframe::record::FindingKind;
use deframe::units::GapReason;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
struct Truth {
    frames: Vec<Frame>,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Variant {
    file: String,
    packets: u64,
    directions: Vec<Direction>,
    incomplete_frames: Vec<Frame>,
}

#[derive(Deserialize)]
struct Direction {
    client_port: u16,
    direction: String,
    captured: u64,
    missing: Vec<(u64, u64)>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Frame {
    client_port: u16,
    direction: String,
    offset: u64,
    len: u64,
}

fn truth() -> Truth {
    serde_json::from_slice(&std::fs::read("samples/faults/truth.json").unwrap()).unwrap()
}

fn told(file: &str) -> Collected {
    collected::run(&Path::new("samples/faults").join(file), protocol::built_in())
}

#[test]
fn the_clean_capture_gives_every_frame_with_its_name_and_its_request() {
    let clean = sample();
    let told = collected::run(Path::new(SAMPLE), protocol::built_in());
    let streams = expected::streams(&clean, ETHERNET, &clean);
    assert_told("clean", &told, &streams, Pairs::All);
    assert_eq!(told.messages.len(), 44);
    assert_eq!(told.summary.findings, []);
}

#[test]
fn a_fault_costs_the_frames_that_it_hits_and_no_other() {
    let clean = sample();
    for made in variants::each("star_network", &clean).unwrap() {
        let streams = expected::streams(&clean, made.link, &made.records);
        let pairs = if made.file == "midstream.pcap" { Pairs::AfterPauses } else { Pairs::All };
        assert_told(&made.file, &told(&made.file), &streams, pairs);
    }
}

/// The streams here are computed anew; this holds them, and what was told, against the committed truth.
#[test]
fn what_is_told_agrees_with_the_committed_truth() {
    let (truth, clean) = (truth(), sample());
    let made = variants::each("star_network", &clean).unwrap();
    let files: BTreeSet<&str> = truth.variants.iter().map(|variant| variant.file.as_str()).collect();
    let committed = std::fs::read_dir("samples/faults").unwrap().map(|entry| entry.unwrap().file_name());
    let committed: BTreeSet<String> = committed.map(|name| name.into_string().unwrap()).collect();
    assert!(
        committed.iter().map(String::as_str).filter(|name| *name != "truth.json").eq(files),
        "every file is tested"
    );
    for (variant, made) in truth.variants.iter().zip(&made) {
        assert_eq!(variant.file, made.file);
        let streams = expected::streams(&clean, made.link, &made.records);
        let told = told(&variant.file);
        assert_eq!(told.summary.capture.packets, variant.packets, "{}", variant.file);
        for direction in &variant.directions {
            assert_direction(&variant.file, direction, &told, &streams);
        }
        let mut frames: Vec<Frame> = told.messages.iter().map(|message| frame(message, &streams)).collect();
        frames.sort();
        let is_complete = |frame: &&Frame| !variant.incomplete_frames.contains(frame);
        let mut complete: Vec<&Frame> = truth.frames.iter().filter(is_complete).collect();
        complete.sort();
        assert!(frames.iter().eq(complete), "{}: complete frames", variant.file);
    }
}

fn assert_direction(file: &str, direction: &Direction, told: &Collected, streams: &[Stream]) {
    let stream = stream_of(streams, direction.client_port, &direction.direction);
    let missing = |run: &(u64, u64)| run.0..run.0 + run.1;
    let captured = direction.missing.iter().flat_map(missing).all(|position| !stream.bytes.contains_key(&position));
    assert!(captured && stream.bytes.len() as u64 == direction.captured, "{file}: {}", direction.direction);
    let connection = told.connections.iter().find(|connection| connection.name.client.port == direction.client_port);
    let ledger = connection.unwrap().directions.of(stream.direction).ledger;
    assert_eq!(ledger.captured - ledger.duplicate, direction.captured, "{file}: {}", direction.direction);
}

fn stream_of<'s>(streams: &'s [Stream], client_port: u16, direction: &str) -> &'s Stream {
    let is_it = |stream: &&Stream| stream.client_port == client_port && stream.direction.as_str() == direction;
    streams.iter().find(is_it).unwrap()
}

fn frame(message: &collected::Message, streams: &[Stream]) -> Frame {
    let base = stream_of(streams, message.client_port, message.direction).base;
    Frame {
        client_port: message.client_port,
        direction: message.direction.to_owned(),
        offset: message.offset + base,
        len: message.frame.len() as u64,
    }
}

#[test]
fn a_retransmission_that_differs_is_a_finding_and_the_first_copy_counts() {
    let told = told("conflicting.pcap");
    let connections = told.connections.iter().flat_map(|connection| connection.directions.values());
    let conflicting: u64 = connections.map(|direction| direction.facts.conflicting).sum();
    let conflicts = told.findings.iter().filter(|finding| finding.kind == FindingKind::Conflict).count();
    assert_eq!(conflicting, conflicts as u64, "one byte differs in each");
    assert!(conflicts > 0);
}

#[test]
fn a_snapped_packet_is_a_gap_with_that_reason() {
    let told = told("snaplen.pcap");
    assert!(told.gaps.iter().all(|gap| gap.reason == GapReason::Snapped));
    assert!(told.summary.capture.snapped_packets > 0);
}

#[test]
fn a_file_that_ends_inside_a_packet_is_a_finding() {
    let told = told("cut.pcap");
    let kinds: Vec<FindingKind> = told.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::Capture]);
}

#[test]
fn a_vlan_is_told_with_the_connection() {
    let told = told("vlan.pcap");
    assert!(told.connections.iter().all(|connection| connection.vlans == [42]));
}
