//! Layouts on traffic of real programs (`tests/captures/`, `samples/`): how well they fit is scored, and told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "shared with the tests of damage, which use the rest")]
mod faults;

use deframe::Analysis;
use deframe::frame::fit::{Sample, score};
use deframe::frame::{Frame, FrameSink, Layout, Skipped, split};
use deframe::pipeline::{Filter, Learn};
use deframe::profile::Profile;
use deframe::record::{
    BytesRecord, CONTINUE, ConnectionRecord, Finding, FindingKind, LedgerRecord, MessageRecord, Sink, SinkResult, Wants,
};
use deframe::units::{Both, Direction};
use faults::pcap::{self, Format, Record};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

/// What a layout makes of each direction, all connections together.
#[derive(Default)]
struct Cut {
    ledgers: Both<LedgerRecord>,
    frames: Both<u64>,
    findings: Vec<String>,
}

impl Sink for Cut {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        *self.frames.of_mut(message.direction) += 1;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        for (direction, of) in connection.directions.iter() {
            *self.ledgers.of_mut(direction) += of.ledger;
        }
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        if finding.kind == FindingKind::Layout {
            self.findings.push(finding.text.clone());
        }
        CONTINUE
    }
}

fn cut(capture: &str, analysis: Analysis) -> Cut {
    let mut cut = Cut::default();
    analysis.capture(capture).run(&mut cut).unwrap();
    cut
}

/// The bytes of a capture's streams, as samples.
#[derive(Default)]
struct Samples(BTreeMap<usize, (Both<Sample>, Option<Direction>)>);

impl Sink for Samples {
    fn wants(&self) -> Wants {
        let mut wants = Wants::default();
        wants.bytes = true;
        wants
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        let empty = || (Both::from_fn(|_| Sample::new(true)), None);
        let (both, last) = self.0.entry(bytes.connection.number).or_insert_with(empty);
        let is_turn = last.replace(bytes.direction) != Some(bytes.direction);
        both.of_mut(bytes.direction).push(bytes.bytes, is_turn);
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        if let Some((both, _)) = self.0.get_mut(&connection.name.number) {
            for (direction, _) in connection.directions.iter().filter(|(_, of)| of.facts.fin) {
                both.of_mut(direction).end();
            }
        }
        CONTINUE
    }
}

fn samples(capture: &str, port: u16) -> Vec<Both<Sample>> {
    let mut samples = Samples::default();
    Analysis::new().capture(capture).layout("u32be").ports([port]).run(&mut samples).unwrap();
    samples.0.into_values().map(|(both, _)| both).collect()
}

/// A capture of the protocol that a profile describes.
struct Known {
    capture: String,
    profile: String,
}

/// The samples, and the captures of real protocols.
fn known() -> Vec<Known> {
    let beside = |folder: &str, name: &str| Known {
        capture: format!("{folder}/{name}.pcap"),
        profile: format!("{folder}/{name}.toml"),
    };
    let mut names: Vec<String> = std::fs::read_dir("tests/captures")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut all: Vec<Known> =
        names.iter().filter_map(|name| name.strip_suffix(".pcap")).map(|name| beside("tests/captures", name)).collect();
    all.push(beside("samples", "kv"));
    all.push(beside("samples", "telemetry"));
    all.push(Known {
        capture: "samples/star_network.pcap".to_owned(),
        profile: "schemas/star-network.toml".to_owned(),
    });
    all
}

