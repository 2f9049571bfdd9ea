//! What is read does not depend on how the capture is stored or where it comes from.

use crate::binary::{deframe, export, stdout};
use crate::faults::pcap::{self, Format, Record};
use crate::protocol::{SAMPLE, sample};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

/// The sample in every way that it can be stored.
fn stored(folder: &TempDir) -> Vec<PathBuf> {
    let records = sample();
    let pcap = std::fs::read(SAMPLE).unwrap();
    let pcapng = pcap::encode_pcapng(&records, 262_144);
    let nanoseconds = pcap::encode(&records, Format { nanoseconds: true, ..Format::TCPDUMP });
    let big_endian = pcap::encode(&records, Format { big_endian: true, ..Format::TCPDUMP });
    // Members of a gzip file and frames of a zstd file follow each other anywhere.
    let (start, end) = pcap.split_at(1234);
    let files = [
        ("gz", gzip(&pcap)),
        ("members.gz", [gzip(start), gzip(end)].concat()),
        ("zst", zstd::encode_all(pcap.as_slice(), 3).unwrap()),
        ("frames.zst", [zstd::encode_all(start, 3).unwrap(), zstd::encode_all(end, 3).unwrap()].concat()),
        ("pcapng", pcapng.clone()),
        ("pcapng.gz", gzip(&pcapng)),
        ("nanoseconds.pcap", nanoseconds),
        ("big_endian.pcap", big_endian),
        // The name says nothing.
        ("txt", pcap),
    ];
    let write = |(name, content): (&str, Vec<u8>)| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    files.into_iter().map(write).collect()
}

/// A report without what it says of the files and their interfaces.
fn without_file(report: &str) -> String {
    let words = ["file ", "interface ", "written by "];
    let says = |line: &&str| line.contains("\"capture\"") || words.iter().any(|word| line.starts_with(word));
    let rest = |line: &str| match (line.find("\"files\":["), line.find("\"first_time\"")) {
        (Some(from), Some(to)) if from < to => format!("{}{}\n", &line[..from], &line[to..]),
        _ => format!("{line}\n"),
    };
    report.lines().filter(|line| !says(line)).map(rest).collect()
}

fn analyze(capture: &str) -> String {
    let report = without_file(&stdout(deframe(&["analyze", "--limit", "0", capture])));
    // Columns are as wide as their widest cell, also where that one is left out here.
    report.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[test]
fn every_way_of_storing_a_capture_gives_the_same_reports() {
    let folder = TempDir::new().unwrap();
    for path in stored(&folder) {
        for format in ["ndjson", "json", "sd", "csv"] {
            let (expected, report) = (export(format, Path::new(SAMPLE)), export(format, &path));
            assert!(without_file(&report) == without_file(&expected), "{format} of {}", path.display());
            assert!(expected.lines().count() > 44);
        }
        assert!(analyze(path.to_str().unwrap()) == analyze(SAMPLE), "{}", path.display());
    }
}

#[test]
fn standard_input_gives_the_same_report_as_the_file() {
    let folder = TempDir::new().unwrap();
    let expected = without_file(&export("ndjson", Path::new(SAMPLE)));
    for path in stored(&folder) {
        let mut command = deframe(&["export", "-f", "ndjson", "-"]);
        command.write_stdin(std::fs::read(&path).unwrap());
        assert!(without_file(&stdout(command)) == expected, "{}", path.display());
    }
}

#[test]
fn a_capture_in_several_files_gives_the_same_report_as_in_one() {
    let folder = TempDir::new().unwrap();
    let mut parts: [Vec<Record>; 3] = Default::default();
    for (index, record) in sample().into_iter().enumerate() {
        parts[index % 3].push(record);
    }
    let paths = parts.iter().zip(["a.pcap", "b.pcap", "c.pcapng"]).map(|(records, name)| {
        let content = match name {
            "c.pcapng" => pcap::encode_pcapng(records, 262_144),
            _ => pcap::encode(records, Format::TCPDUMP),
        };
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let mut arguments = vec!["export".to_owned(), "-f".to_owned(), "ndjson".to_owned()];
    arguments.extend(paths);
    let report = stdout(deframe(&arguments.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(without_file(&report) == without_file(&export("ndjson", Path::new(SAMPLE))));
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.json");
    let said = stdout(deframe(&["export", SAMPLE, "-o", path.to_str().unwrap()]));
    assert_eq!(said, "");
    assert!(std::fs::read_to_string(path).unwrap() == export("json", Path::new(SAMPLE)));
}
