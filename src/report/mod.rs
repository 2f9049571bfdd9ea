//! Reports: one file a format, each a [`Sink`](crate::record::Sink) over `impl Write`.
//!
//! In: records. Out: text for people or for programs. Invariant: nothing captured reaches a terminal unsanitised
//! ([`text::safe`]); JSON escapes what a terminal would obey. What people read on a terminal is there with
//! the feature `cli` only. Not responsible for where the output goes.

mod content;
pub mod csv;
mod json;
mod json_safe;
mod sd;
mod spool;
pub mod text;

#[cfg(feature = "cli")]
pub mod decode;
#[cfg(feature = "cli")]
mod dump;
#[cfg(feature = "cli")]
mod follow;
#[cfg(feature = "cli")]
pub mod interfaces;
#[cfg(feature = "cli")]
mod sidecar;
#[cfg(feature = "cli")]
mod streams;
#[cfg(feature = "cli")]
mod table;
#[cfg(feature = "cli")]
pub mod wrap;

pub use self::csv::Csv;
pub use json::{Json, Ndjson};
pub use sd::Sd;

#[cfg(feature = "cli")]
pub use dump::{Dump, Files};
#[cfg(feature = "cli")]
pub use follow::{Follow, Lines, Raw};
#[cfg(feature = "cli")]
pub use streams::StreamsTable;
#[cfg(feature = "cli")]
pub use table::{LiveOptions, LiveTable, Table, TableOptions};

/// Version of the JSON contract of `docs/output.md`; it grows when a key changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;
