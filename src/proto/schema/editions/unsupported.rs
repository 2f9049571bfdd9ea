//! Why a file with an edition is not converted.

use thiserror::Error;

/// Why a file is not converted, in words.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub(in crate::proto::schema) struct Unsupported(pub(super) String);
