//! Captures made up in memory: whole TCP conversations over raw IP.

use std::net::{IpAddr, SocketAddr};

/// `LINKTYPE_RAW`: packets start with the IP header.
const RAW_IP: u32 = 101;

pub(crate) const FIN: u8 = 1;
pub(crate) const SYN: u8 = 2;
pub(crate) const RST: u8 = 4;
pub(crate) const ACK: u8 = 16;

/// Who says it, and what.
pub(crate) type Said<'a> = (From, &'a [u8]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

/// Packets with any control bits, one after the other, with numbers as TCP counts them.
pub(crate) fn segments(client: &str, server: &str, sent: &[(From, u8, &[u8])]) -> Vec<Vec<u8>> {
    let ends: [SocketAddr; 2] = [client.parse().unwrap(), server.parse().unwrap()];
    let mut seq = [1000_u32, 5000];
    let send = |(from, flags, payload): &(From, u8, &[u8])| {
        let (me, you) = if *from == From::Client { (0, 1) } else { (1, 0) };
        let packet = packet(ends[me], ends[you], seq[me], seq[you], *flags, payload);
        seq[me] += payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        packet
    };
    sent.iter().map(send).collect()
}

/// The packets of a connection: handshake, what is said, and a FIN from either side.
pub(crate) fn connection(client: &str, server: &str, said: &[Said<'_>]) -> Vec<Vec<u8>> {
    let open = [(From::Client, SYN, &b""[..]), (From::Server, SYN | ACK, b""), (From::Client, ACK, b"")];
    let close = [(From::Client, FIN | ACK, &b""[..]), (From::Server, FIN | ACK, b""), (From::Client, ACK, b"")];
    let said = said.iter().map(|(from, payload)| (*from, ACK, *payload));
    segments(client, server, &open.into_iter().chain(said).chain(close).collect::<Vec<_>>())
}

/// One TCP segment; checksums are left at zero.
pub(crate) fn packet(from: SocketAddr, to: SocketAddr, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut tcp = [from.port().to_be_bytes(), to.port().to_be_bytes()].concat();
    tcp.extend([seq.to_be_bytes(), ack.to_be_bytes()].concat());
    tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend(payload);
    let len = tcp.len() as u16;
    let mut packet = match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let mut ip = vec![0x45, 0];
            ip.extend((len + 20).to_be_bytes());
            ip.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
            ip.extend([from.octets(), to.octets()].concat());
            ip
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let mut ip = vec![0x60, 0, 0, 0];
            ip.extend(len.to_be_bytes());
            ip.extend([6, 64]);
            ip.extend([from.octets(), to.octets()].concat());
            ip
        }
        _ => panic!("one family"),
    };
    packet.extend(tcp);
    packet
}

/// A pcap file of packets a millisecond apart.
pub(crate) fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut file = words(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, RAW_IP]);
    for (index, packet) in packets.iter().enumerate() {
        let (time, len) = (index as u32 * 1000, packet.len() as u32);
        file.extend(words(&[1_700_000_000 + time / 1_000_000, time % 1_000_000, len, len]));
        file.extend(packet);
    }
    file
}

/// A Star Network frame.
pub(crate) fn star_frame(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_le_bytes()[..], &[0xef, 0xbe, 0xad, 0xde], payload].concat()
}

/// A length-delimited field, at most 127 bytes long.
pub(crate) fn text_field(number: u8, text: &str) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat()
}
