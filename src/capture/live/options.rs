//! What the user says of a live capture.
//!
//! Out: [`LiveOptions`], from which interfaces are opened and read. Not responsible for whether they can be.

use std::time::Duration;

/// Name of the interface that stands for all, on Linux.
pub const ANY: &str = "any";

/// What a live capture captures, and how.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// Names of the interfaces to capture from.
    pub interfaces: Vec<String>,
    /// BPF expression that the kernel applies.
    pub filter: Option<String>,
    /// Bytes of the kernel's buffer, for each interface.
    pub buffer_bytes: u32,
    /// Most bytes of a packet that are kept.
    pub snap_len: u32,
    /// Whether packets are given one by one as they come, instead of together at least every `timeout`.
    pub immediate: bool,
    /// How long the kernel collects packets before it gives them.
    pub timeout: Duration,
    /// Whether packets for other machines are captured too, as far as they come by.
    pub promiscuous: bool,
}

impl Default for LiveOptions {
    /// The usual options: a buffer for a burst of a second at 60 MB/s, the longest packets whole, and 50 ms, which
    /// nobody sees.
    fn default() -> Self {
        Self {
            interfaces: Vec::new(),
            filter: None,
            buffer_bytes: 64 << 20,
            snap_len: 262_144,
            immediate: false,
            timeout: Duration::from_millis(50),
            promiscuous: false,
        }
    }
}
