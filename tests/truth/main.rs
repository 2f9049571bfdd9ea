//! The whole pipeline against what is known to be true: captures with faults, made by rules that say exactly what is left.
//!
//! [`expected`] says what a capture should give, by the slowest and most obvious way there is, and [`collected`] what the
//! pipeline gives. The tests compare the two on the committed captures ([`samples`]), on captures with random faults
//! ([`generated`]) and on damaged files ([`damaged`]), hold the streams against those of Wireshark ([`tshark`]), and hold the formats to their contract ([`contract`], [`sd`],
//! [`sources`]).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod binary;
mod collected;
mod damaged;
mod expected;
#[path = "../faults/mod.rs"]
#[allow(dead_code, reason = "shared with the example that writes the variants, which uses the rest")]
mod faults;
mod generated;
mod pairs;
mod profiles;
mod protocol;
mod samples;
mod sd;
mod sources;
mod tshark;
