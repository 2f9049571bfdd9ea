//! Captures in gzip and Zstandard, whole and damaged.

use super::super::gzip::Gzip;
use super::build::{Sample, pcap, sample};
use super::*;
use flate2::{Compress, Compression, FlushCompress, write::GzEncoder};
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packets that compress neither well nor badly.
fn samples(count: u32) -> Vec<Sample> {
    let mut seed = 1_u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8 & 0x1f
    };
    (0..count).map(|at| sample(i64::from(at) * 1000, &(0..200).map(|_| random()).collect::<Vec<u8>>())).collect()
}

/// Packets of `whole` at the start of a decompressed file that ends after `len` bytes.
fn packets_within(packets: &[Sample], len: u64) -> usize {
    let mut end = 24;
    packets
        .iter()
        .take_while(|packet| {
            end += 16 + packet.data.len() as u64;
            end <= len
        })
        .count()
}

#[test]
fn compression_is_known_by_its_magic() {
    let file = pcap(&samples(2000));
    let expected = read_whole(&file);
    for (compressed, name) in [(gzip(&file), "gzip"), (zstd(&file), "zstd")] {
        for step in [1, 1000, usize::MAX] {
            let (packets, facts) = drain(open_bytes(std::slice::from_ref(&compressed), step).unwrap());
            assert!(packets == expected);
            assert_eq!((facts.files[0].compression, facts.problems), (Some(name), vec![]));
        }
    }
}

#[test]
fn members_and_frames_follow_each_other() {
    let file = pcap(&samples(10));
    let (start, rest) = file.split_at(100);
    let (middle, end) = rest.split_at(500);
    let skippable = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let frames = [&skippable[..], &zstd(start), &zstd(middle), &zstd(b""), &skippable, &zstd(end)].concat();
    for compressed in [[gzip(start), gzip(b""), gzip(middle), gzip(end)].concat(), frames] {
        assert_eq!(read_whole(&compressed), read_whole(&file));
    }
}

#[test]
fn optional_parts_of_a_gzip_header_are_passed_over() {
    let file = pcap(&samples(3));
    let mut encoder = flate2::GzBuilder::new()
        .filename("a.pcap")
        .comment("c")
        .extra(*b"extra")
        .write(Vec::new(), Compression::default());
    encoder.write_all(&file).unwrap();
    assert_eq!(read_whole(&encoder.finish().unwrap()), read_whole(&file));
}

#[test]
fn a_cut_compressed_file_gives_every_packet_before_the_cut() {
    let packets = samples(40);
    let file = pcap(&packets);
    for compressed in [gzip(&file), zstd(&file)] {
        for cut in (0..compressed.len()).step_by(7) {
            let Ok(captures) = open_bytes(&[compressed[..cut].to_vec()], usize::MAX) else { continue };
            let (read, facts) = drain(captures);
            assert_eq!(facts.problems.len(), 1);
            let end = facts.problems[0].offset;
            assert_eq!(read.len(), packets_within(&packets, end), "{}", facts.problems[0].what);
        }
    }
    // Deflate is a stream: what came before the cut is there.
    let compressed = gzip(&file);
    let (read, _) = drain(open_bytes(&[compressed[..compressed.len() / 2].to_vec()], usize::MAX).unwrap());
    assert!((15..25).contains(&read.len()), "{}", read.len());
}

#[test]
fn corrupt_gzip_loses_nothing_before_the_damage() {
    let file = pcap(&samples(1000));
    for good in (0..file.len()).step_by(5003) {
        // After a flush the next block starts at a byte, so that the damage has a known place.
        let mut deflate = Vec::with_capacity(file.len() * 2);
        let mut encoder = Compress::new(Compression::default(), false);
        encoder.compress_vec(&file[..good], &mut deflate, FlushCompress::Sync).unwrap();
        assert!(encoder.total_in() == good as u64 && deflate.ends_with(&[0, 0, 0xff, 0xff]));
        let mut bytes = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], &deflate[..]].concat();
        // A block type that does not exist, with plenty of input after it.
        bytes.extend(vec![0xff; 1000]);
        for step in [100, 40_000] {
            let mut reader = Gzip::new(io::BufReader::with_capacity(70_000, &bytes[..]));
            let (mut read, mut piece) = (Vec::<u8>::new(), vec![0; step]);
            let error = loop {
                match reader.read(&mut piece) {
                    Ok(count) => read.extend(&piece[..count]),
                    Err(error) => break error,
                }
            };
            assert!(read == file[..good], "{} instead of {good}", read.len());
            assert_eq!(error.to_string(), "the gzip data is corrupt");
        }
    }
}

