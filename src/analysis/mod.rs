//! A whole run, put together piece by piece: [`Analysis`].
//!
//! In: captures, what is known of their protocol, and what of it is wanted. Out: records, to a
//! [`Sink`](crate::record::Sink) or to a closure. Invariant: it runs the pipeline that the program runs, so
//! the same captures give the same records. Not responsible for profiles in folders, for formats, or for
//! what is typed at a command line.

mod builder;
mod each;
mod error;

pub use builder::Analysis;
#[cfg(feature = "cli")]
pub(crate) use builder::LAYOUT_PROFILE;
pub use error::Error;
