//! The JSON reports: one record a line, or one document of the same records.

mod document;
mod message;
mod ndjson;
mod records;
mod repeated;

pub use document::Json;
pub(super) use message::header as push_header;
pub use ndjson::Ndjson;