#[test]
fn corrupt_zstd_loses_nothing_before_the_damaged_block() {
    let packets = samples(4000);
    let file = pcap(&packets);
    let whole = zstd(&file);
    // Walk the frame (RFC 8878 section 3.1.1): damage the header of each block in turn.
    let mut at = 4 + match whole[4] >> 6 {
        0 => 2,
        _ => panic!("a frame header as streaming encoders write it"),
    };
    let mut blocks = 0;
    loop {
        let header = u32::from_le_bytes([whole[at], whole[at + 1], whole[at + 2], 0]);
        let mut bytes = whole.clone();
        bytes[at] |= 6; // The reserved block type.
        if blocks > 0 {
            let (read, _, what) = read_damaged(&bytes);
            assert_eq!(read.len(), packets_within(&packets, blocks * (128 << 10)), "{what}");
        }
        blocks += 1;
        at += 3 + (header >> 3) as usize;
        if header & 1 == 1 {
            break;
        }
    }
    assert!(blocks > 3);
}

#[test]
fn a_wrong_checksum_is_told_after_the_packets() {
    let file = pcap(&samples(20));
    for mut compressed in [gzip(&file), zstd(&file)] {
        let last = compressed.len() - 1;
        compressed[last] ^= 1;
        let (read, _, what) = read_damaged(&compressed);
        assert_eq!(read.len(), 20);
        assert!(what.contains("checksum"), "{what}");
    }
}

#[test]
fn something_after_the_compressed_data_is_told() {
    let file = pcap(&samples(20));
    for compressed in [gzip(&file), zstd(&file)] {
        let (read, _, what) = read_damaged(&[&compressed[..], b"something"].concat());
        assert_eq!(read.len(), 20);
        assert!(what.starts_with("reading failed before a record header"), "{what}");
    }
}

/// A frame that refers back as far as 128 MiB.
fn zstd_with_a_long_window(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Files with long windows; each is made of packets with these times in seconds.
fn long_windows(folder: &std::path::Path, files: &[&[i64]]) -> Vec<String> {
    let write = |(number, times): (usize, &&[i64])| {
        let packets: Vec<_> =
            times.iter().map(|time| sample(time * 1_000_000_000, &[u8::try_from(number).unwrap()])).collect();
        let path = folder.join(format!("{number}.pcap.zst"));
        std::fs::write(&path, zstd_with_a_long_window(&pcap(&packets))).unwrap();
        path.display().to_string()
    };
    files.iter().enumerate().map(write).collect()
}

#[test]
fn files_with_long_windows_that_follow_each_other_are_all_read() {
    let folder = tempfile::tempdir().unwrap();
    let names = long_windows(folder.path(), &[&[7, 8, 9], &[1, 2], &[3, 3, 5], &[10], &[6]]);
    let (packets, facts) = drain(open(&names).unwrap());
    let bytes: Vec<u8> = packets.iter().map(|packet| packet.data[0]).collect();
    assert_eq!((bytes.as_slice(), facts.problems), (&[1, 1, 2, 2, 2, 4, 0, 0, 0, 3][..], vec![]));
}

#[test]
fn a_file_whose_window_finds_no_room_beside_others_is_told_and_costs_them_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let names = long_windows(folder.path(), &[&[1, 9], &[2, 9], &[3, 9], &[10, 11]]);
    let (packets, facts) = drain(open(&names).unwrap());
    let bytes: Vec<u8> = packets.iter().map(|packet| packet.data[0]).collect();
    assert_eq!(bytes, [0, 1, 0, 1, 3, 3]);
    let [problem] = &facts.problems[..] else { panic!("{:?}", facts.problems) };
    assert_eq!(problem.file, 2);
    assert!(problem.what.contains("a zstd window of 128 MiB"), "{}", problem.what);
}
