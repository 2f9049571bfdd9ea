//! Fuzzes readings of payloads, their printers and checks.

#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| deframe_fuzz::payloads::check(script));
