//! Captures are opened by name, and what is none is told with its reason.

use super::build::{Blocks, pcap, sample};
use super::*;
use std::error::Error;
use std::io::Write;
use std::path::Path;

/// What a user sees: the error, its cause, and the hint.
fn told(name: &str) -> (String, String, Option<String>) {
    let Err(error) = open(&[name.to_owned()]) else { panic!("{name} is a capture") };
    (error.to_string(), error.source().unwrap().to_string(), error.hint())
}

fn file(folder: &Path, bytes: &[u8]) -> String {
    let path = folder.join("capture");
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn files_are_opened_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let name = file(folder.path(), &pcap(&[sample(0, b"a")]));
    let (packets, facts) = drain(open(&[name.clone(), name.clone()]).unwrap());
    assert_eq!((packets.len(), &facts.files[1].name), (2, &name));
}

#[test]
fn a_name_that_leads_nowhere_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("none.pcap");
    let (error, cause, hint) = told(name.to_str().unwrap());
    assert_eq!(error, format!("cannot read {}", name.display()));
    assert_eq!((cause.as_str(), hint), ("there is no such file", None));
    let below = folder.path().join("none").join("none.pcap");
    assert!(told(below.to_str().unwrap()).2.unwrap().ends_with("/none does not exist"));
}

#[test]
fn a_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (_, cause, hint) = told(folder.path().to_str().unwrap());
    assert_eq!(cause, "it is a folder, not a file");
    assert!(hint.unwrap().ends_with("/*.pcap"));
}

#[test]
fn an_empty_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (_, cause, hint) = told(&file(folder.path(), b""));
    assert_eq!(cause, "it has no bytes; a capture starts with a header");
    assert!(hint.is_some());
}

#[test]
fn a_file_that_is_no_capture_shows_how_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let (_, cause, hint) = told(&file(folder.path(), b"{\"timestamp\": 1}"));
    assert!(cause.starts_with("it starts with 7b 22 74 69 6d 65 73 74, but pcap starts with d4 c3 b2 a1"), "{cause}");
    assert!(hint.unwrap().contains("JSON"));
    let (_, cause, hint) = told(&file(folder.path(), &[0xff, 1]));
    assert!(cause.starts_with("it starts with ff 01, but"), "{cause}");
    assert_eq!(hint, None);
}

#[test]
fn a_section_header_without_byte_order_is_no_capture() {
    let mut bytes = Blocks::new(Order::Little).bytes;
    bytes[8] = 0;
    assert!(matches!(open_bytes(&[bytes], usize::MAX).err(), Some(OpenCause::NotCapture { .. })));
}

#[test]
fn a_file_cut_in_its_header_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let cut = |bytes: &[u8]| told(&file(folder.path(), bytes)).1;
    assert_eq!(cut(&pcap(&[])[..23]), "it ends after 23 bytes, inside the pcap header of 24 bytes");
    assert_eq!(cut(&pcap(&[])[..1]), "it ends after 1 bytes, inside the pcap header of 24 bytes");
    let pcapng = Blocks::new(Order::Big).bytes;
    assert_eq!(cut(&pcapng[..5]), "it ends after 5 bytes, inside the pcapng header of 28 bytes");
    assert_eq!(cut(&pcapng[..27]), "it ends after 27 bytes, inside the pcapng header of 28 bytes");
}

#[test]
fn compressed_data_that_is_damaged_from_the_start_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(told(&file(folder.path(), &[0x1f, 0x8b, 8, 0])).1, "the gzip data ends too early");
    assert_eq!(told(&file(folder.path(), &[0x28, 0xb5, 0x2f, 0xfd, 0xff])).1, "the zstd data ends too early");
}

#[test]
fn standard_input_cannot_be_named_twice() {
    let names = ["-", "a", "-"].map(str::to_owned);
    let error = open(&names).err().unwrap();
    assert_eq!(error.to_string(), "cannot read standard input");
    assert!(matches!(error.cause, OpenCause::NamedTwice));
}

#[test]
fn a_file_that_cannot_be_read_does_not_cost_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = file(folder.path(), &pcap(&[]));
    let bad = folder.path().join("none.pcap").to_str().unwrap().to_owned();
    let captures = open(&[bad.clone(), good.clone()]).unwrap();
    assert_eq!(captures.facts().files.iter().map(|file| &file.name).collect::<Vec<_>>(), [&good]);
    assert_eq!(captures.left_out().iter().map(|error| &error.name).collect::<Vec<_>>(), [&bad]);
    let none = open(&[bad.clone(), "elsewhere.pcap".to_owned()]).err().unwrap();
    assert_eq!(none.name, bad, "the first one is told if none can be read");
}

#[test]
fn progress_counts_stored_bytes_and_knows_the_size_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let packets: Vec<_> = (0..20_000).map(|time| sample(time * 1000, &[7; 100])).collect();
    let bytes = pcap(&packets);
    let name = file(folder.path(), &bytes);
    let size = bytes.len() as u64;
    let mut captures = open(&[name.clone(), name]).unwrap();
    let start = captures.progress();
    assert_eq!(start.total, Some(size * 2));
    assert!(start.done > 0 && start.done < size, "{start:?}");
    let mut before = start.done;
    while captures.next_packet().is_some() {
        assert!(captures.progress().done >= before);
        before = captures.progress().done;
    }
    assert_eq!(before, size * 2);
    let piped = open_bytes(&[bytes], usize::MAX).unwrap();
    assert_eq!(piped.progress().total, None);
}

#[test]
fn progress_of_a_compressed_file_is_that_of_its_compressed_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = pcap(&(0..20_000).map(|time| sample(time * 1000, &[7; 100])).collect::<Vec<_>>());
    let compressed = zstd::encode_all(&bytes[..], 1).unwrap();
    let mut captures = open(&[file(folder.path(), &compressed)]).unwrap();
    while captures.next_packet().is_some() {}
    let size = compressed.len() as u64;
    assert_eq!((captures.progress().done, captures.progress().total), (size, Some(size)));
}
