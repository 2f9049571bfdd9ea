//! What the payloads of one kind have in common: one type for each field path.
//!
//! In: payloads that are taken for one kind (one label, or one port and direction), and what the user says of their
//! fields. Out: [`Paths`], by which [`Reading::read_learned`](super::Reading::read_learned) reads further payloads of
//! the kind. For each path the prices of every hypothesis are summed over its values; the cheapest sum decides, and
//! values that are too few or too alike to decide alone follow the others. A path that holds values of several types
//! (two messages that share a number) is told apart as mixed, and each of its values decides for itself. Invariant:
//! what is learned from the same payloads in the same order is the same. Not responsible for which payloads are of one
//! kind.

mod contents;
mod context;
mod describe;
mod given;
mod learn;
mod numbers;
mod paths;
mod print;
mod read;
mod settle;
mod taught;
#[cfg(test)]
mod tests;

pub use context::Context;
pub use describe::Learned;
pub use given::{Given, UnknownType};
pub use learn::Scales;
pub use paths::Paths;
pub use print::Printer;
