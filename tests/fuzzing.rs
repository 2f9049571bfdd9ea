//! The bodies of the fuzz targets in `fuzz/`, with random input and with every input that once failed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "scripts are short, and sequence numbers are modulo 2^32")]
#![allow(unreachable_pub, reason = "public where fuzz/ uses it")]

#[path = "../fuzz/src/payloads.rs"]
mod payloads;
#[path = "../fuzz/src/pipeline.rs"]
mod pipeline;
#[path = "../fuzz/src/segments.rs"]
mod segments;

use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_segments_are_delivered_or_counted(script in vec(any::<u8>(), 0..1400)) {
        segments::check(&script);
    }

    #[test]
    fn any_payload_is_printed_as_it_is_read(
        script in vec(prop_oneof![any::<u8>(), prop::sample::select(vec![0, 1, 2, 4, 8, 10, 13, 16, 18, 26, 32, 40, 82])], 0..200),
    ) {
        payloads::check(&script);
    }

    #[test]
    fn any_capture_is_read_to_its_end(bytes in vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>()) {
        let mut capture = std::fs::read("samples/star_network.pcap").unwrap();
        let at = at.index(capture.len());
        let end = (at + bytes.len()).min(capture.len());
        capture.splice(at..end, bytes);
        pipeline::check(&capture);
    }
}
