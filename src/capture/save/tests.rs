//! What is written is read back by the reader of files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use super::{Rotate, SaveOptions, Saver, blocks};
use crate::capture::live::{Batch, Counts};
use crate::capture::{About, CaptureFacts, InterfaceFacts, LinkType, PacketSource, open};
use crate::units::Timestamp;
use std::path::Path;
use std::time::Duration;

fn interfaces() -> Vec<InterfaceFacts> {
    let lo = InterfaceFacts {
        name: Some("lo".into()),
        description: Some("the loop".into()),
        filter: Some("tcp port 8001".into()),
        link: LinkType::ETHERNET,
        snap_len: 96,
        ..InterfaceFacts::default()
    };
    let tun = InterfaceFacts { name: Some("tun0".into()), link: LinkType::RAW, ..InterfaceFacts::default() };
    vec![lo, tun]
}

/// Packets of an interface: time in nanoseconds, length on the wire, bytes.
fn batch(interface: usize, packets: &[(i64, u32, &[u8])]) -> Batch {
    let mut batch = Batch::default().another(interface);
    packets.iter().for_each(|(ns, len, data)| batch.push(Timestamp::from_ns(*ns), *len, data));
    batch
}

fn saver(path: &Path, rotate: Option<Rotate>, keep: Option<usize>) -> Saver {
    let comment = Some("for people".to_owned());
    let mut saver = Saver::create(SaveOptions { path: path.to_owned(), rotate, keep, comment }).unwrap();
    saver.begin(&interfaces());
    saver
}

type Read = (Vec<(i64, usize, u32, Vec<u8>)>, CaptureFacts);

fn read(path: &Path) -> Read {
    let mut captures = open(&[path.display().to_string()]).unwrap();
    let mut packets = Vec::new();
    while let Some(packet) = captures.next_packet() {
        packets.push((packet.time.ns(), packet.interface, packet.len, packet.data.to_vec()));
    }
    (packets, captures.facts().clone())
}

#[test]
fn packets_interfaces_counts_losses_and_comments_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.pcapng");
    let mut saver = saver(&path, None, None);
    const NS: i64 = 1_795_345_404_123_456_789;
    let mut first = batch(0, &[(NS, 3, b"abc"), (NS + 1, 1500, b"snapped")]);
    let counts = Counts { received: 9, dropped: 2, if_dropped: 1, queue_dropped: 4 };
    first.counts = Some(counts);
    saver.write(&first).unwrap();
    saver.write(&batch(1, &[(NS + 2, 4, b"tunl")])).unwrap();
    saver.write(&batch(0, &[(NS + 3, 0, b"")])).unwrap();
    let saved = saver.finish().unwrap();
    assert_eq!((saved.packets, saved.files, saved.path.as_path()), (4, 1, path.as_path()));
    assert_eq!(saved.bytes, path.metadata().unwrap().len());

    let (packets, facts) = read(&path);
    let expected =
        [(NS, 0, 3, &b"abc"[..]), (NS + 1, 0, 1500, b"snapped"), (NS + 2, 1, 4, b"tunl"), (NS + 3, 0, 0, b"")];
    assert_eq!(packets, expected.map(|(ns, interface, len, data)| (ns, interface, len, data.to_vec())));
    let [lo, tun] = &facts.interfaces[..] else { panic!("{:?}", facts.interfaces) };
    for (own, read) in interfaces().iter().zip([lo, tun]) {
        assert_eq!((&own.name, &own.description, &own.filter), (&read.name, &read.description, &read.filter));
        assert_eq!((own.link, own.snap_len), (read.link, read.snap_len));
    }
    let counted = lo.statistics.unwrap();
    assert_eq!(
        (counted.received, counted.dropped_by_interface, counted.dropped_by_system),
        (Some(9), Some(1), Some(2))
    );
    assert_eq!(lo.dropped_packets(), 7, "those that the queue cost are told before the packet that followed");
    let comments: Vec<_> = facts.comments.iter().map(|comment| (comment.about, comment.text.as_str())).collect();
    assert!(comments.contains(&(About::Section(1), "for people")), "{comments:?}");
    assert!(comments.contains(&(About::Interface(0), "4 packets were dropped as the queue of deframe was full")));
    assert!(facts.problems.is_empty());
}

#[test]
fn a_file_is_followed_by_the_next_before_it_has_too_many_bytes_and_each_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let mut saver = saver(&folder.path().join("run.pcapng"), Some(Rotate::Bytes(2000)), Some(2));
    for second in 0..20 {
        saver.write(&batch(0, &[(second * 1_000_000_000, 500, &[7; 500])])).unwrap();
    }
    let saved = saver.finish().unwrap();
    assert_eq!((saved.packets, saved.files), (20, 2));
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 2, "the others were removed");
    let times: Vec<i64> = files.iter().flat_map(|file| read(file).0).map(|(ns, ..)| ns / 1_000_000_000).collect();
    assert_eq!(times.last(), Some(&19));
    assert!(times.is_sorted() && times.len() >= 4, "{times:?}");
    assert!(files.iter().all(|file| read(file).1.interfaces[0].statistics.is_some()));
}

#[test]
fn a_file_is_followed_by_the_next_with_the_first_packet_that_is_too_late_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let rotate = Rotate::Time(Duration::from_secs(10));
    let mut saver = saver(&folder.path().join("run.pcapng"), Some(rotate), None);
    for second in [0, 9, 10, 15, 19, 40] {
        saver.write(&batch(0, &[(second * 1_000_000_000, 1, b"x")])).unwrap();
    }
    assert_eq!(saver.finish().unwrap().files, 3);
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let counts: Vec<usize> = files.iter().map(|file| read(file).0.len()).collect();
    assert_eq!(counts, [2, 3, 1]);
}

#[test]
fn the_whole_blocks_at_the_start_of_cut_bytes_are_known() {
    let mut bytes = Vec::new();
    blocks::section(&mut bytes, None);
    let section = bytes.len();
    blocks::packet(&mut bytes, 0, Timestamp::from_ns(1), 5, b"hello", 0);
    let packet = bytes.len();
    for len in 0..=packet {
        let expected = if len == packet { (packet, 1) } else { (if len < section { 0 } else { section }, 0) };
        assert_eq!(blocks::whole(&bytes[..len]), expected, "{len}");
    }
}
