//! From events to records: frames get their tickets and their meaning, and payloads are read.
//!
//! In: events in capture order. Out: records, to a [`Records`]. Invariant: what a record says depends on its
//! ticket and on earlier events of its connection, so that any thread may read it. Not responsible for what
//! is counted over the whole run.

mod conversations;
pub(super) mod findings;
mod held;
mod own_study;
mod payloads;
mod reader;
mod records;
mod ticket;

pub(super) use conversations::shard_of;
pub(super) use held::Held;
pub(super) use reader::Reader;
pub(super) use records::{Omission, Records};
pub(super) use ticket::{Ticket, Tickets};
