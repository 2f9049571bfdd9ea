//! Captures that are made up: connections to several ports, with payloads whose fields only many of them together tell.

/// Field 1 with the letters `hi5`, or three small numbers.
pub(crate) const TEXT: &[u8] = b"\x0a\x03hi5";
/// Field 1 with six small numbers, of which none is a letter.
pub(crate) const LIST: &[u8] = b"\x0a\x06\x01\x02\x03\x04\x05\x06";

const HEADERS_LEN: usize = 54;
/// Client, server: 10.0.0.2 and 10.0.0.1.
const ENDS: [[u8; 4]; 2] = [[10, 0, 0, 2], [10, 0, 0, 1]];

/// A capture file that grows.
pub(crate) struct Generated {
    file: Vec<u8>,
    time_us: u64,
    /// Ports of client and server of each connection, and the next sequence number of either side.
    connections: Vec<(u16, u16, [u32; 2])>,
    random: u64,
}

impl Default for Generated {
    fn default() -> Self {
        let header = [0xa1b2_c3d4_u32, 2 | 4 << 16, 0, 0, 262_144, 1];
        let file = header.iter().flat_map(|word| word.to_le_bytes()).collect();
        Self { file, time_us: 1_754_596_432_000_000, connections: Vec::new(), random: 1 }
    }
}

impl Generated {
    /// Some hundred messages over several connections and ports, with segments that are cut, lost and swapped.
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut capture = Self { random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, ..Self::default() };
        let ports = 1 + capture.below(4);
        for _ in 0..1 + capture.below(6) {
            let port = 7000 + capture.below(ports) as u16;
            capture.open(port);
        }
        for _ in 0..100 + capture.below(200) {
            let connection = capture.below(capture.connections.len());
            let side = capture.below(2);
            let frames = (0..1 + capture.below(4)).flat_map(|_| frame(&capture.payload())).collect::<Vec<u8>>();
            let cut = capture.below(frames.len());
            let mut packets = [&frames[..cut], &frames[cut..]].map(|part| capture.packet(connection, side, 0x18, part));
            if capture.below(20) == 0 {
                packets.swap(0, 1);
            }
            for packet in packets {
                if capture.below(50) > 0 {
                    capture.record(&packet);
                }
            }
        }
        capture
    }

    /// A message of the client on the one connection to `port`, which is opened if there is none.
    pub(crate) fn message(&mut self, port: u16, payload: &[u8]) {
        let known = self.connections.iter().position(|(_, server, _)| *server == port);
        let connection = known.unwrap_or_else(|| self.open(port));
        let packet = self.packet(connection, 0, 0x18, &frame(payload));
        self.record(&packet);
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.file
    }

    fn payload(&mut self) -> Vec<u8> {
        match self.below(6) {
            0 => TEXT.to_vec(),
            1 | 2 => LIST.to_vec(),
            3 => vec![0x10, self.below(128) as u8, 0x1a, 2, b'h', b'0' + self.below(10) as u8],
            4 => (0..self.below(40)).map(|_| self.below(256) as u8).collect(),
            _ => [&[0x22, 8][..], &self.next().to_le_bytes(), &[0x28, 1]].concat(),
        }
    }

    fn open(&mut self, port: u16) -> usize {
        let connection = self.connections.len();
        self.connections.push((50_000 + connection as u16, port, [100, 200]));
        for (side, flags) in [(0, 0x02), (1, 0x12), (0, 0x10)] {
            let packet = self.packet(connection, side, flags, &[]);
            self.record(&packet);
        }
        connection
    }

    /// A packet of one side, whose sequence numbers move on.
    fn packet(&mut self, connection: usize, side: usize, flags: u8, payload: &[u8]) -> Vec<u8> {
        let (client, server, next) = &mut self.connections[connection];
        let ports = if side == 0 { [*client, *server] } else { [*server, *client] };
        let mut packet = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0];
        packet.extend(((HEADERS_LEN - 14 + payload.len()) as u16).to_be_bytes());
        packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        packet.extend([ENDS[side], ENDS[1 - side]].concat());
        packet.extend(ports.map(u16::to_be_bytes).concat());
        packet.extend(next[side].to_be_bytes());
        packet.extend(next[1 - side].to_be_bytes());
        packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        packet.extend(payload);
        next[side] = next[side].wrapping_add(payload.len() as u32 + u32::from(flags & 0x02 != 0));
        packet
    }

    fn record(&mut self, packet: &[u8]) {
        self.time_us += 50;
        let len = packet.len() as u32;
        for word in [(self.time_us / 1_000_000) as u32, (self.time_us % 1_000_000) as u32, len, len] {
            self.file.extend(word.to_le_bytes());
        }
        self.file.extend(packet);
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// xorshift64*.
    fn next(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

fn frame(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_be_bytes()[..], payload].concat()
}
