//! Why a run cannot begin, or cannot go on.
//!
//! What is wrong inside a capture is no error: it is in the records.

use crate::capture::OpenError;
use crate::frame::layout::LayoutError;
use crate::profile::ProfileError;
use std::io;

/// Why an [`Analysis`](super::Analysis) has no summary. Its text says of which input; its
/// [sources](std::error::Error::source) say what is wrong and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to read.
    #[error("no capture was given")]
    NoCapture,
    /// Captures were given, and a source of packets beside them.
    #[error("captures were given, and another source of packets: one of them would not be read")]
    TwoSources,
    /// A capture cannot be opened; it is named.
    #[error(transparent)]
    Capture(#[from] OpenError),
    /// A layout does not parse. The text of the source is two lines, with a caret under what is wrong, to be printed
    /// from the start of a line.
    #[error("the layout is not valid")]
    Layout(#[from] LayoutError),
    /// A profile cannot be used, or the schema does not have a type that was named.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A schema, a type or ports were given, and no layout that they could belong to.
    #[error("a schema, a type of messages or ports belong to a layout, and none was given")]
    NoLayout,
    /// The sink could not write its report.
    #[error("the report cannot be written")]
    Report(#[source] io::Error),
}
