//! Frames as the Star Network service sends them: service discovery, heartbeats, and updates of any size, of which no
//! schema knows.

use super::random::Random;

/// A length, the magic, a payload.
const MAGIC: [u8; 4] = [0xef, 0xbe, 0xad, 0xde];

/// How large frames are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sizes {
    /// A mixture as in practice, its updates with a median of so many bytes.
    Mixed(usize),
    /// All of about this size.
    Fixed(usize),
}

/// Frames to choose from: those of the client and those of the server.
pub(crate) fn pool(random: &mut Random, sizes: Sizes) -> [Vec<Vec<u8>>; 2] {
    let make = |random: &mut Random, fixed: [fn(&mut Random) -> Vec<u8>; 2]| {
        let payloads: Vec<Vec<u8>> = match sizes {
            Sizes::Fixed(len) => {
                let count = (8_usize << 20).div_ceil(len).clamp(2, 500);
                (0..count).map(|_| if len < 40 { tiny(random) } else { update(random, len - 16) }).collect()
            }
            Sizes::Mixed(median) => {
                let some = (0..50).map(|_| fixed[0](random)).collect::<Vec<_>>();
                let many = (0..200).map(|_| fixed[1](random)).collect::<Vec<_>>();
                let len = |random: &mut Random| (random.skewed() * median as f64) as usize;
                let updates = (0..250)
                    .map(|_| {
                        let len = len(random);
                        update(random, len)
                    })
                    .collect::<Vec<_>>();
                [some, many, updates].concat()
            }
        };
        payloads.iter().map(|payload| frame(payload)).collect()
    };
    [make(random, [discovery, heartbeat]), make(random, [services, heartbeat_answer])]
}

fn frame(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_le_bytes()[..], &MAGIC, payload].concat()
}

fn discovery(random: &mut Random) -> Vec<u8> {
    let session = [number(1, random.next() >> 1), number(2, random.next() >> 1)].concat();
    let body = [bytes(1, b"Star Citizen Game Client"), bytes(2, b"sc_client"), bytes(3, &session)].concat();
    [bytes(1, b"diff.service.online"), bytes(2, &body), number(3, 0)].concat()
}

fn services(random: &mut Random) -> Vec<u8> {
    let mut out = number(1, 1);
    for _ in 0..3 {
        let name: &str = random.pick::<&str>(&["authentication_service", "diffusion_service", "game_server"]);
        let mut endpoint =
            [bytes(1, name.as_bytes()), bytes(2, b"127.0.0.1"), number(3, *random.pick(&[8443, 8001, 5678]))].concat();
        if random.below(2) == 0 {
            endpoint.extend(number(4, 1));
        }
        for protocol in random.pick(&[["https", "websocket"], ["http", "websocket"], ["grpc", "http2"]]) {
            endpoint.extend(bytes(5, protocol.as_bytes()));
        }
        out.extend(bytes(2, &endpoint));
    }
    out.extend([bytes(3, b"1.0.0"), number(4, now(random))].concat());
    out
}

fn heartbeat(_: &mut Random) -> Vec<u8> {
    let status = [number(1, 4), number(2, 0), number(3, u64::MAX), number(4, u64::MAX)].concat();
    [bytes(1, b"heartbeat"), bytes(2, &bytes(3, &status)), number(3, 0)].concat()
}

fn heartbeat_answer(random: &mut Random) -> Vec<u8> {
    let token = bytes(3, b"sc_session_1754596432_82ca96b7");
    [bytes(1, b"heartbeat_ack"), number(2, now(random)), token, number(4, 1), number(5, 30)].concat()
}

/// Milliseconds since the epoch.
fn now(random: &mut Random) -> u64 {
    1_754_596_432_582 + random.next() % (1 << 24)
}

/// Places of things, names, and bytes without meaning, until there are `len` bytes.
fn update(random: &mut Random, len: usize) -> Vec<u8> {
    let mut out = [bytes(1, b"entity_update"), number(2, random.next() >> 24)].concat();
    while out.len() < len {
        match random.below(10) {
            0..6 => {
                let place = [2, 3, 4].map(|field| float(field, (random.unit() * 20_000.0 - 10_000.0) as f32)).concat();
                let id = number(1, random.next() >> 32);
                out.extend(bytes(3, &[id, place, number(5, random.next() % 32)].concat()));
            }
            6..8 => out.extend(bytes(4, format!("npc_{:06}", random.below(65_536)).as_bytes())),
            _ => {
                let blob: Vec<u8> = (0..*random.pick(&[16, 32, 64])).map(|_| random.next() as u8).collect();
                out.extend(bytes(5, &blob));
            }
        }
    }
    out
}

/// What fits into a frame of 20 bytes.
fn tiny(random: &mut Random) -> Vec<u8> {
    [number(1, random.next() % (1 << 14)), number(2, random.next() >> 32), number(3, 1)].concat()
}

fn base128(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [base128(field << 3), base128(value)].concat()
}

fn float(field: u8, value: f32) -> Vec<u8> {
    [&[field << 3 | 5][..], &value.to_le_bytes()].concat()
}

fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [&base128(field << 3 | 2)[..], &base128(content.len() as u64), content].concat()
}
