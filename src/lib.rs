//! deframe turns captured packets back into the messages that they carried.
//!
//! Data goes down one line of stages and never back up:
//!
//! [`capture`] → [`packet`] → [`stream`] → [`frame`] → [`proto`] → [`conversation`] → [`record`] → [`report`]
//!
//! [`pipeline`] alone knows the order of the stages, [`report`] alone knows formats, [`cli`] alone knows the
//! terminal and the process. `docs/architecture.md` has the picture and the table of allowed imports, which
//! `tests/architecture.rs` enforces.

pub mod capture;
#[cfg(feature = "cli")]
pub mod cli;
pub mod conversation;
pub mod frame;
pub mod header;
pub mod learning;
pub mod limits;
pub mod packet;
pub mod pipeline;
pub mod profile;
pub mod proto;
pub mod record;
pub mod report;
pub mod stream;
pub mod units;
