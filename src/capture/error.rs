//! Why a capture cannot be read at all. Damage after the start of a capture is a [`Problem`](super::Problem) instead.

use super::facts::FileFormat;
use super::signature;
use std::io;
use std::path::Path;

/// A capture that cannot be opened: which one; its [`source`](std::error::Error::source) says why.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}")]
pub struct OpenError {
    /// Name of the capture as the user gave it, or `standard input`.
    pub name: String,
    /// Why the capture cannot be opened.
    #[source]
    pub cause: OpenCause,
}

/// Why a capture cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenCause {
    /// There is nothing at the path.
    #[error("there is no such file")]
    NotFound,
    /// The path leads to a folder.
    #[error("it is a folder, not a file")]
    Folder,
    /// The operating system does not allow the file to be read.
    #[error("permission denied")]
    NotAllowed,
    /// Standard input is a terminal.
    #[error("standard input is a terminal, not a capture")]
    Terminal,
    /// Standard input is named twice, and can be read once only.
    #[error("standard input is named more than once")]
    NamedTwice,
    /// Anything else that went wrong with the file, compressed data that is damaged from the start included.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("it has no bytes; a capture starts with a header")]
    Empty,
    /// The file starts with something else than a capture.
    #[error(
        "it starts with {}, but pcap starts with d4 c3 b2 a1, a1 b2 c3 d4, 4d 3c b2 a1 or a1 b2 3c 4d, and pcapng \
         with 0a 0d 0d 0a",
        signature::spaced_hex(.start.get(..8).unwrap_or(.start))
    )]
    NotCapture {
        /// First bytes of the file, 64 at most.
        start: Vec<u8>,
    },
    /// The file ends in its header.
    #[error("it ends after {have} bytes, inside the {} header of {needed} bytes", .format.as_str())]
    CutHeader {
        /// Format that the file starts like.
        format: FileFormat,
        /// Bytes of the header that are there.
        have: usize,
        /// Bytes that a whole header has.
        needed: usize,
    },
}

impl OpenError {
    /// What the user could do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let name = &self.name;
        match &self.cause {
            OpenCause::NotFound => {
                let folder = Path::new(name).parent().filter(|folder| !folder.as_os_str().is_empty())?;
                (!folder.exists()).then(|| format!("the folder {} does not exist", folder.display()))
            }
            OpenCause::Folder => {
                Some(format!("name the captures in it, for example {}/*.pcap", name.trim_end_matches('/')))
            }
            OpenCause::NotAllowed => Some("a capture that root wrote is often readable by root alone".to_owned()),
            OpenCause::Terminal => Some("pipe a capture in, for example from tcpdump -U -w -".to_owned()),
            OpenCause::Empty => {
                Some("the capturing program may not have written it out yet (tcpdump does so with -U)".to_owned())
            }
            OpenCause::NotCapture { start } => signature::recognise(start).map(str::to_owned),
            OpenCause::NamedTwice | OpenCause::Io(_) | OpenCause::CutHeader { .. } => None,
        }
    }
}
