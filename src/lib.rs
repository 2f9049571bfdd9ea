//! deframe turns captured packets back into the messages that they carried: TCP streams, frames, protobuf payloads.
//!
//! A run over captures is an [`Analysis`]. Every message of a capture:
//!
//! ```
//! use deframe::Analysis;
//! use std::ops::ControlFlow;
//!
//! let mut types = std::collections::BTreeMap::new();
//! Analysis::new().capture("samples/star_network.pcap").for_each_message(|message| {
//!     *types.entry(message.type_name.unwrap_or("?").to_owned()).or_insert(0) += 1;
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(types["star_network.HeartbeatRequest"], 16);
//! # Ok::<(), deframe::Error>(())
//! ```
//!
//! A protocol of one's own, and a report that a program can read:
//!
//! ```
//! use deframe::proto::Schema;
//! use deframe::report::Ndjson;
//! use deframe::Analysis;
//!
//! let schema = Schema::load(&["samples/telemetry.proto".into()], &[])?;
//! let mut out = Vec::new();
//! let summary = Analysis::new()
//!     .capture("samples/telemetry.pcap")
//!     .layout("varint")
//!     .ports([9100])
//!     .schema(schema)
//!     .threads(2)
//!     .run(&mut Ndjson::new(&mut out))?;
//! assert_eq!(summary.ledger.captured, summary.ledger.framed, "every byte was in a frame");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A payload alone, of which nothing is known:
//!
//! ```
//! use deframe::proto::{Reading, json};
//!
//! let payload = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i'];
//! let mut reading = Reading::default();
//! reading.read_schemaless(&payload);
//! let mut out = Vec::new();
//! json::write(&reading.of(&payload, None), &mut out);
//! assert_eq!(out, br#"{"1":150,"2":"hi"}"#);
//! ```
//!
//! A report of one's own is a [`Sink`](record::Sink). `docs/library.md` in the repository goes through the entrances,
//! from a whole run to a single stage.
//!
//! # What is where
//!
//! Data goes down one line of stages and never back up:
//!
//! [`capture`] → [`packet`] → [`stream`] → [`frame`] → [`proto`] → `conversation` → [`record`] → [`report`]
//!
//! [`pipeline`] alone knows the order of the stages, [`report`] alone knows formats. `docs/architecture.md` has the
//! picture and the table of allowed imports, which `tests/architecture.rs` enforces.
//!
//! # Features
//!
//! `cli` is the program: its command line, and the reports for terminals. `live` captures from interfaces and
//! understands BPF expressions, by libpcap. Both are on by default. Without them (`default-features = false`) files
//! are read, and JSON, CSV and `sd` are written.

pub mod analysis;
pub mod capture;
#[cfg(feature = "cli")]
pub mod cli;
#[doc(hidden)]
pub mod conversation;
pub mod frame;
pub mod header;
#[doc(hidden)]
pub mod learning;
pub mod limits;
pub mod packet;
pub mod payload;
pub mod pipeline;
pub mod profile;
pub mod proto;
pub mod record;
pub mod report;
pub mod stream;
pub mod units;

pub use analysis::{Analysis, Error};

/// The document of the library's entrances, so that its code is compiled and run with the examples of the items.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryDocument;
