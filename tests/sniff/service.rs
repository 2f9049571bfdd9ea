//! The diffusion service and its clients, in threads of the test.

use crate::diffusion::framing::{Frame, Shape};
use crate::diffusion::{Plan, client, service};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

/// A service on loopback that ends once so many connections have ended.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    thread: thread::JoinHandle<std::io::Result<()>>,
}

impl Service {
    pub(crate) fn start(connections: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = thread::spawn(move || service::serve(&listener, Shape::StarNetwork, Some(connections)));
        Self { address, thread }
    }

    pub(crate) fn port(&self) -> String {
        self.address.port().to_string()
    }

    pub(crate) fn join(self) {
        self.thread.join().unwrap().unwrap();
    }
}

/// What a client calls itself.
pub(crate) fn name(client: usize) -> String {
    format!("client {client:03}")
}

/// Runs clients of the Star Network at once; the answers that each got.
pub(crate) fn clients(address: SocketAddr, count: usize, heartbeats: usize, interval: Duration) -> Vec<Vec<Frame>> {
    speakers(address, Shape::StarNetwork, count, heartbeats, interval)
}

/// Runs clients at once, which speak `shape`; the answers that each got.
pub(crate) fn speakers(
    address: SocketAddr,
    shape: Shape,
    count: usize,
    heartbeats: usize,
    interval: Duration,
) -> Vec<Vec<Frame>> {
    thread::scope(|scope| {
        let run = |client| {
            let plan = Plan { name: name(client), heartbeats, interval };
            client::run(address, shape, &plan).unwrap()
        };
        let threads: Vec<_> = (0..count).map(|client| scope.spawn(move || run(client))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
