//! Reports: one file a format, each a [`Sink`](crate::record::Sink) over `impl Write`.
//!
//! In: records. Out: text for people or for programs. Invariant: nothing captured reaches a terminal unsanitised
//! ([`text::safe`]); JSON escapes what a terminal would obey. Not responsible for where the output goes.

pub mod csv;
pub mod decode;
mod dump;
mod follow;
pub mod interfaces;
mod json;
mod json_safe;
mod sd;
mod sidecar;
mod spool;
mod streams;
mod table;
pub mod text;
pub mod wrap;

pub use self::csv::Csv;
pub use dump::{Dump, Files};
pub use follow::{Follow, Lines, Raw};
pub use json::{Json, Ndjson};
pub use sd::Sd;
pub use streams::StreamsTable;
pub use table::{LiveOptions, LiveTable, Table, TableOptions};

/// Version of the JSON contract of `docs/output.md`; it grows when a key changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;
