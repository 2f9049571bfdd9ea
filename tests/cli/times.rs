//! A packet whose time is that of another year, or a clock that is set, changes nothing but times.

use super::run::deframe;
use serde_json::Value;
use std::path::Path;

/// Seconds from the epoch of the records of a little-endian pcap file, by the position of each in the file.
fn times(capture: &[u8]) -> Vec<(usize, u32)> {
    let word = |at: usize| u32::from_le_bytes(capture[at..at + 4].try_into().unwrap());
    let mut at = 24;
    let mut times = Vec::new();
    while at < capture.len() {
        times.push((at, word(at)));
        at += 16 + word(at + 8) as usize;
    }
    times
}

/// What is told of a capture apart from times, and what follows from them.
fn told(path: &Path, profile: &str) -> Vec<Value> {
    let lines = deframe(["export", "-f", "ndjson", "--profile", profile, path.to_str().unwrap()]).quiet();
    lines.lines().map(|line| without_times(serde_json::from_str(line).unwrap())).collect()
}

fn without_times(value: Value) -> Value {
    let of_time = |key: &str| ["time", "_ns", "first", "last"].iter().any(|end| key.ends_with(end)) || key == "phases";
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(key, _)| !of_time(key))
            .map(|(key, value)| (key, without_times(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_times).collect(),
        other => other,
    }
}

#[test]
fn a_time_that_jumps_changes_nothing_but_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    let years = |years: u32| years * 31_557_600;
    for sample in ["kv", "telemetry"] {
        let capture = std::fs::read(format!("samples/{sample}.pcap")).unwrap();
        let profile = format!("samples/{sample}.toml");
        std::fs::write(&path, &capture).unwrap();
        let expected = told(&path, &profile);
        assert!(expected.len() > 30, "{sample}");
        let times = times(&capture);
        for (index, ahead, stays) in [
            (1, years(46), false),
            (times.len() / 2, years(46), false),
            (times.len() / 2, years(46), true),
            (times.len() / 2, years(50).wrapping_neg(), false),
            (times.len() / 2, years(50).wrapping_neg(), true),
            (times.len() - 1, years(46), false),
            (4, 7200, true),
        ] {
            let mut jumped = capture.clone();
            for (at, time) in &times[index..if stays { times.len() } else { index + 1 }] {
                jumped[*at..at + 4].copy_from_slice(&time.wrapping_add(ahead).to_le_bytes());
            }
            std::fs::write(&path, &jumped).unwrap();
            let told = told(&path, &profile);
            let differs = told.iter().zip(&expected).find(|(told, expected)| told != expected);
            assert_eq!((told.len(), differs), (expected.len(), None), "{sample} {index} {ahead} {stays}");
        }
    }
}
