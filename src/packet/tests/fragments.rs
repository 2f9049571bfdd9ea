//! Segments that travel in IP fragments, in any order and in any tunnel.

use super::wrapping::{FRAMES, TUNNELS_OF_FRAMES, TUNNELS_OF_IP, in_ipv4};
use super::*;
use etherparse::{Ipv4HeaderSlice, ip_number};
use proptest::prelude::*;

/// The fragments of an IPv4 packet without options, or an IPv6 packet, of at most `len` bytes of payload each.
fn fragments(ip: &[u8], len: usize) -> Vec<Vec<u8>> {
    let is_v6 = ip[0] >> 4 == 6;
    let (header, payload) = ip.split_at(if is_v6 { 40 } else { 20 });
    let parts: Vec<_> = payload.chunks(len).collect();
    let last = parts.len() - 1;
    let parts = parts.into_iter().enumerate();
    parts.map(|(index, part)| fragment(header, index * len, part, index < last)).collect()
}

fn fragment(header: &[u8], offset: usize, part: &[u8], more: bool) -> Vec<u8> {
    let mut header = header.to_vec();
    let offset = u16::try_from(offset).unwrap();
    if header.len() == 40 {
        let next = std::mem::replace(&mut header[6], ip_number::IPV6_FRAG.0);
        header[4..6].copy_from_slice(&u16::try_from(part.len() + 8).unwrap().to_be_bytes());
        let place = (offset | u16::from(more)).to_be_bytes();
        return [&header[..], &[next, 0], &place[..], &[0, 0, 0, 9], part].concat();
    }
    header[2..4].copy_from_slice(&u16::try_from(part.len() + 20).unwrap().to_be_bytes());
    header[4..8].copy_from_slice(&[[0, 9], ((offset / 8) | (u16::from(more) << 13)).to_be_bytes()].concat());
    header[10..12].fill(0);
    let checksum = Ipv4HeaderSlice::from_slice(&header).unwrap().to_header().calc_header_checksum();
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    [&header, part].concat()
}

/// Decodes packets, and gives the number, the payload and its length of each segment.
fn decode(decoder: &mut Decoder, link: u32, packets: &[Vec<u8>]) -> Vec<(u64, Vec<u8>, u32)> {
    let packets = packets.iter().map(|data| packet(LinkType(link), data));
    let numbered = (1..).zip(packets).map(|(number, packet)| Packet { number, ..packet });
    let segments = numbered.filter_map(|packet| {
        let segment = decoder.decode(&packet)?;
        Some((segment.origin.packet, segment.payload.to_vec(), segment.payload_len))
    });
    segments.collect()
}

fn unread(decoder: &Decoder) -> Vec<(UnreadReason, u64)> {
    decoder.unread().collect()
}

#[test]
fn the_packet_that_completes_a_segment_brings_it() {
    for ip in [ipv4(b"first second third"), ipv6(b"first second third")] {
        let mut parts = fragments(&ip, 16);
        parts.rotate_left(1);
        let mut decoder = Decoder::new();
        let expected = (3, b"first second third".to_vec(), 18);
        assert_eq!(decode(&mut decoder, 101, &parts), [expected]);
        assert_eq!((unread(&decoder), decoder.joined()), (vec![], 2));
    }
}

#[test]
fn segments_of_all_lengths_come_out_of_fragments_of_all_lengths() {
    for (payload, len) in [(0, 8), (1, 8), (100, 24), (1460, 552), (65_000, 1480), (65_000, 8)] {
        for wrap in [ipv4, ipv6] {
            let content: Vec<u8> = (0..=250).cycle().take(payload).collect();
            let parts = fragments(&wrap(&content), len);
            let mut decoder = Decoder::new();
            let expected = (parts.len() as u64, content, u32::try_from(payload).unwrap());
            assert_eq!(decode(&mut decoder, 101, &parts), [expected]);
        }
    }
}

