//! Capture files, as little of them as is needed: pcap in and out, pcapng out.
//!
//! Formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.

use std::io;

/// `LINKTYPE_ETHERNET`
pub(crate) const ETHERNET: u32 = 1;
/// `LINKTYPE_NULL`: four bytes of address family, in the byte order of the machine that captured.
pub(crate) const NULL: u32 = 0;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// One captured packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Nanoseconds since the epoch.
    pub(crate) time_ns: u64,
    /// Bytes on the wire; more than `data` holds where the packet was snapped.
    pub(crate) wire_len: u32,
    /// The captured bytes.
    pub(crate) data: Vec<u8>,
}

/// How a pcap file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) link: u32,
    pub(crate) snap_len: u32,
    pub(crate) big_endian: bool,
    pub(crate) nanoseconds: bool,
}

impl Format {
    /// What tcpdump writes on loopback.
    pub(crate) const TCPDUMP: Self = Self { link: ETHERNET, snap_len: 262_144, big_endian: false, nanoseconds: false };
}

/// The records of a little-endian pcap file of Ethernet packets, as tcpdump writes it on the usual machine.
///
/// # Errors
/// It is anything else, or cut short.
pub(crate) fn decode(file: &[u8]) -> io::Result<Vec<Record>> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let (header, mut rest) = file.split_first_chunk::<24>().ok_or_else(|| wrong("no pcap header"))?;
    let ns_per_tick = match word(header, 0) {
        Some(MICROSECONDS) => 1000,
        Some(NANOSECONDS) => 1,
        _ => return Err(wrong("not a little-endian pcap file")),
    };
    if word(header, 20) != Some(ETHERNET) {
        return Err(wrong("not Ethernet"));
    }
    let mut records = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let [seconds, ticks, len, wire_len] = [0, 4, 8, 12].map(|at| word(header, at).unwrap_or(0));
        let (data, after) = after.split_at_checked(len as usize).ok_or_else(|| wrong("cut in a packet"))?;
        let time_ns = u64::from(seconds) * 1_000_000_000 + u64::from(ticks) * ns_per_tick;
        records.push(Record { time_ns, wire_len, data: data.to_vec() });
        rest = after;
    }
    if rest.is_empty() { Ok(records) } else { Err(wrong("cut in a record header")) }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// A pcap file.
pub(crate) fn encode(records: &[Record], format: Format) -> Vec<u8> {
    let u32 = |value: u32| if format.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let u16 = |value: u16| if format.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut file = Vec::new();
    file.extend(u32(if format.nanoseconds { NANOSECONDS } else { MICROSECONDS }));
    file.extend([2, 4].map(u16).concat());
    file.extend([0, 0, format.snap_len, format.link].map(u32).concat());
    for record in records {
        let ns_per_tick = if format.nanoseconds { 1 } else { 1000 };
        let seconds = low(record.time_ns / 1_000_000_000);
        let ticks = low(record.time_ns % 1_000_000_000 / ns_per_tick);
        file.extend([seconds, ticks, len(&record.data), record.wire_len].map(u32).concat());
        file.extend(&record.data);
    }
    file
}

/// A little-endian pcapng file with one Ethernet interface, named `lo`, and times in nanoseconds.
pub(crate) fn encode_pcapng(records: &[Record], snap_len: u32) -> Vec<u8> {
    const SECTION_HEADER: u32 = 0x0a0d_0d0a;
    const INTERFACE: u32 = 1;
    const ENHANCED_PACKET: u32 = 6;
    let mut file = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let total = (len(body) + 12).to_le_bytes();
        file.extend([&kind.to_le_bytes()[..], &total, body, &total].concat());
    };
    let byte_order_magic_version_unknown_len = [0x1a2b_3c4d, 1, u32::MAX, u32::MAX];
    block(SECTION_HEADER, &words(&byte_order_magic_version_unknown_len));
    let mut interface = words(&[ETHERNET, snap_len]);
    interface.extend(option(2, b"lo")); // if_name
    interface.extend(option(9, &[9])); // if_tsresol: 10^-9 s
    interface.extend(option(0, b"")); // opt_endofopt
    block(INTERFACE, &interface);
    for record in records {
        let (high, low) = (low(record.time_ns >> 32), low(record.time_ns & 0xffff_ffff));
        let mut body = words(&[0, high, low, len(&record.data), record.wire_len]);
        body.extend(padded(&record.data));
        block(ENHANCED_PACKET, &body);
    }
    file
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn option(code: u16, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    [&code.to_le_bytes()[..], &len.to_le_bytes(), &padded(value)].concat()
}

/// Filled up with zeros to a multiple of four bytes.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    padded
}

fn len(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// The value, which fits.
fn low(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
