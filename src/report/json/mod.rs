//! The JSON reports: one record a line, or one document of the same records.

mod document;
mod message;
mod ndjson;
mod records;

pub use document::Json;
pub use ndjson::Ndjson;
