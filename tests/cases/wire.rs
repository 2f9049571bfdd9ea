//! Segments as packets of a capture.

use crate::pcap::Record;
use crate::script::Sent;

/// What carries a segment, bytes and counts from the outside in.
#[derive(Debug, Default)]
struct Carrier {
    tags: Vec<u16>,
    ether_type: Option<u16>,
    protocol: Option<u8>,
    v6: bool,
    jumbo: bool,
    /// IPv4 total length or IPv6 payload length, if it is not as it should be.
    total: Option<u16>,
    /// Bytes of IP payload in a fragment.
    fragment_len: Option<usize>,
    padding: usize,
    /// Length on the wire, if it is not as it should be.
    claimed: Option<u32>,
    snapped: Option<usize>,
    pppoe: bool,
    gre: bool,
    vxlan: Option<u32>,
}

impl Carrier {
    fn new(wrapping: &[(String, u32)]) -> Self {
        let mut carrier = Self::default();
        for (word, number) in wrapping {
            match word.as_str() {
                "vlan" => carrier.tags.push(*number as u16),
                "arp" => carrier.ether_type = Some(0x0806),
                "udp" => carrier.protocol = Some(17),
                "v6" => carrier.v6 = true,
                "jumbo" => (carrier.v6, carrier.jumbo) = (true, true),
                "total" => carrier.total = Some(*number as u16),
                "fragments" => carrier.fragment_len = Some(*number as usize),
                "pad" => carrier.padding = *number as usize,
                "claims" => carrier.claimed = Some(*number),
                "snap" => carrier.snapped = Some(*number as usize),
                "pppoe" => carrier.pppoe = true,
                "gre" => carrier.gre = true,
                "vxlan" => carrier.vxlan = Some(*number),
                _ => panic!("`{word}` is no way to carry a segment"),
            }
        }
        carrier
    }

    /// IP packets, one or its fragments, with how many bytes the snap length took off the end.
    fn ip(&self, sent: &Sent, id: u16) -> Vec<Vec<u8>> {
        let tcp = tcp(sent);
        let full_len = tcp.len() + sent.cut_len as usize;
        let protocol = self.protocol.unwrap_or(6);
        if self.v6 {
            return vec![self.ipv6(sent, protocol, &tcp, full_len)];
        }
        let piece_len = self.fragment_len.unwrap_or(full_len.max(1));
        let pieces: Vec<&[u8]> = tcp.chunks(piece_len).collect();
        let packet = |(index, piece): (usize, &&[u8])| {
            let more = index + 1 < pieces.len();
            let place = (index * piece_len / 8) as u16 | if more { 0x2000 } else { 0 };
            let len = if more { piece.len() } else { full_len - index * piece_len };
            let total = self.total.unwrap_or((len + 20) as u16);
            let addresses = ends(sent).map(|end| [10, 0, 0, end]).concat();
            let words = [0x4500, total, id, place, 0x4000 | u16::from(protocol), 0];
            [&words.map(u16::to_be_bytes).concat()[..], &addresses, piece].concat()
        };
        pieces.iter().enumerate().map(packet).collect()
    }

    fn ipv6(&self, sent: &Sent, protocol: u8, tcp: &[u8], full_len: usize) -> Vec<u8> {
        let address = |end| [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, end];
        let addresses = ends(sent).map(address).concat();
        let option = [&[protocol, 0, 0xc2, 4][..], &(full_len as u32 + 8).to_be_bytes()].concat();
        let (len, next, options) = if self.jumbo { (0, 0, &option[..]) } else { (full_len as u16, protocol, &[][..]) };
        let len = self.total.unwrap_or(len).to_be_bytes();
        [&[0x60, 0, 0, 0, len[0], len[1], next, 64], &addresses[..], options, tcp].concat()
    }

    fn frame(&self, ip: &[u8]) -> Vec<u8> {
        let kind = self.ether_type.unwrap_or(if ip[0] >> 4 == 6 { 0x86dd } else { 0x0800 });
        let mut ip = ip.to_vec();
        if self.gre {
            ip = outer(47, &[&[0, 0][..], &kind.to_be_bytes(), &ip].concat());
        }
        if let Some(network) = self.vxlan {
            let network = (network << 8).to_be_bytes();
            let inner = [&[8, 0, 0, 0][..], &network, &[2; 12], &kind.to_be_bytes(), &ip].concat();
            let udp = [0xc000, 4789, inner.len() as u16 + 8, 0].map(u16::to_be_bytes).concat();
            ip = outer(17, &[udp, inner].concat());
        }
        if self.pppoe {
            let protocol: u16 = if ip[0] >> 4 == 6 { 0x0057 } else { 0x0021 };
            let words = [0x1100, 9, ip.len() as u16 + 2, protocol].map(u16::to_be_bytes).concat();
            ip = [words, ip].concat();
        }
        let tags: Vec<u8> = self.tags.iter().flat_map(|tag| [[0x81, 0], tag.to_be_bytes()].concat()).collect();
        let kind = match self {
            Self { pppoe: true, .. } => 0x8864,
            Self { gre: true, .. } | Self { vxlan: Some(_), .. } => 0x0800,
            _ => kind,
        };
        [&[2; 12][..], &tags, &kind.to_be_bytes(), &ip, &vec![0xaa; self.padding]].concat()
    }
}

/// An IPv4 packet between the ends of a tunnel.
fn outer(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let words = [0x4500, payload.len() as u16 + 20, 0, 0, 0x4000 | u16::from(protocol), 0];
    [&words.map(u16::to_be_bytes).concat()[..], &[192, 0, 2, 1, 192, 0, 2, 2], payload].concat()
}

/// Last bytes of the addresses of sender and receiver.
fn ends(sent: &Sent) -> [u8; 2] {
    if sent.side.0 == 'c' { [1, 2] } else { [2, 1] }
}

fn tcp(sent: &Sent) -> Vec<u8> {
    let ports = [40_000 + sent.side.1, 8000];
    let [from, to] = if sent.side.0 == 'c' { ports } else { [ports[1], ports[0]] };
    let flags = [sent.fin, sent.syn, sent.rst, false, sent.ack.is_some()];
    let flags = flags.iter().enumerate().map(|(bit, is_set)| u8::from(*is_set) << bit).sum();
    let numbers = [sent.seq, sent.ack.unwrap_or(0)].map(u32::to_be_bytes).concat();
    let ports = [from, to].map(u16::to_be_bytes).concat();
    [&ports[..], &numbers, &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], &sent.payload].concat()
}

/// The packets that a script's segments are in.
pub(crate) fn records(script: &[Sent]) -> Vec<Record> {
    let mut records = Vec::new();
    for (id, sent) in (1..).zip(script) {
        let carrier = Carrier::new(&sent.wrapping);
        for ip in carrier.ip(sent, id) {
            let mut data = carrier.frame(&ip);
            let wire_len = carrier.claimed.unwrap_or(data.len() as u32 + sent.cut_len);
            data.truncate(carrier.snapped.unwrap_or(data.len()));
            records.push(Record { time_ns: u64::try_from(sent.time_ns).unwrap(), wire_len, data });
        }
    }
    records
}
