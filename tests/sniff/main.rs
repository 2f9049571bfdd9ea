//! Live capture with real interfaces and real sockets.
//!
//! These tests need the right to capture, and some of them that to make network namespaces. Where it is missing they
//! say that they were skipped and why; with `DEFRAME_LIVE=required`, as in `.ci/run`, that is a failure.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../diffusion/mod.rs"]
#[allow(dead_code, reason = "of the service only what speaks Star Network is used here")]
mod diffusion;

mod ends;
mod files;
mod interfaces;
mod joined;
mod loopback;
mod network;
mod output;
mod privileges;
mod rig;
mod service;
