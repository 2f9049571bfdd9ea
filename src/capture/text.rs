//! What a capture says in words: comments, and what wrote it. Captured text, which may hold anything; reports sanitise
//! it.

/// Something that was written into a capture for people to read (pcapng `opt_comment`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// 0-based index into [`CaptureFacts::files`](super::CaptureFacts::files).
    pub file: usize,
    /// What the comment is about.
    pub about: About,
    /// Text of the comment.
    pub text: String,
}

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum About {
    /// A section of the file, by its 1-based number.
    Section(u64),
    /// An interface, by its 0-based index into [`CaptureFacts::interfaces`](super::CaptureFacts::interfaces).
    Interface(usize),
    /// A packet, by its 1-based number as in [`Packet::number`](super::Packet::number).
    Packet(u64),
}

/// What wrote a section of a capture, as it says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenBy {
    /// Machine on which the section was written (`shb_hardware`).
    pub hardware: Option<String>,
    /// Operating system on which the section was written (`shb_os`).
    pub system: Option<String>,
    /// Program that wrote the section (`shb_userappl`).
    pub application: Option<String>,
}
