//! IP headers with options, extension headers and fragments.

use super::*;
use etherparse::Ipv4Options;

/// The reason or the payload of an IP packet.
fn outcome(ip: &[u8]) -> Result<Vec<u8>, UnreadReason> {
    let packet = packet(LinkType::RAW, ip);
    let mut decoder = Decoder::new();
    let segment = decoder.decode(&packet).map(|segment| segment.payload.to_vec());
    segment.ok_or_else(|| reason(&packet))
}

/// An IPv6 packet with `headers`, the first of which is of type `first`, before TCP.
fn extended(first: u8, headers: &[&[u8]]) -> Vec<u8> {
    let plain = ipv6(b"payload");
    let (ip, tcp) = plain.split_at(40);
    let headers = headers.concat();
    let mut bytes = [ip, &headers, tcp].concat();
    bytes[6] = first;
    let len = u16::try_from(headers.len() + tcp.len()).unwrap();
    bytes[4..6].copy_from_slice(&len.to_be_bytes());
    bytes
}

const TCP: u8 = 6;
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTH: u8 = 51;
const DESTINATION: u8 = 60;

#[test]
fn ipv4_options_are_passed_over() {
    let header = etherparse::Ipv4Header {
        options: Ipv4Options::try_from(&[1; 12][..]).unwrap(),
        ..etherparse::Ipv4Header::new(0, 64, etherparse::ip_number::TCP, V4[0], V4[1]).unwrap()
    };
    let builder = PacketBuilder::ip(etherparse::IpHeaders::Ipv4(header, etherparse::Ipv4Extensions::default()));
    let mut bytes = Vec::new();
    builder.tcp(1, 2, 3, 4).write(&mut bytes, b"payload").unwrap();
    assert_eq!(bytes[0], 0x48);
    assert_eq!(outcome(&bytes).unwrap(), b"payload");
}

#[test]
fn tcp_options_are_not_payload() {
    let mut bytes = Vec::new();
    let tcp = PacketBuilder::ipv4(V4[0], V4[1], 64).tcp(1, 2, 3, 4).options_raw(&[1; 40]).unwrap();
    tcp.write(&mut bytes, b"payload").unwrap();
    assert_eq!(outcome(&bytes).unwrap(), b"payload");
}

#[test]
fn every_ipv6_extension_header_is_passed_over() {
    let options = |next, units: u8| {
        let mut header = vec![0; 8 + usize::from(units) * 8];
        (header[0], header[1]) = (next, units);
        header
    };
    let auth = [vec![TCP, 4], vec![0; 22]].concat();
    let atomic_fragment = [TCP, 0, 0, 0, 1, 2, 3, 4];
    for bytes in [
        extended(HOP_BY_HOP, &[&options(TCP, 0)]),
        extended(ROUTING, &[&options(TCP, 2)]),
        extended(DESTINATION, &[&options(TCP, 31)]),
        extended(FRAGMENT, &[&atomic_fragment]),
        extended(AUTH, &[&auth]),
        extended(
            HOP_BY_HOP,
            &[
                &options(DESTINATION, 1),
                &options(ROUTING, 0),
                &options(FRAGMENT, 3),
                &[AUTH, 0, 0, 0, 0, 0, 0, 0],
                &auth,
            ],
        ),
    ] {
        assert_eq!(outcome(&bytes).unwrap(), b"payload");
    }
}

#[test]
fn an_authentication_header_in_ipv4_is_passed_over() {
    let plain = ipv4(b"payload");
    let (ip, tcp) = plain.split_at(20);
    let mut bytes = [ip, &[TCP, 1, 0, 0], &[0; 8], tcp].concat();
    bytes[9] = AUTH;
    bytes[3] += 12;
    assert_eq!(outcome(&bytes).unwrap(), b"payload");
}

#[test]
fn fragments_of_tcp_are_counted_as_such() {
    let incomplete = UnreadReason::IpFragmentIncomplete;
    let cases = [([0x20, 0], incomplete), ([0, 1], incomplete), ([0x3f, 0xff], UnreadReason::BadIpFragment)];
    for (place, fragment) in cases {
        let mut bytes = ipv4(b"payload!payl");
        bytes[6..8].copy_from_slice(&place);
        assert_eq!(outcome(&bytes), Err(fragment));
        bytes[9] = 1;
        assert_eq!(outcome(&bytes), Err(UnreadReason::NotTcp), "fragments of ICMP are no loss");
    }
    let mut bytes = ipv4(b"payload");
    bytes[6] = 0x40;
    assert_eq!(outcome(&bytes).unwrap(), b"payload", "don't fragment is not a fragment");

    for (high, low, fragment) in [(0, 8, incomplete), (0xff, 0xf8, UnreadReason::BadIpFragment)] {
        let header = |next| extended(FRAGMENT, &[&[next, 0, high, low, 0, 0, 0, 1]]);
        assert_eq!(outcome(&header(TCP)), Err(fragment));
        assert_eq!(outcome(&header(DESTINATION)), Err(fragment));
        assert_eq!(outcome(&header(58)), Err(UnreadReason::NotTcp));
    }
    assert_eq!(outcome(&extended(FRAGMENT, &[&[TCP, 0, 0, 6, 0, 0, 0, 1]])).unwrap(), b"payload", "reserved bits");
}

#[test]
fn other_protocols_are_counted_as_such() {
    for protocol in [1, 17, 50, 132] {
        let mut bytes = ipv4(b"payload");
        bytes[9] = protocol;
        assert_eq!(outcome(&bytes), Err(UnreadReason::NotTcp));
        assert_eq!(outcome(&extended(protocol, &[])), Err(UnreadReason::NotTcp));
    }
    assert_eq!(outcome(&extended(59, &[])), Err(UnreadReason::NotTcp), "no next header");
}

#[test]
fn headers_that_contradict_themselves_are_bad() {
    let with = |at: usize, value: u8| {
        let mut bytes = ipv4(b"payload");
        bytes[at] = value;
        outcome(&bytes)
    };
    assert_eq!(with(0, 0x44), Err(UnreadReason::BadIpHeader), "an IPv4 header shorter than any");
    assert_eq!(with(0, 0x55), Err(UnreadReason::BadIpHeader), "IP version 5");
    assert_eq!(with(3, 19), Err(UnreadReason::BadIpHeader), "a total length within the header");
    assert_eq!(with(3, 39), Err(UnreadReason::BadTcpHeader), "a total length within the TCP header");
    assert_eq!(with(32, 0x40), Err(UnreadReason::BadTcpHeader), "a TCP header shorter than any");
    assert_eq!(with(32, 0xf0), Err(UnreadReason::BadTcpHeader), "a TCP header longer than the packet");
    let beyond_the_packet = extended(DESTINATION, &[&[TCP, 200, 0, 0, 0, 0, 0, 0]]);
    assert_eq!(outcome(&beyond_the_packet), Err(UnreadReason::BadIpHeader));
    assert_eq!(outcome(&[]), Err(UnreadReason::BadIpHeader));
}

#[test]
fn checksums_are_not_checked() {
    let mut bytes = ipv4(b"payload");
    for at in [10, 11, 36, 37] {
        bytes[at] ^= 0xff;
    }
    assert_eq!(outcome(&bytes).unwrap(), b"payload");
}
