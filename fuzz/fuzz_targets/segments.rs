//! Fuzzes the stream stage with scripts of segments.

#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| deframe_fuzz::segments::check(script));
