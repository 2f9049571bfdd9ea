//! From streams to frames: each connection to its profile, each direction to its splitter.
//!
//! In: the chunks and gaps of connections. Out: events, not yet in capture order. Invariant: what a connection holds
//! before its profile is known, and what its splitters hold, is counted. Not responsible for what a frame looks like.

mod backlog;
mod buffers;
mod choice;
mod flow;
mod framer;
mod habits;
mod samples;
mod searches;

pub(super) use framer::{Followed, Framer};
