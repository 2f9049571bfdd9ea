//! Chains the stages and owns the loop.
//!
//! In: packets, and a [`Setup`]. Out: records, to a [`Sink`](crate::record::Sink). Invariant: records come in capture
//! order (by the packet that completed them), and the byte ledger of every direction balances. The only module that
//! knows the order of the stages.

mod candidate;
mod event;
mod filter;
mod framing;
mod messages;
mod misfit;
mod order;
mod packets;
mod reading;
mod recording;
mod room;
mod run;
mod setup;
mod single;
mod stages;
mod workers;

pub use candidate::{Candidate, Trust};
pub use filter::{Filter, Moment, Network};
pub use run::run;
pub use setup::{Learn, Setup};
pub use single::{Bare, decode};
