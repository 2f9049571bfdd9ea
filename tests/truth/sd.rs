//! The `sd` report is a capture written down: a capture made from it gives the same report, however it is cut into
//! segments.

use crate::binary::{deframe, export, stdout};
use crate::faults::pcap::{self, Format, Record};
use crate::faults::report::{self, Sizes};
use crate::faults::segmentation;
use serde_json::Value;
use std::io::Write;
use std::path::Path;

const SESSION: &str = "tests/truth/session.sd.json";
const KEYS: [&str; 7] = ["timestamp", "direction", "size", "type", "hex_data", "ascii_data", "connection"];

fn exported(records: &[Record]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&pcap::encode(records, Format::TCPDUMP)).unwrap();
    export("sd", file.path())
}

fn records(report: &str) -> Vec<Value> {
    serde_json::from_str(report).unwrap()
}

/// A frame is one segment, single bytes, pieces that cut headers, pieces of any size.
fn segmentations() -> Vec<Sizes> {
    let fixed = [vec![], vec![1], vec![3, 5, 7], vec![4, 4, 100], vec![8]];
    fixed.into_iter().map(Sizes::Fixed).chain((0..5).map(Sizes::Random)).collect()
}

fn assert_survives(report: &str) {
    for sizes in segmentations() {
        let again = exported(&report::packets(report.as_bytes(), &sizes).unwrap());
        assert!(again == report, "{again}");
    }
}

#[test]
fn the_sample_exported_and_captured_again_is_the_same_to_the_byte() {
    assert_survives(&export("sd", Path::new("samples/star_network.pcap")));
}

#[test]
fn a_session_written_by_hand_is_the_same_to_the_byte() {
    assert_survives(&std::fs::read_to_string(SESSION).unwrap());
}

#[test]
fn every_record_has_the_keys_in_their_order_and_what_they_say_is_in_the_frame() {
    let report = export("sd", Path::new("samples/star_network.pcap"));
    assert_eq!(records(&report).len(), 44);
    for record in records(&report) {
        assert!(record.as_object().unwrap().keys().eq(KEYS), "{record}");
        let frame = hex::decode(record["hex_data"].as_str().unwrap()).unwrap();
        assert_eq!(record["size"], frame.len());
        let ascii = frame.iter().map(|byte| if (0x20..=0x7e).contains(byte) { char::from(*byte) } else { '.' });
        assert_eq!(record["ascii_data"], ascii.collect::<String>());
    }
}

#[test]
fn requests_have_their_names_and_answers_only_what_their_bytes_say() {
    for report in [std::fs::read_to_string(SESSION).unwrap(), export("sd", Path::new("samples/star_network.pcap"))] {
        let records = records(&report);
        let client = records[0]["connection"].clone();
        let of_one_client = records.iter().filter(|record| record["connection"] == client);
        let (requests, answers): (Vec<&Value>, Vec<&Value>) =
            of_one_client.partition(|record| record["direction"] == "client->server");
        let labels = |records: &[&Value]| records.iter().map(|record| record["type"].clone()).collect::<Vec<_>>();
        let setup = ["Service Discovery", "Lobby Destinations", "Region Setup"];
        assert_eq!(labels(&requests)[..3], setup);
        assert_eq!(labels(&answers)[..3], ["SC Binary Protocol"; 3]);
        assert!(labels(&requests)[3..].iter().chain(&labels(&answers)[3..]).all(|label| label == "Heartbeat"));
        assert!(requests.len() >= 9 && requests.len() == answers.len());
    }
}

/// The first of two frames in a segment comes when the second does; nothing else changes.
#[test]
fn frames_that_share_a_segment_share_its_time() {
    let report = std::fs::read_to_string(SESSION).unwrap();
    let separate = report::packets(report.as_bytes(), &Sizes::Fixed(vec![])).unwrap();
    let shared = exported(&segmentation::coalesced(separate, 0));
    let without_time = |records: Vec<Value>| {
        let mut by_direction = records;
        by_direction.iter_mut().for_each(|record| record["timestamp"] = Value::Null);
        by_direction.sort_by_key(|record| record["direction"].to_string());
        by_direction
    };
    assert_eq!(without_time(records(&shared)), without_time(records(&report)));
    let times = |report: &str| {
        let records = records(report).into_iter().filter(|record| record["direction"] == "server->client");
        records.map(|record| record["timestamp"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (before, after) = (times(&report), times(&shared));
    let expected = before.chunks(2).flat_map(|pair| vec![pair[pair.len() - 1].clone(); pair.len()]);
    assert!(after.iter().cloned().eq(expected), "{after:?}");
}

#[test]
fn local_times_are_those_of_the_zone() {
    let path = "samples/star_network.pcap";
    let local = stdout(deframe(&["export", "-f", "sd", "--local", path]));
    let time = |report: &str| records(report)[0]["timestamp"].as_str().unwrap().to_owned();
    assert_eq!(time(&export("sd", Path::new(path))), "2026-11-22T11:03:24.338402");
    assert_eq!(time(&local), "2026-11-22T12:03:24.338402");
}
