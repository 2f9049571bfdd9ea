//! Fuzzes the whole pipeline with the bytes of a capture file.

#![no_main]

libfuzzer_sys::fuzz_target!(|capture: &[u8]| deframe_fuzz::pipeline::check(capture));
