//! Reports: one file a format, each a [`Sink`](crate::record::Sink) over `impl Write`.
//!
//! In: records. Out: text for people or for programs. Invariant: nothing captured reaches a terminal unsanitised
//! ([`text::safe`]); JSON escapes what a terminal would obey. Not responsible for where the output goes.

pub mod csv;
pub mod decode;
mod json;
mod json_capture;
mod json_message;
mod json_records;
mod json_text;
mod ndjson;
mod sd;
mod spool;
mod streams;
mod table;
pub mod text;

pub use self::csv::Csv;
pub use json::Json;
pub use ndjson::Ndjson;
pub use sd::Sd;
pub use streams::StreamsTable;
pub use table::{Table, TableOptions};

/// Version of the JSON contract of `docs/output.md`; it grows when a key changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;
