//! The bodies of the fuzz targets. `tests/fuzzing.rs` calls them too, so that they are built and run with every test.

pub mod payloads;
pub mod pipeline;
pub mod segments;
