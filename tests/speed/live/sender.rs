//! Traffic on loopback at a rate that is asked for: connections of this process with itself, and on them
//! the frames of the usual capture.
//!
//! One thread writes to one end and reads at the other, so that a frame costs the machine little beside its capture.

use super::super::messages::{Sizes, pool};
use super::super::random::Random;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// As many as the usual capture has.
const CONNECTIONS: usize = 64;

/// How long it sleeps when it is ahead of its rate.
const TICK: Duration = Duration::from_micros(500);

/// What was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) frames: u64,
    /// Bytes of frames, without the headers of packets.
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
}

/// Open connections, and what goes over them.
pub(crate) struct Sender {
    /// Client and server.
    pairs: Vec<[TcpStream; 2]>,
    /// Frames of the client and of the server.
    pool: [Vec<Vec<u8>>; 2],
    random: Random,
}

impl Sender {
    /// Connections to `listener` that nobody has spoken on.
    pub(crate) fn connect(listener: &TcpListener) -> io::Result<Self> {
        let mut random = Random::new(1);
        let pool = pool(&mut random, Sizes::Mixed(200));
        let pair = |_| {
            let pair = [TcpStream::connect(listener.local_addr()?)?, listener.accept()?.0];
            pair.iter().try_for_each(|end| end.set_nodelay(true))?;
            Ok(pair)
        };
        Ok(Self { pairs: (0..CONNECTIONS).map(pair).collect::<io::Result<_>>()?, pool, random })
    }

    /// So many frames a second for that long: writes of some frames on a connection and in a direction that chance
    /// chooses. Where the machine does not give that rate, less is sent.
    pub(crate) fn send(&mut self, rate: f64, time: Duration) -> io::Result<Sent> {
        let (mut bytes, mut read) = (Vec::new(), Vec::new());
        let mut sent = Sent { frames: 0, bytes: 0, seconds: 0.0 };
        let start = Instant::now();
        while start.elapsed() < time {
            if sent.frames as f64 >= start.elapsed().as_secs_f64() * rate {
                thread::sleep(TICK);
                continue;
            }
            let pair = &mut self.pairs[self.random.below(CONNECTIONS)];
            let side = self.random.below(2);
            bytes.clear();
            for _ in 0..self.random.burst(4.0) {
                bytes.extend_from_slice(self.random.pick::<Vec<u8>>(&self.pool[side]));
                sent.frames += 1;
            }
            pair[side].write_all(&bytes)?;
            read.resize(bytes.len(), 0);
            pair[1 - side].read_exact(&mut read)?;
            sent.bytes += bytes.len() as u64;
        }
        Ok(Sent { seconds: start.elapsed().as_secs_f64(), ..sent })
    }
}
