//! What a payload is, where it need not be protobuf: protobuf, JSON, text, MessagePack, or bytes that nothing fits.
//!
//! In: payloads. Out: whether one reads as a kind to its last byte ([`json`], [`msgpack`], [`is_text`]), what many that
//! are alike say of their kind ([`Signs`]), and each kind as JSON. Invariant: nothing is allocated or recursed that a
//! payload asks for and does not hold, and what is written as JSON is valid and harmless to a terminal. Not responsible
//! for the fields of protobuf (`proto`), nor for which payloads are alike (`learning`).

pub mod json;
pub mod keys;
mod kind;
pub mod msgpack;
mod signs;
mod text;

pub use kind::{PayloadKind, UnknownKind};
pub use signs::{Signs, Verdict};
pub use text::is_text;