#[test]
fn a_lone_first_fragment_is_unread() {
    for ip in [ipv4(&[7; 100]), ipv6(&[7; 100])] {
        let parts = fragments(&ip, 64);
        let mut decoder = Decoder::new();
        assert_eq!(decode(&mut decoder, 101, &parts[..1]), []);
        assert_eq!(unread(&decoder), [(UnreadReason::IpFragmentIncomplete, 1)]);
        let detail = (UnreadReason::IpFragmentIncomplete, "TCP".to_owned(), 1);
        assert_eq!(decoder.details().collect::<Vec<_>>(), [detail]);
        assert_eq!(decode(&mut decoder, 101, &parts[1..]).len(), 1, "asking changes nothing");
        assert_eq!(unread(&decoder), []);
    }
}

#[test]
fn every_fragment_is_counted_once() {
    let parts = fragments(&ipv4(&[7; 100]), 40);
    let other = fragments(&ipv4(&[8; 100]), 40);
    let order = [&parts[0], &parts[0], &other[0], &parts[1], &other[1], &parts[2], &parts[2]].map(Clone::clone);
    let mut decoder = Decoder::new();
    let segments = decode(&mut decoder, 101, &order);
    assert_eq!(segments, [(6, vec![7; 100], 100)]);
    let expected = [
        (UnreadReason::IpFragmentIncomplete, 1),
        (UnreadReason::IpFragmentOverlap, 2),
        (UnreadReason::IpFragmentDuplicate, 1),
    ];
    assert_eq!((unread(&decoder), decoder.joined()), (expected.into(), 2));
}

#[test]
fn fragments_of_what_is_not_read_are_all_counted_as_such() {
    let datagram = in_ipv4(17, &[&[0, 9, 0, 53, 0, 108, 0, 0][..], &[7; 100]].concat());
    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, 101, &fragments(&datagram, 40)), []);
    assert_eq!(unread(&decoder), [(UnreadReason::NotTcp, 3)]);
}

#[test]
fn fragments_of_different_packets_do_not_mix() {
    let part = |ip: Vec<u8>| fragments(&ip, 40);
    let [one, other] = [7, 8].map(|byte| part(ipv4(&[byte; 60])));
    let (mut identifier, mut address, mut protocol) = (other[1].clone(), other[1].clone(), other[1].clone());
    identifier[5] ^= 1;
    address[19] ^= 1;
    protocol[9] = 17;
    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, 101, &[one[0].clone(), identifier, address, protocol]), []);
    assert_eq!(unread(&decoder), [(UnreadReason::IpFragmentIncomplete, 4)]);

    let tagged = FRAMES.into_iter().find(|way| way.0 == "VLAN").unwrap().1;
    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, 1, &[ethernet(&one[0]), tagged(&other[1]), ethernet(&one[1])]).len(), 1);
    assert_eq!(unread(&decoder), [(UnreadReason::IpFragmentIncomplete, 1)]);
}

#[test]
fn a_snapped_fragment_leaves_a_segment_of_its_true_length() {
    let parts = fragments(&ipv4(&[7; 100]), 40);
    let mut decoder = Decoder::new();
    for (index, part) in parts.iter().enumerate() {
        let captured = if index == 1 { 30 } else { part.len() };
        let Some(segment) = decoder.decode(&snapped(LinkType::RAW, part, captured)) else { continue };
        assert_eq!((index, segment.payload, segment.payload_len), (2, &[7; 30][..], 100));
    }
    assert_eq!(decoder.joined(), 2);
}

#[test]
fn a_tunnel_in_fragments_is_followed_and_fragments_in_it_too() {
    let content = [7; 400];
    let inner = fragments(&ipv4(&content), 200);
    let vxlan = |ip: &[u8]| {
        let tunnel = TUNNELS_OF_FRAMES[0].1(&FRAMES[0].1(ip));
        in_ipv4(tunnel[0], &tunnel[1..])
    };
    let mut identifier = 0;
    let mut outer = |ip: &[u8]| {
        identifier += 1;
        let mut parts = fragments(&vxlan(ip), 96);
        parts.iter_mut().for_each(|part| part[4] = identifier);
        parts
    };
    let packets: Vec<_> = inner.iter().flat_map(|part| outer(part)).collect();
    assert_eq!((inner.len(), packets.len()), (3, 7));
    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, 101, &packets), [(7, content.to_vec(), 400)]);
    assert_eq!((unread(&decoder), decoder.joined()), (vec![], 6));

    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, 101, &packets[..6]), []);
    assert_eq!(unread(&decoder), [(UnreadReason::IpFragmentIncomplete, 6)]);
}

