use super::build::{Blocks, Sample, pcap, sample};
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

proptest! {
    /// Times that do not go back make the merge a stable sort; ties go to the file that was named first.
    #[test]
    fn merging_sorted_files_is_a_stable_sort(mut files in prop::collection::vec(prop::collection::vec(0..6_i64, 0..8), 1..5)) {
        let mut expected = Vec::new();
        for (index, times) in files.iter_mut().enumerate() {
            times.sort_unstable();
            expected.extend(times.iter().enumerate().map(|(at, time)| (*time * 1000, vec![index as u8, at as u8])));
        }
        expected.sort_by_key(|(time, _)| *time);
        let written: Vec<Vec<u8>> = files.iter().enumerate().map(|(index, times)| {
            let packets: Vec<Sample> = times.iter().enumerate()
                .map(|(at, time)| sample(*time * 1000, &[index as u8, at as u8])).collect();
            pcap(&packets)
        }).collect();
        let merged: Vec<_> = read_all(&written).0.into_iter().map(|packet| (packet.time, packet.data)).collect();
        prop_assert_eq!(merged, expected);
    }

    /// Whatever the times, no packet is lost and each file keeps its order.
    #[test]
    fn each_file_keeps_its_own_order(files in prop::collection::vec(prop::collection::vec(0..6_i64, 0..8), 1..5)) {
        let written: Vec<Vec<u8>> = files.iter().map(|times| {
            pcap(&times.iter().enumerate().map(|(at, time)| sample(*time * 1000, &[at as u8])).collect::<Vec<_>>())
        }).collect();
        let (packets, _) = read_all(&written);
        for (index, times) in files.iter().enumerate() {
            let of_file: Vec<u8> = packets.iter().filter(|packet| packet.interface == index).map(|packet| packet.data[0]).collect();
            prop_assert_eq!(of_file, (0..times.len() as u8).collect::<Vec<_>>());
        }
    }
}
