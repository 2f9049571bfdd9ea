//! The report on a single frame: for people with every byte annotated, and as JSON.

mod fields;
mod hexdump;
mod json;
mod nodes;
mod text;

pub use json::write as write_json;
pub use text::write as write_text;

/// Reads bytes as Latin-1, the way capture scripts print binary data as text.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
