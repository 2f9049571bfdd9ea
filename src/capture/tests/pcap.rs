//! pcap files in every byte order and resolution.

use super::build::{Sample, pcap, pcap_as, pcap_header, put32, sample};
use super::*;
use crate::limits;

const TIME: i64 = 1_754_607_232_581_782_000;

#[test]
fn byte_orders_and_resolutions_give_the_same_packets() {
    let packets =
        [sample(TIME, b"one"), Sample { len: 1500, ..sample(TIME + 1000, b"two!") }, sample(TIME + 2000, b"")];
    let expected = read_whole(&pcap(&packets));
    let times: Vec<i64> = expected.iter().map(|packet| packet.time).collect();
    assert_eq!(times, [TIME, TIME + 1000, TIME + 2000]);
    for order in [Order::Little, Order::Big] {
        for ns_per_fraction in [1, 1000] {
            assert_eq!(read_whole(&pcap_as(order, ns_per_fraction, &packets)), expected);
        }
    }
    let nanoseconds = read_whole(&pcap_as(Order::Big, 1, &[sample(TIME + 7, b"")]));
    assert_eq!(nanoseconds[0].time, TIME + 7);
}

#[test]
fn what_a_record_says_is_passed_on() {
    let file =
        pcap(&[Sample { time: TIME, len: 1500, data: b"snapped".to_vec() }, Sample { len: 3, ..sample(0, b"more") }]);
    let (packets, facts) = read(&file);
    let first =
        Owned { number: 1, time: TIME, link: 1, interface: 0, len: 1500, fcs_len: 0, data: b"snapped".to_vec() };
    let second = Owned { number: 2, time: 0, link: 1, interface: 0, len: 3, fcs_len: 0, data: b"more".to_vec() };
    assert_eq!(packets, [first, second]);
    assert_eq!((facts.packets, facts.captured_bytes, facts.wire_bytes, facts.snapped_packets), (2, 11, 1503, 1));
    assert_eq!((facts.first_time.unwrap().ns(), facts.last_time.unwrap().ns()), (0, TIME));
    assert_eq!((facts.files[0].packets, facts.files[0].compression), (2, None));
    assert_eq!((facts.interfaces[0].snap_len, facts.interfaces[0].link), (262_144, LinkType::ETHERNET));
}

#[test]
fn a_file_without_packets_is_a_capture() {
    let (packets, facts) = read(&pcap(&[]));
    assert_eq!((packets, facts.packets, facts.first_time, facts.problems), (vec![], 0, None, vec![]));
}

#[test]
fn an_incredible_length_ends_the_file_after_what_was_good() {
    for order in [Order::Little, Order::Big] {
        let mut file = pcap_as(order, 1000, &[sample(0, b"good")]);
        let start = file.len() as u64;
        file.extend([0, 0, limits::PACKET_LEN + 1, 60].iter().flat_map(|word| put32(order, *word)));
        file.extend(vec![0; 4 << 20]);
        let (packets, offset, what) = read_damaged(&file);
        assert_eq!((packets.len(), offset), (1, start));
        assert!(what.contains("1048577 bytes"), "{what}");
    }
}

#[test]
fn packets_up_to_the_limit_are_read() {
    let large = vec![7; limits::PACKET_LEN as usize];
    let packets = read_whole(&pcap(&[sample(1000, &large), sample(2000, b"next")]));
    assert!(packets[0].data == large);
    assert_eq!(packets[1].data, b"next");
}

#[test]
fn a_file_is_passed_through_in_its_own_order() {
    let packets = read_whole(&pcap(&[sample(5000, b"a"), sample(1000, b"b"), sample(9000, b"c"), sample(1000, b"d")]));
    assert_eq!(packets.iter().map(|packet| packet.data[0]).collect::<Vec<_>>(), b"abcd");
    assert_eq!(packets.iter().map(|packet| packet.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn the_last_time_of_the_format_is_not_clipped() {
    let mut file = pcap_header(Order::Little, 1, 1);
    file.extend([u32::MAX, u32::MAX, 0, 0].iter().flat_map(|word| put32(Order::Little, *word)));
    assert_eq!(read_whole(&file)[0].time, 4_294_967_295 * 1_000_000_000 + 4_294_967_295);
}
