#![no_main]

libfuzzer_sys::fuzz_target!(|capture: &[u8]| deframe_fuzz::pipeline::check(capture));
