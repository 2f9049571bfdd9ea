//! A captured packet taken apart and put together again: Ethernet or NULL, VLAN tags, IPv4, TCP.

use super::pcap::{ETHERNET, NULL, Record};

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const PSH: u8 = 0x08;
pub(crate) const ACK: u8 = 0x10;

/// Ports of the sender and the receiver; enough to tell apart the directions of the connections of a sample.
pub(crate) type Flow = (u16, u16);

/// A TCP segment and the headers around it.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// Everything before the payload.
    headers: Vec<u8>,
    ip_at: usize,
    tcp_at: usize,
    pub(crate) flow: Flow,
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    pub(crate) flags: u8,
    /// The captured payload bytes, without what follows the IP packet.
    pub(crate) payload: Vec<u8>,
}

impl Packet {
    /// A packet on loopback without payload.
    pub(crate) fn new(flow: Flow, seq: u32, ack: u32, flags: u8) -> Self {
        let mut headers = vec![0; 12];
        headers.extend([0x08, 0x00]);
        headers.extend([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        headers.extend([flow.0.to_be_bytes(), flow.1.to_be_bytes()].concat());
        headers.extend([0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 0xff, 0xff, 0, 0, 0, 0]);
        Self { headers, ip_at: 14, tcp_at: 34, flow, seq, ack, flags, payload: Vec::new() }
    }

    /// The TCP segment in a packet of this link type, or `None` if there is none.
    pub(crate) fn decode(link: u32, data: &[u8]) -> Option<Self> {
        let ip_at = ip_at(link, data)?;
        let ip_header_len = usize::from(data.get(ip_at)? & 0x0f) * 4;
        let ip_len = usize::from(u16_at(data, ip_at + 2)?);
        let is_tcp_over_ipv4 = data.get(ip_at)? >> 4 == 4 && *data.get(ip_at + 9)? == 6;
        let tcp_at = ip_at + ip_header_len;
        let tcp_header_len = usize::from(data.get(tcp_at + 12)? >> 4) * 4;
        let payload_at = tcp_at + tcp_header_len;
        let end = data.len().min(ip_at + ip_len);
        is_tcp_over_ipv4.then_some(())?;
        Some(Self {
            headers: data.get(..payload_at)?.to_vec(),
            ip_at,
            tcp_at,
            flow: (u16_at(data, tcp_at)?, u16_at(data, tcp_at + 2)?),
            seq: u32_at(data, tcp_at + 4)?,
            ack: u32_at(data, tcp_at + 8)?,
            flags: *data.get(tcp_at + 13)?,
            payload: data.get(payload_at..end)?.to_vec(),
        })
    }

    /// The packet as a record, with the lengths and checksums that belong to its payload.
    pub(crate) fn encode(&self, time_ns: u64) -> Record {
        let mut data = self.headers.clone();
        let tcp_len = u16::try_from(data.len() - self.tcp_at + self.payload.len()).unwrap_or(u16::MAX);
        let ip_len = u16::try_from(self.tcp_at - self.ip_at).unwrap_or(0).saturating_add(tcp_len);
        put(&mut data, self.ip_at + 2, ip_len.to_be_bytes());
        put(&mut data, self.tcp_at + 4, self.seq.to_be_bytes());
        put(&mut data, self.tcp_at + 8, self.ack.to_be_bytes());
        put(&mut data, self.tcp_at + 13, [self.flags]);
        data.extend(&self.payload);

        put(&mut data, self.ip_at + 10, [0, 0]);
        let ip_checksum = checksum(data.get(self.ip_at..self.tcp_at).unwrap_or_default());
        put(&mut data, self.ip_at + 10, ip_checksum.to_be_bytes());

        put(&mut data, self.tcp_at + 16, [0, 0]);
        let mut covered = data.get(self.ip_at + 12..self.ip_at + 20).unwrap_or_default().to_vec();
        covered.extend([0, 6]);
        covered.extend(tcp_len.to_be_bytes());
        covered.extend(data.get(self.tcp_at..).unwrap_or_default());
        put(&mut data, self.tcp_at + 16, checksum(&covered).to_be_bytes());
        Record { time_ns, wire_len: u32::try_from(data.len()).unwrap_or(u32::MAX), data }
    }
}

/// Where the IP header starts.
fn ip_at(link: u32, data: &[u8]) -> Option<usize> {
    match link {
        NULL => (*data.first()? == 2).then_some(4),
        ETHERNET => {
            let mut at = 12;
            while u16_at(data, at)? == 0x8100 {
                at += 4;
            }
            (u16_at(data, at)? == 0x0800).then_some(at + 2)
        }
        _ => None,
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

fn put<const N: usize>(data: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = data.get_mut(at..at + N) {
        place.copy_from_slice(&bytes);
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let weighted = bytes.iter().zip([8, 0].into_iter().cycle()).map(|(byte, shift)| u32::from(*byte) << shift);
    let mut sum: u32 = weighted.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}
