//! A small real service on TCP, and clients for it, so that there is real traffic to capture.
//!
//! One engine ([`service`], [`client`]) speaks three protocols, each with a framing of its own ([`Shape`]): the Star
//! Network flow, a key-value protocol framed as Riak's, and telemetry as delimited protobuf. All messages are
//! encoded through their `.proto` files. Nothing here uses deframe.

pub(crate) mod client;
pub(crate) mod framing;
mod key_value;
mod schema;
pub(crate) mod service;
mod star_network;
mod telemetry;

use framing::{Frame, Shape};
use std::io;
use std::time::{Duration, SystemTime};

/// What a client is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What the client calls itself, where its protocol has a place for that.
    pub(crate) name: String,
    /// How many heartbeats (or rounds of requests) it sends.
    pub(crate) heartbeats: usize,
    /// How long it pauses before each of them.
    pub(crate) interval: Duration,
}

/// One step of a client: frames that go out in one write, and whether to pause before.
struct Step {
    frames: Vec<Frame>,
    pause: bool,
}

/// The server's side of one connection.
trait Session: Send {
    /// The answers to a request, in the order in which they are sent.
    fn answer(&mut self, request: &Frame) -> io::Result<Vec<Frame>>;
}

impl Shape {
    /// A new connection, seen from the server that listens on `port`.
    fn session(self, port: u16) -> io::Result<Box<dyn Session>> {
        Ok(match self {
            Self::StarNetwork => Box::new(star_network::Service::new(port)?),
            Self::RiakLike => Box::new(key_value::Service::new()?),
            Self::Delimited => Box::new(telemetry::Service::new()?),
        })
    }

    /// Everything that a client sends, in order.
    fn script(self, plan: &Plan) -> io::Result<Vec<Step>> {
        match self {
            Self::StarNetwork => star_network::script(plan),
            Self::RiakLike => key_value::script(plan),
            Self::Delimited => telemetry::script(plan),
        }
    }
}

/// Time since the epoch by this machine's clock.
fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// 64 bits that differ from call to call.
fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(now())
}
