//! The whole pipeline against what is known to be true: captures with faults, made by rules that say exactly what is
//! left.
//!
//! [`expected`] says what a capture should give, by the slowest and most obvious way there is, and [`collected`] what
//! the pipeline gives. The tests compare the two on the committed captures ([`samples`]), on captures with random
//! faults ([`generated`]) and where one fault is to cost one thing ([`pairs`], [`order`], [`profiles`]); read damaged
//! files ([`damaged`]); hold the streams against those of Wireshark ([`tshark`]); and hold that reports survive being
//! made captures again ([`sd`]) and do not depend on how a capture is stored ([`sources`]). The JSON contract has a
//! test of its own, `tests/contract.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod binary;
mod collected;
mod damaged;
mod expected;
#[path = "../faults/mod.rs"]
#[allow(dead_code, reason = "shared with the example that writes the variants, which uses the rest")]
mod faults;
mod generated;
mod order;
mod pairs;
mod profiles;
mod protocol;
mod samples;
mod sd;
mod sources;
mod tshark;
