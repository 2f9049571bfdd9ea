//! Segments become ordered bytes.
//!
//! In: [`Segment`](crate::packet::Segment)s in capture order. Out, through [`StreamSink`]: for each direction of each
//! connection, chunks and gaps whose offsets follow each other without hole or overlap. Invariant: every captured
//! payload byte is delivered once or counted as duplicate or late ([`DirectionFacts`]). Not responsible for frames.

mod arrival;
mod assembler;
mod completeness;
mod config;
mod connection;
mod evidence;
mod facts;
mod flow;
mod gaps;
mod history;
mod inserted;
mod outlet;
mod queue;
mod roles;
mod schedule;
mod seq;
mod sink;
mod slots;
mod streams;
mod table;
mod tracked;

#[cfg(test)]
mod tests;

pub use completeness::Completeness;
pub use config::StreamConfig;
pub use connection::{Connection, ConnectionId, State};
pub use facts::DirectionFacts;
pub use sink::StreamSink;
pub use slots::{Slot, Slots};
pub use streams::{Peaks, Streams};
