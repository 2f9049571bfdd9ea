//! What a capture says in words: comments, and what wrote it. Captured text, which may hold anything; reports sanitise
//! it.

/// Something that was written into a capture for people to read (pcapng `opt_comment`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// 0-based index into [`CaptureFacts::files`](super::CaptureFacts::files).
    pub file: usize,
    /// What it is about.
    pub about: About,
    /// What it says.
    pub text: String,
}

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A section of the file; 1-based.
    Section(u64),
    /// An interface; 0-based index into [`CaptureFacts::interfaces`](super::CaptureFacts::interfaces).
    Interface(usize),
    /// A packet; its number, as in [`Packet::number`](super::Packet::number).
    Packet(u64),
}

/// What wrote a section of a capture, as it says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenBy {
    /// The machine (`shb_hardware`).
    pub hardware: Option<String>,
    /// The operating system (`shb_os`).
    pub system: Option<String>,
    /// The program (`shb_userappl`).
    pub application: Option<String>,
}
