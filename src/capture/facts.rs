//! What is known of a capture apart from its packets.

use super::{Comment, LinkType, Packet, WrittenBy};
use crate::units::Timestamp;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Facts of all captures of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaptureFacts {
    /// One entry for each file, in the order in which they were named.
    pub files: Vec<FileFacts>,
    /// Every interface of every file, in order of appearance.
    pub interfaces: Vec<InterfaceFacts>,
    /// Packets that were delivered.
    pub packets: u64,
    /// Captured bytes of the delivered packets.
    pub captured_bytes: u64,
    /// Bytes that the delivered packets had on the wire.
    pub wire_bytes: u64,
    /// Packets of which fewer bytes were captured than were on the wire.
    pub snapped_packets: u64,
    /// Earliest packet time.
    pub first_time: Option<Timestamp>,
    /// Latest packet time.
    pub last_time: Option<Timestamp>,
    /// What was wrong with the files, in the order in which it was met; [`crate::limits::FINDINGS_KEPT`] at most.
    pub problems: Vec<Problem>,
    /// Number of problems beyond those that are kept.
    pub more_problems: u64,
    /// What wrote the files, as the files say; each once.
    pub written_by: BTreeSet<WrittenBy>,
    /// What people and programs wrote into the files, in the order in which it was met.
    pub comments: Vec<Comment>,
    /// Names that the files give to addresses; each once.
    pub names: BTreeSet<(IpAddr, String)>,
    /// Bytes of the texts that are kept, overhead included; [`crate::limits::CAPTURE_TEXT_BYTES`] at most.
    pub text_bytes: usize,
    /// Number of texts beyond those that are kept.
    pub more_texts: u64,
    /// The most bytes of packets that waited to be decoded at once; of live captures only.
    pub peak_queue_bytes: usize,
}

impl CaptureFacts {
    /// Packets that the captures themselves lost, as far as their files say so.
    #[must_use]
    pub fn dropped_packets(&self) -> u64 {
        self.interfaces.iter().map(InterfaceFacts::dropped_packets).fold(0, u64::saturating_add)
    }

    /// Counts a packet of a file.
    pub(super) fn count(&mut self, file: usize, packet: &Packet<'_>) {
        if let Some(file) = self.files.get_mut(file) {
            file.packets += 1;
        }
        if let Some(interface) = self.interfaces.get_mut(packet.interface) {
            interface.packets += 1;
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
#[non_exhaustive]
pub enum FileFormat {
    /// The file format pcap of libpcap, draft-ietf-opsawg-pcap.
    Pcap,
    /// The file format pcapng, draft-ietf-opsawg-pcapng.
    PcapNg,
    /// No file, but an interface while packets come.
    Live,
}

impl FileFormat {
    /// Name of the format in reports: `pcap`, `pcapng` or `live`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::PcapNg => "pcapng",
            Self::Live => "live",
        }
    }
}

/// Facts of one capture file, or of one interface that is captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileFacts {
    /// Name of the capture as the user gave it, or `standard input`.
    pub name: String,
    /// Format of the file.
    pub format: FileFormat,
    /// Compression of the file: `gzip`, `zstd`, or none.
    pub compression: Option<&'static str>,
    /// Packets that were delivered from the file.
    pub packets: u64,
    /// Sections of a pcapng file, those that could not be read included; 0 for pcap.
    pub sections: u64,
    /// Blocks of decryption secrets. They are never read.
    pub secrets: u64,
    /// Other blocks that hold nothing for this program: custom ones, and kinds that it does not know.
    pub other_blocks: u64,
}

impl FileFacts {
    /// The facts of a file or an interface that nothing was read of yet.
    pub(super) fn new(name: &str, format: FileFormat, compression: Option<&'static str>) -> Self {
        let name = name.to_owned();
        Self { name, format, compression, packets: 0, sections: 0, secrets: 0, other_blocks: 0 }
    }
}

/// Facts of one interface of a capture. A pcap file has one, without texts and statistics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterfaceFacts {
    /// 0-based index into [`CaptureFacts::files`].
    pub file: usize,
    /// Name of the interface, where the file gives one (pcapng `if_name`).
    pub name: Option<String>,
    /// What the interface is, in words (`if_description`).
    pub description: Option<String>,
    /// The capture filter, if the file has it as text (`if_filter`).
    pub filter: Option<String>,
    /// Link type of the interface: how its packets start.
    pub link: LinkType,
    /// Most bytes of a packet that were kept; 0 is no limit.
    pub snap_len: u32,
    /// Bytes of the frame check sequence at the end of each packet, where the file says.
    pub fcs_len: Option<u8>,
    /// Packets that were delivered from the interface.
    pub packets: u64,
    /// What the capturing program counted, if it wrote that down; the last statistics in the file.
    pub statistics: Option<InterfaceStatistics>,
    /// Packets that were lost before single packets of the interface (`epb_dropcount`, and the drop
    /// count of obsolete packet blocks).
    pub dropped_between: u64,
    /// Packets of a live capture that this program dropped because its queue was full.
    pub dropped_by_program: u64,
}

impl InterfaceFacts {
    /// Packets that the capture lost on this interface. The statistics and the counts of single packets tell of the
    /// same packets, so the larger of the two is taken.
    #[must_use]
    pub fn dropped_packets(&self) -> u64 {
        let counted = self.statistics.map_or(0, |counted| {
            counted.dropped_by_interface.unwrap_or(0).saturating_add(counted.dropped_by_system.unwrap_or(0))
        });
        counted.max(self.dropped_between).saturating_add(self.dropped_by_program)
    }
}

/// What a capturing program counted on an interface (interface statistics block, draft-ietf-opsawg-pcapng section
/// 4.6), in packets since it started. What it does not say is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterfaceStatistics {
    /// Packets received (`isb_ifrecv`), the dropped ones included or not, as the interface counts.
    pub received: Option<u64>,
    /// Packets dropped by the interface, for lack of resources (`isb_ifdrop`).
    pub dropped_by_interface: Option<u64>,
    /// Packets dropped by the operating system (`isb_osdrop`).
    pub dropped_by_system: Option<u64>,
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
