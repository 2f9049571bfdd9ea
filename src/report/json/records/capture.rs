//! The keys of the `capture` record (`docs/output.md`), the first one, made from what is known of the captures.

use crate::record::CaptureFacts;
use crate::report::SCHEMA_VERSION;
use serde::Serialize;

/// The first record: what is known before the packets are read.
#[derive(Serialize)]
pub(in crate::report::json) struct Capture<'a> {
    record: &'static str,
    schema_version: u32,
    program: &'static str,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    format: &'static str,
    compression: Option<&'static str>,
}

impl<'a> Capture<'a> {
    pub(in crate::report::json) fn new(facts: &'a CaptureFacts) -> Self {
        let files = facts.files.iter().map(|file| File {
            name: &file.name,
            format: file.format.as_str(),
            compression: file.compression,
        });
        Self {
            record: "capture",
            schema_version: SCHEMA_VERSION,
            program: concat!("deframe ", env!("CARGO_PKG_VERSION")),
            files: files.collect(),
        }
    }
}
