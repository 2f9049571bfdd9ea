//! Packets of a live capture into pcapng files (draft-ietf-opsawg-pcapng).
//!
//! In: batches of packets. Out: files, one after the other where they are to rotate, each complete in itself.
//! Invariant: a file ends with a whole block, also where the disk is full; numbers of packets are those of the files.
//! Not responsible for who may write where.

#[cfg(feature = "live")]
mod blocks;
#[cfg(feature = "live")]
mod files;
mod options;
#[cfg(feature = "live")]
mod saver;
#[cfg(feature = "live")]
mod stage;
#[cfg(all(test, feature = "live"))]
mod tests;

pub use options::{Rotate, SaveOptions};
#[cfg(feature = "live")]
pub use saver::{SaveError, Saved, Saver};
#[cfg(feature = "live")]
pub(super) use stage::run;
