//! The program as its users meet it: the real binary, arguments in, output and exit code out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that is wrong may panic, and the numbers in made-up captures are small"
)]

#[cfg(feature = "live")]
mod bpf;
mod captures;
mod completeness;
mod damage;
mod decode;
mod dump;
mod failures;
mod fields;
mod filters;
mod folders;
mod follow;
mod hostile;
mod meta;
mod payloads;
mod protocols;
mod run;
mod said;
mod selection;
mod styles;
mod tables;
mod talk;
mod times;
mod traffic;
mod tunnels;
#[cfg(not(feature = "live"))]
mod without_libpcap;