/// Layouts that are right for few of the protocols, or for none: what people would try. Most of them land on many.
const WRONG: &[&str] = &[
    "varint",
    "len:u8 payload",
    "len:u8{frame} payload",
    "a:u8 len:u8 payload",
    "len:u8 a:u8 payload",
    "a:3 len:u8 payload",
    "len:u8 a:3 payload",
    "len:u8+4 payload",
    "len:u8&80+11 payload",
    "a:u8 len:u8&80+6 payload",
    "len:u16be payload",
    "len:u16le payload",
    "len:u16be{frame} payload",
    "len:u16le{frame} payload",
    "a:u8 len:u16be payload",
    "a:u16be len:u16be payload",
    "len:u16le a:u16le payload",
    "len:u24be payload",
    "len:u24le payload",
    "a:u8 len:u24be payload",
    "u32be",
    "u32le",
    "len:u32be{frame} payload",
    "len:u32le{frame} payload",
    "len:u32be{rest} code:u8 payload",
    "a:u8 len:u32be{frame} payload",
    "len:u32be-1 payload",
    "len:u32be+1 payload",
    "len:varint{frame} payload",
    "a:u8 len:varint payload",
    "mumble",
    "grpc-message",
    "pulsar",
    "star-network",
    "skip:client:1 len:u32be payload",
    "skip:server:3 len:u16be payload",
    "len:u64be payload",
];

/// The worse score of the two directions.
fn fit(layouts: &Both<Layout>, samples: &[Both<Sample>]) -> Option<f64> {
    let scored = |direction| score(layouts.of(direction), samples.iter().map(|sample| sample.of(direction)));
    Direction::BOTH.into_iter().filter_map(scored).map(|score| score.value).min_by(f64::total_cmp)
}

#[derive(Default)]
struct Starts(Vec<(u64, usize)>);

impl FrameSink for Starts {
    fn frame(&mut self, frame: Frame<'_>) {
        self.0.push((frame.offset.0, frame.bytes.len()));
    }

    fn skipped(&mut self, _: Skipped) {}
}

/// Where the frames are that the layouts find.
fn frames(layouts: &Both<Layout>, samples: &[Both<Sample>]) -> Vec<Vec<(u64, usize)>> {
    let sides = samples.iter().flat_map(Both::iter);
    let found = sides.map(|(direction, sample)| {
        let mut starts = Starts::default();
        split(&sample.bytes, layouts.of(direction).clone(), &mut starts);
        starts.0
    });
    found.collect()
}

/// The findings about the layout when a capture is read with another than that of its profile.
fn told(known: &Known, layouts: Both<Layout>) -> Vec<String> {
    let mut profile = Profile::open(&known.profile).unwrap();
    profile.layouts = layouts.map(Arc::new);
    cut(&known.capture, Analysis::new().profile(profile)).findings
}

#[test]
fn the_right_layout_of_each_protocol_scores_best_beside_wrong_ones_that_land_and_only_those_draw_the_finding() {
    let (mut landing, mut compared) = (0, 0);
    for known in known() {
        let profile = Profile::open(&known.profile).unwrap();
        let samples = samples(&known.capture, profile.ports[0]);
        let right = profile.layouts.each_ref().map(|layout| (**layout).clone());
        let (own, its_frames) = (fit(&right, &samples).unwrap(), frames(&right, &samples));
        assert!(own >= 0.9, "{}: {own}", known.capture);
        assert_eq!(told(&known, right), [""; 0], "{}", known.capture);
        let bytes: usize = samples.iter().flat_map(Both::values).map(|sample| sample.bytes.len()).sum();
        for text in WRONG {
            let wrong = Layout::parse_sides(text).unwrap();
            let found = frames(&wrong, &samples);
            // Where they find the same frames, none is wrong.
            if found == its_frames {
                continue;
            }
            compared += 1;
            let score = fit(&wrong, &samples).unwrap_or(0.0);
            assert!(score <= own - 0.2, "{}: {text} has {score}, the right one {own}", known.capture);
            let framed: usize = found.iter().flatten().map(|(_, len)| len).sum();
            if framed * 10 >= bytes * 9 {
                landing += 1;
                assert_eq!(told(&known, wrong).len(), 1, "{}: {text} has {score}", known.capture);
            }
        }
    }
    assert!(WRONG.len() >= 20 && compared > 600 && landing > 150, "{compared} compared, {landing} land");
}

