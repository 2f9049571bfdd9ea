//! What is known of a capture apart from its packets.

use super::{LinkType, Packet};
use crate::units::Timestamp;

/// What is known of all captures of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureFacts {
    /// One entry for each file, in the order in which they were named.
    pub files: Vec<FileFacts>,
    /// Every interface of every file, in order of appearance.
    pub interfaces: Vec<InterfaceFacts>,
    /// Packets delivered.
    pub packets: u64,
    /// Captured bytes of those packets.
    pub captured_bytes: u64,
    /// Bytes that those packets had on the wire.
    pub wire_bytes: u64,
    /// Packets of which fewer bytes were captured than were on the wire.
    pub snapped_packets: u64,
    /// Earliest packet time.
    pub first_time: Option<Timestamp>,
    /// Latest packet time.
    pub last_time: Option<Timestamp>,
    /// What was wrong with the files, in the order in which it was met; [`crate::limits::FINDINGS_KEPT`] at most.
    pub problems: Vec<Problem>,
    /// Problems beyond those, which are only counted.
    pub more_problems: u64,
}

impl CaptureFacts {
    /// Counts a packet of a file.
    pub(super) fn count(&mut self, file: usize, packet: &Packet<'_>) {
        if let Some(file) = self.files.get_mut(file) {
            file.packets += 1;
        }
        self.packets += 1;
        self.captured_bytes += packet.data.len() as u64;
        self.wire_bytes += u64::from(packet.len);
        self.snapped_packets += u64::from(packet.data.len() < packet.len as usize);
        self.first_time = Some(self.first_time.map_or(packet.time, |time| time.min(packet.time)));
        self.last_time = Some(self.last_time.map_or(packet.time, |time| time.max(packet.time)));
    }
}

/// How a capture file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// libpcap's format, draft-ietf-opsawg-pcap.
    Pcap,
    /// draft-ietf-opsawg-pcapng.
    PcapNg,
}

impl FileFormat {
    /// `pcap` or `pcapng`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::PcapNg => "pcapng",
        }
    }
}

/// What is known of one capture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// As the user named it; `-` is standard input.
    pub name: String,
    /// pcap or pcapng.
    pub format: FileFormat,
    /// `gzip`, `zstd`, or none.
    pub compression: Option<&'static str>,
    /// Packets delivered from it.
    pub packets: u64,
}

/// What is known of one interface of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceFacts {
    /// 0-based index into [`CaptureFacts::files`].
    pub file: usize,
    /// Name, where the file gives one (pcapng `if_name`).
    pub name: Option<String>,
    /// How its packets start.
    pub link: LinkType,
    /// Most bytes of a packet that were kept; 0 is no limit.
    pub snap_len: u32,
}

/// Damage in a capture file. Everything before it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 0-based index into [`CaptureFacts::files`].
    pub file: usize,
    /// Position in the (decompressed) file, in bytes.
    pub offset: u64,
    /// What is wrong there, and what it means for the result: "the file ends 12 bytes into a record of 90 bytes".
    pub what: String,
}
