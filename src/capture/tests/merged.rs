//! Packets of several captures come by time, and damage in one does not end the others.

use super::build::{Blocks, pcap, sample};
use super::*;
use proptest::prelude::*;

#[test]
fn packets_of_several_files_come_by_time_and_numbers_run_over_all() {
    let first = pcap(&[sample(1000, b"a"), sample(5000, b"e")]);
    let second = Blocks::new(Order::Big).interface(101, 0, &[]).packet(0, 2, 1, b"b").packet(0, 4, 1, b"d").bytes;
    let third = pcap(&[sample(3000, b"c")]);
    let (packets, facts) = read_all(&[first, second, third]);
    let seen: Vec<_> = packets.iter().map(|packet| (packet.number, packet.data[0], packet.interface)).collect();
    assert_eq!(seen, [(1, b'a', 0), (2, b'b', 2), (3, b'c', 1), (4, b'd', 2), (5, b'e', 0)]);
    assert_eq!(facts.files.iter().map(|file| file.packets).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(facts.interfaces.iter().map(|interface| interface.file).collect::<Vec<_>>(), [0, 2, 1]);
}

/// Times of packets in seconds, by file.
fn merged(files: [&[i64]; 2]) -> Vec<(usize, i64)> {
    let written =
        files.map(|times| pcap(&times.iter().map(|seconds| sample(seconds * 1_000_000_000, b"x")).collect::<Vec<_>>()));
    read_all(&written).0.iter().map(|packet| (packet.interface, packet.time / 1_000_000_000)).collect()
}

#[test]
fn a_clock_that_jumps_away_from_all_others_keeps_its_file_in_its_place() {
    const YEARS: i64 = 46 * 31_557_600;
    // One packet of another time, some, and all the rest of the file.
    let other: &[i64] = &[101, 103, 105, 107];
    assert_eq!(
        merged([&[100, 102 + YEARS, 104, 106], other]),
        [(0, 100), (0, 102 + YEARS), (1, 101), (1, 103), (0, 104), (1, 105), (0, 106), (1, 107)]
    );
    assert_eq!(
        merged([&[100, 102 + YEARS, 104 + YEARS, 106], other]),
        [(0, 100), (0, 102 + YEARS), (1, 101), (0, 104 + YEARS), (1, 103), (1, 105), (0, 106), (1, 107)]
    );
    assert_eq!(
        merged([&[100, 102 + YEARS, 105 + YEARS], other]),
        [(0, 100), (0, 102 + YEARS), (1, 101), (0, 105 + YEARS), (1, 103), (1, 105), (1, 107)]
    );
}

#[test]
fn a_clock_that_is_set_to_that_of_another_file_goes_by_it_from_then_on() {
    const NOW: i64 = 50 * 31_557_600;
    assert_eq!(
        merged([&[1, 2, NOW + 2, NOW + 4], &[NOW + 1, NOW + 3, NOW + 5]]),
        [(0, 1), (0, 2), (1, NOW + 1), (0, NOW + 2), (1, NOW + 3), (0, NOW + 4), (1, NOW + 5)]
    );
}

#[test]
fn a_pause_of_days_in_one_file_lets_the_others_go_on() {
    const DAYS: i64 = 20 * 86_400;
    assert_eq!(merged([&[1, DAYS], &[2, 3, DAYS + 1]]), [(0, 1), (1, 2), (1, 3), (0, DAYS), (1, DAYS + 1)]);
}

#[test]
fn damage_in_one_file_does_not_end_the_others() {
    let mut cut = pcap(&[sample(1000, b"a"), sample(2000, b"lost")]);
    cut.pop();
    let (packets, facts) = read_all(&[pcap(&[sample(3000, b"c")]), cut]);
    assert_eq!(packets.iter().map(|packet| packet.data[0]).collect::<Vec<_>>(), b"ac");
    assert_eq!((facts.problems.len(), facts.problems[0].file), (1, 1));
}

#[test]
fn no_file_is_no_packet() {
    assert_eq!(read_all(&[]).0, []);
}

#[test]
fn captures_can_be_read_on_another_thread() {
    let captures = open_bytes(&[pcap(&[sample(0, b"a")])], usize::MAX).unwrap();
    assert_eq!(std::thread::spawn(|| drain(captures).0.len()).join().unwrap(), 1);
}

/// The times of the packets of some files.
fn some_files() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0..6_i64, 0..8), 1..5)
}

/// A file whose packets say its index and their own.
fn numbered(file: u8, times: &[i64]) -> Vec<(i64, Vec<u8>)> {
    times.iter().zip(0..).map(|(time, at)| (*time * 1000, vec![file, at])).collect()
}

fn write(packets: &[(i64, Vec<u8>)]) -> Vec<u8> {
    pcap(&packets.iter().map(|(time, data)| sample(*time, data)).collect::<Vec<_>>())
}

proptest! {
    /// Times that do not go back make the merge a stable sort; ties go to the file that was named first.
    #[test]
    fn merging_sorted_files_is_a_stable_sort(mut files in some_files()) {
        files.iter_mut().for_each(|times| times.sort_unstable());
        let packets: Vec<_> = files.iter().zip(0..).map(|(times, file)| numbered(file, times)).collect();
        let written: Vec<_> = packets.iter().map(|packets| write(packets)).collect();
        let mut expected = packets.concat();
        expected.sort_by_key(|(time, _)| *time);
        let merged: Vec<_> = read_all(&written).0.into_iter().map(|packet| (packet.time, packet.data)).collect();
        prop_assert_eq!(merged, expected);
    }

    /// Whatever the times, no packet is lost and each file keeps its order.
    #[test]
    fn each_file_keeps_its_own_order(files in some_files()) {
        let packets: Vec<_> = files.iter().zip(0..).map(|(times, file)| numbered(file, times)).collect();
        let written: Vec<_> = packets.iter().map(|packets| write(packets)).collect();
        let merged = read_all(&written).0;
        for (file, expected) in packets.iter().enumerate() {
            let of_file = merged.iter().filter(|packet| packet.interface == file);
            let of_file: Vec<_> = of_file.map(|packet| (packet.time, packet.data.clone())).collect();
            prop_assert_eq!(&of_file, expected);
        }
    }
}