#[test]
fn a_layout_that_finds_frames_in_the_zeros_of_a_length_is_told_once_for_its_port_with_the_one_that_fits() {
    let told = |layout: &str| cut("samples/kv.pcap", Analysis::new().layout(layout)).findings;
    assert_eq!(
        told("varint"),
        ["the layout fits port 8087 poorly (25 %): 75 % of 304 frames are empty, 24 of 24 turns begin with a frame; \
          --frame u32be fits better (100 %)"]
    );
    assert_eq!(
        told("len:u16be payload"),
        ["the layout fits port 8087 poorly (50 %): 50 % of 152 frames are empty, 24 of 24 turns begin with a frame; \
          --frame u32be fits better (100 %)"]
    );
}

#[test]
fn a_skip_of_both_sides_where_one_has_a_prologue_is_told_with_the_side_that_has_it() {
    let layout = |skip| format!("{skip}len:u24be type:u8 flags:u8 stream:u32be payload");
    let both = layout("skip:client:24 skip:server:24 ");
    let findings = cut("tests/captures/grpc.pcap", Analysis::new().layout(both)).findings;
    let hint = format!("; --frame '{}' fits better (100 %)", layout("skip:client:24 "));
    assert!(findings.len() == 1 && findings[0].ends_with(&hint), "{findings:?}");
}

#[test]
fn the_finding_is_the_same_with_any_number_of_threads_from_memory_and_where_nothing_waits() {
    let file = std::fs::read("tests/captures/thrift.pcap").unwrap();
    let run = |analysis: Analysis| {
        let mut found = Cut::default();
        analysis.reader("memory", Cursor::new(file.clone())).layout("varint").run(&mut found).unwrap();
        found.findings
    };
    let expected = cut("tests/captures/thrift.pcap", Analysis::new().layout("varint")).findings;
    assert_eq!(expected.len(), 1);
    for threads in [1, 2, 8] {
        assert_eq!(run(Analysis::new().threads(threads)), expected, "{threads}");
    }
    assert_eq!(run(Analysis::new().learn(Learn::AsTheyCome)), expected);
}

#[test]
fn a_port_of_which_nothing_is_told_draws_no_finding() {
    let on = |port| {
        let filter = Filter { ports: vec![port], ..Filter::default() };
        cut("samples/kv.pcap", Analysis::new().layout("varint").filter(filter)).findings.len()
    };
    assert_eq!([on(8087), on(9100)], [1, 0]);
}

#[test]
fn no_right_layout_draws_the_finding_where_packets_are_missing_or_the_capture_begins_in_the_middle() {
    for known in known() {
        let file = std::fs::read(&known.capture).unwrap();
        let records = pcap::decode(&file).unwrap();
        let variants = [(0, 97), (0, 23), (0, 7), (20, 1000), (7, 31), (31, 11)];
        for (first, lost) in variants {
            let kept = records.iter().enumerate().filter(|(index, _)| *index >= first && index % lost != lost - 1);
            let kept: Vec<Record> = kept.map(|(_, record)| record.clone()).collect();
            let mut found = Cut::default();
            let bytes = pcap::encode(&kept, Format::TCPDUMP);
            let profile = Profile::open(&known.profile).unwrap();
            Analysis::new().reader("damaged", Cursor::new(bytes)).profile(profile).run(&mut found).unwrap();
            assert_eq!(found.findings, [""; 0], "{}: from packet {first}, each {lost}th missing", known.capture);
        }
    }
}

#[test]
fn the_http2_line_of_the_documentation_frames_both_sides_and_skips_the_clients_preface() {
    let doc = std::fs::read_to_string("docs/formats.md").unwrap();
    let line = doc.lines().find(|line| line.contains("HTTP/2 behind the client's preface")).unwrap();
    let layout = line.split("  ").next().unwrap();
    let cut = cut("tests/captures/grpc.pcap", Analysis::new().layout(layout));
    for direction in Direction::BOTH {
        let ledger = cut.ledgers.of(direction);
        let prologue = if direction == Direction::ClientToServer { 24 } else { 0 };
        assert_eq!((ledger.prologue, ledger.framed + ledger.prologue), (prologue, ledger.captured), "{direction}");
    }
    // As TShark counts them.
    assert_eq!(cut.frames, Both { to_server: 110, to_client: 155 });
}