#[test]
fn fragments_in_fragments_are_followed_to_the_cap() {
    let ip_in_ip = |ip: &[u8]| in_ipv4(4, ip);
    let mut packets = vec![ipv4(&[7; 900])];
    for level in 1..=4_u8 {
        packets = packets
            .iter()
            .enumerate()
            .flat_map(|(index, ip)| {
                let wrapped = if level == 1 { ip.clone() } else { ip_in_ip(ip) };
                let half = (wrapped.len() - 20).div_ceil(16) * 8;
                let mut parts = fragments(&wrapped, half);
                parts.iter_mut().for_each(|part| (part[4], part[5]) = (level, u8::try_from(index).unwrap()));
                parts
            })
            .collect();
        let mut decoder = Decoder::new();
        let segments = decode(&mut decoder, 101, &packets);
        assert_eq!(packets.len(), 1 << level);
        if level <= 3 {
            assert_eq!((segments.len(), unread(&decoder)), (1, vec![]), "{level}");
        } else {
            assert_eq!((segments.len(), unread(&decoder)), (0, vec![(UnreadReason::NestedTooDeep, 16)]));
        }
    }
}

#[test]
fn a_flood_of_fragments_is_counted_to_the_last() {
    let parts = fragments(&ipv4(&[7; 2000]), 1480);
    let mut decoder = Decoder::new();
    let mut flood = parts[0].clone();
    for id in 0..40_000_u16 {
        flood[4..6].copy_from_slice(&id.to_be_bytes());
        assert!(decoder.decode(&packet(LinkType::RAW, &flood)).is_none());
    }
    let counts = unread(&decoder);
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), 40_000);
    assert!(counts[0].0 == UnreadReason::IpFragmentIncomplete && counts[0].1 <= 4096, "{counts:?}");
}

proptest! {
    /// Fragments of several packets, in any order, some twice, in any tunnel: each packet comes out once, and every
    /// packet that went in is accounted for.
    #[test]
    fn fragments_in_any_order_give_the_same_segments(
        contents in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..300), any::<bool>(), 1..12_usize), 1..5),
        tunnel in prop::sample::select(&TUNNELS_OF_IP[..]),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let mut packets = Vec::new();
        for (id, (content, is_v6, units)) in (0..).zip(&contents) {
            let mut parts = fragments(&if *is_v6 { ipv6(content) } else { ipv4(content) }, units * 8);
            parts.iter_mut().for_each(|part| part[if *is_v6 { 47 } else { 5 }] = id);
            packets.extend(parts);
        }
        let total = packets.len();
        for (at, index) in order.iter().enumerate() {
            packets.swap(at % total, index.index(total));
        }
        let packets: Vec<_> = packets.iter().map(|ip| tunnel.1(ip)).map(|inner| in_ipv4(inner[0], &inner[1..])).collect();
        let mut decoder = Decoder::new();
        let mut segments: Vec<_> = decode(&mut decoder, 101, &packets).into_iter().map(|segment| segment.1).collect();
        let mut expected: Vec<_> = contents.into_iter().map(|content| content.0).collect();
        segments.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(segments.len() as u64 + decoder.joined(), total as u64);
        prop_assert_eq!(segments, expected);
        prop_assert_eq!(unread(&decoder), []);
    }

    /// Whatever comes, every packet is in a segment or counted.
    #[test]
    fn every_packet_is_accounted_for(
        packets in prop::collection::vec((0..20_usize, any::<bool>(), 0..60_usize, 0..3_u8, any::<bool>()), 0..100),
    ) {
        let mut decoder = Decoder::new();
        let total = packets.len() as u64;
        let plain = ipv4(&[]);
        let packets: Vec<_> = packets.into_iter().map(|(unit, more, len, id, is_tcp)| {
            let mut ip = fragment(&plain[..20], unit * 8, &plain[20..].iter().copied().cycle().take(len).collect::<Vec<_>>(), more);
            (ip[5], ip[9]) = (id, if is_tcp { 6 } else { 4 });
            ip
        }).collect();
        let segments = decode(&mut decoder, 101, &packets).len() as u64;
        let unread: u64 = decoder.unread().map(|(_, count)| count).sum();
        prop_assert_eq!(segments + decoder.joined() + unread, total);
    }
}
