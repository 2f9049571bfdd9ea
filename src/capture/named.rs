//! A capture before it is opened.
//!
//! Out: [`CaptureSource`], which says where its bytes are and what it is called.

use std::fmt;
use std::io::Read;

/// Where the bytes of a capture come from.
#[non_exhaustive]
pub enum CaptureSource {
    /// The file at this path, or standard input, which `-` stands for.
    Named(String),
    /// A reader that gives the bytes of a capture.
    Reader {
        /// Name of the capture in facts and errors.
        name: String,
        /// The bytes of a pcap or pcapng file, compressed or not.
        bytes: Box<dyn Read + Send>,
    },
}

impl fmt::Debug for CaptureSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Named(name) | Self::Reader { name, .. }) = self;
        f.debug_tuple("CaptureSource").field(name).finish()
    }
}
