//! Tests of the stage as its user sees it, over packets that etherparse or the test itself writes.

mod encapsulations;
mod fragments;
mod hostile;
mod lengths;
mod links;
mod networks;
mod wrapping;

use super::{Decoder, Segment, UnreadReason, VlanPath};
use crate::capture::{LinkType, Packet};
use crate::units::Timestamp;
use etherparse::PacketBuilder;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const CLIENT: u16 = 50_000;
const SERVER: u16 = 8001;
const SEQ: u32 = 0xffff_fff0;
const ACK: u32 = 7;

const V4: [[u8; 4]; 2] = [[192, 0, 2, 1], [198, 51, 100, 2]];

fn v6(last: u8) -> [u8; 16] {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last.into()).octets()
}

/// An IPv4 packet with a TCP packet in it.
fn ipv4(payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4(V4[0], V4[1], 64).tcp(CLIENT, SERVER, SEQ, 4096).ack(ACK).psh();
    let mut bytes = Vec::new();
    builder.write(&mut bytes, payload).unwrap();
    bytes
}

/// An IPv6 packet with a TCP packet in it.
fn ipv6(payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv6(v6(1), v6(2), 64).tcp(CLIENT, SERVER, SEQ, 4096).ack(ACK).psh();
    let mut bytes = Vec::new();
    builder.write(&mut bytes, payload).unwrap();
    bytes
}

/// `ip` in an Ethernet frame.
fn ethernet(ip: &[u8]) -> Vec<u8> {
    let ether_type: [u8; 2] = if ip[0] >> 4 == 6 { [0x86, 0xdd] } else { [8, 0] };
    [&[0x02; 12], &ether_type[..], ip].concat()
}

/// A packet of which everything was captured.
fn packet(link: LinkType, data: &[u8]) -> Packet<'_> {
    let len = u32::try_from(data.len()).unwrap();
    Packet { number: 42, time: Timestamp::from_ns(99), link, interface: 0, len, fcs_len: 0, data }
}

/// The first `captured` bytes of a packet.
fn snapped(link: LinkType, data: &[u8], captured: usize) -> Packet<'_> {
    Packet { data: &data[..captured], ..packet(link, data) }
}

/// The segment of a packet that must have one.
fn segment<'a>(packet: &Packet<'a>) -> Segment<'a> {
    let segment = Box::leak(Box::new(Decoder::new())).decode(packet);
    segment.unwrap_or_else(|| panic!("{}", reason(packet)))
}

/// The reason why a packet has none.
fn reason(packet: &Packet<'_>) -> UnreadReason {
    let mut decoder = Decoder::new();
    let segment = decoder.decode(packet);
    assert!(segment.is_none(), "{segment:?}");
    let unread: Vec<_> = decoder.unread().collect();
    let [(reason, 1)] = unread[..] else { panic!("{unread:?}") };
    reason
}

#[test]
fn a_segment_says_what_its_headers_say() {
    let data = ethernet(&ipv4(b"payload"));
    let segment = segment(&packet(LinkType::ETHERNET, &data));
    assert_eq!((segment.origin.packet, segment.origin.time.ns()), (42, 99));
    assert_eq!(segment.source.to_string(), "192.0.2.1:50000");
    assert_eq!(segment.destination.to_string(), "198.51.100.2:8001");
    assert_eq!((segment.seq, segment.ack, segment.vlan), (SEQ, ACK, VlanPath::default()));
    assert_eq!((segment.payload, segment.payload_len), (&b"payload"[..], 7));
}

#[test]
fn control_bits_are_told_apart() {
    type Step = etherparse::PacketBuilderStep<etherparse::TcpHeader>;
    let flags = |build: fn(Step) -> Step| {
        let builder = build(PacketBuilder::ipv4(V4[0], V4[1], 64).tcp(1, 2, 3, 4));
        let mut bytes = Vec::new();
        builder.write(&mut bytes, &[]).unwrap();
        let flags = segment(&packet(LinkType::RAW, &bytes)).flags;
        [flags.syn, flags.ack, flags.fin, flags.rst]
    };
    assert_eq!(flags(|tcp| tcp), [false; 4]);
    assert_eq!(flags(Step::syn), [true, false, false, false]);
    assert_eq!(flags(|tcp| tcp.ack(1)), [false, true, false, false]);
    assert_eq!(flags(Step::fin), [false, false, true, false]);
    assert_eq!(flags(|tcp| tcp.rst().psh().urg(1).ece().cwr()), [false, false, false, true]);
}

#[test]
fn unread_packets_are_counted_by_reason_and_by_what_they_are() {
    let mut decoder = Decoder::new();
    assert_eq!(decoder.unread().count(), 0);
    let udp = {
        let mut bytes = Vec::new();
        PacketBuilder::ipv4(V4[0], V4[1], 64).udp(1, 2).write(&mut bytes, b"x").unwrap();
        bytes
    };
    for _ in 0..3 {
        assert!(decoder.decode(&packet(LinkType::RAW, &udp)).is_none());
        assert!(decoder.decode(&packet(LinkType(147), &udp)).is_none());
    }
    assert!(decoder.decode(&packet(LinkType(149), &udp)).is_none());
    assert!(decoder.decode(&packet(LinkType::RAW, &ipv4(b"x"))).is_some());
    let expected = [(UnreadReason::UnknownLinkType, 4), (UnreadReason::NotTcp, 3)];
    assert_eq!(decoder.unread().collect::<Vec<_>>(), expected);
    let details: Vec<_> = decoder.details().map(|(reason, name, count)| format!("{count} {reason}: {name}")).collect();
    let expected = ["3 unknown-link-type: link type 147", "1 unknown-link-type: link type 149", "3 not-tcp: UDP"];
    assert_eq!(details, expected);
}

#[test]
fn reasons_have_names_of_their_own() {
    let mut names: Vec<_> = UnreadReason::ALL.iter().map(|reason| reason.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), UnreadReason::ALL.len());
    assert_eq!(UnreadReason::IpFragmentOverlap.to_string(), "ip-fragment-overlap");
    assert!(UnreadReason::ALL.iter().enumerate().all(|(at, reason)| *reason as usize == at));
}

#[test]
fn both_ip_versions_are_addresses() {
    assert_eq!(segment(&packet(LinkType::RAW, &ipv4(b""))).source.addr, IpAddr::V4(Ipv4Addr::from(V4[0])));
    assert_eq!(segment(&packet(LinkType::RAW, &ipv6(b""))).destination.addr, IpAddr::V6(Ipv6Addr::from(v6(2))));
}
