//! The report on a single frame: for people with every byte annotated, as an indented tree, on one line, as JSON, and
//! as text that assembles back to its bytes.

mod compact;
mod fields;
mod hexdump;
mod json;
mod nodes;
mod protoscope;
mod text;
mod tree;

use crate::record::SingleRecord;
pub use compact::write as write_compact;
pub use json::write as write_json;
pub use protoscope::write as write_protoscope;
pub use text::write as write_text;
pub use tree::write as write_tree;

/// Tells that the payload is not what it is said to be.
fn missed(record: &SingleRecord<'_>) -> Option<String> {
    record.missed.map(|kind| format!("the payload is said to be {kind} and is not"))
}

/// Reads bytes as Latin-1, the way capture scripts print binary data as text.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
