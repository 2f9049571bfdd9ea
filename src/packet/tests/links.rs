//! Link layers and VLAN tags lead to the segment, or to the reason why there is none.

use super::*;

fn vlan(data: &[u8]) -> Vec<u16> {
    segment(&packet(LinkType::ETHERNET, data)).vlan.tags().collect()
}

/// An Ethernet frame with tags of the given types and numbers.
fn tagged(tags: &[(u16, u16)], ip: &[u8]) -> Vec<u8> {
    let frame = ethernet(ip);
    let (addresses, rest) = frame.split_at(12);
    let tags = tags.iter().flat_map(|(kind, tag)| [kind.to_be_bytes(), tag.to_be_bytes()]).flatten();
    addresses.iter().copied().chain(tags).chain(rest.iter().copied()).collect()
}

/// A Linux cooked packet of either version.
fn cooked(protocol: &[u8], rest: &[u8]) -> [(LinkType, Vec<u8>); 2] {
    let v1 = [&[0, 4, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0], protocol, rest].concat();
    let v2 = [protocol, &[0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 2, 2, 2, 2, 2, 0, 0], rest].concat();
    [(LinkType::LINUX_SLL, v1), (LinkType::LINUX_SLL2, v2)]
}

#[test]
fn every_link_type_leads_to_the_same_segment() {
    for ip in [ipv4(b"payload"), ipv6(b"payload")] {
        let is_v6 = ip[0] >> 4 == 6;
        let mut packets: Vec<(LinkType, Vec<u8>)> = [12, 14, 101].map(|raw| (LinkType(raw), ip.clone())).into();
        packets.push((if is_v6 { LinkType::IPV6 } else { LinkType::IPV4 }, ip.clone()));
        packets.push((LinkType::ETHERNET, ethernet(&ip)));
        packets.extend(cooked(if is_v6 { &[0x86, 0xdd] } else { &[8, 0] }, &ip));
        let families: &[u32] = if is_v6 { &[10, 23, 24, 28, 30] } else { &[2] };
        for family in families {
            for family in [family.to_le_bytes(), family.to_be_bytes()] {
                packets.push((LinkType::NULL, [&family, &ip[..]].concat()));
                packets.push((LinkType::LOOP, [&family, &ip[..]].concat()));
            }
        }
        for (link, data) in packets {
            let segment = segment(&packet(link, &data));
            assert_eq!((segment.payload, segment.payload_len, segment.seq), (&b"payload"[..], 7, SEQ), "{link}");
            assert_eq!((segment.source.port, segment.source.addr.is_ipv6()), (CLIENT, is_v6));
        }
    }
}

#[test]
fn vlan_tags_are_looked_through_and_told() {
    let ip = ipv4(b"payload");
    assert!(vlan(&tagged(&[], &ip)).is_empty());
    assert_eq!(vlan(&tagged(&[(0x8100, 100)], &ip)), [100]);
    assert_eq!(vlan(&tagged(&[(0x8100, 0xe064)], &ip)), [100], "priority bits are not part of the tag");
    assert_eq!(vlan(&tagged(&[(0x88a8, 7), (0x8100, 100)], &ip)), [7, 100]);
    assert_eq!(vlan(&tagged(&[(0x9100, 7), (0x9200, 8), (0x8100, 100)], &ip)), [7, 8, 100]);
    assert_eq!(vlan(&tagged(&[(0x8100, 1); 5], &ip)), [1; 5]);
    assert_eq!(vlan(&tagged(&[(0x8100, 1); 6], &ip)), [1; 5], "the innermost are told");
    assert_eq!(vlan(&tagged(&[(0x8100, 1); 29], &ip)), [1; 5]);
    assert_eq!(reason(&packet(LinkType::ETHERNET, &tagged(&[(0x8100, 1); 30], &ip))), UnreadReason::NestedTooDeep);
    let inside = segment(&packet(LinkType::ETHERNET, &tagged(&[(0x88a8, 7), (0x8100, 100)], &ip))).payload.to_vec();
    assert_eq!(inside, b"payload");
}

#[test]
fn cooked_packets_have_vlan_tags_too() {
    let rest = [&[0, 100, 0x81, 0, 0, 7, 8, 0], &ipv4(b"payload")[..]].concat();
    for (link, data) in cooked(&[0x88, 0xa8], &rest) {
        let segment = segment(&packet(link, &data));
        assert_eq!((segment.vlan.tags().collect::<Vec<_>>(), segment.payload), (vec![100, 7], &b"payload"[..]));
    }
}

#[test]
fn what_is_not_ip_is_counted_as_such() {
    let arp = [&[0xff; 12], &[8, 6][..], &[0; 46]].concat();
    assert_eq!(reason(&packet(LinkType::ETHERNET, &arp)), UnreadReason::NotIp);
    let spanning_tree = [&[0xff; 12], &[0, 38][..], &[0x42, 0x42, 3]].concat();
    assert_eq!(reason(&packet(LinkType::ETHERNET, &spanning_tree)), UnreadReason::NotIp);
    assert_eq!(reason(&packet(LinkType::NULL, &[&[7, 0, 0, 0], &ipv4(b"")[..]].concat())), UnreadReason::NotIp);
    for (link, data) in cooked(&[8, 6], &[0; 28]) {
        assert_eq!(reason(&packet(link, &data)), UnreadReason::NotIp);
    }
    assert_eq!(reason(&packet(LinkType(147), &ipv4(b""))), UnreadReason::UnknownLinkType);
}

#[test]
fn a_packet_that_ends_in_its_link_header_is_bad_unless_it_was_snapped() {
    let frame = tagged(&[(0x8100, 1)], &ipv4(b""));
    for len in 0..18 {
        assert_eq!(reason(&packet(LinkType::ETHERNET, &frame[..len])), UnreadReason::BadLinkHeader, "{len}");
        assert_eq!(reason(&snapped(LinkType::ETHERNET, &frame, len)), UnreadReason::HeadersSnapped, "{len}");
    }
    for link in [LinkType::NULL, LinkType::LOOP, LinkType::LINUX_SLL, LinkType::LINUX_SLL2] {
        assert_eq!(reason(&packet(link, &[0, 0])), UnreadReason::BadLinkHeader);
    }
}
