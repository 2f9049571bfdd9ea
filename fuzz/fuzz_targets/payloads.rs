//! Fuzzes payloads that are printed while they are read, held against those that are read first.

#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| deframe_fuzz::payloads::check(script));
