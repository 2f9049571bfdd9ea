//! The table of all variants, and the files that are written from it.

use super::pcap::{ETHERNET, Format, NULL, Record, decode, encode, encode_pcapng};
use super::truth::{self, Frame, Remains};
use super::{links, segmentation, transit};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Every fault draws its random numbers from this.
const SEED: u64 = 1;

/// How the records of a variant become a file.
enum File {
    Pcap(Format),
    PcapNg,
    Gzip,
    Zstd,
    /// Ends in the middle of its last packet.
    Cut,
}

struct Variant {
    file: &'static str,
    what: &'static str,
    fault: fn(Vec<Record>, u64) -> Vec<Record>,
    kind: File,
}

const PCAP: File = File::Pcap(Format::TCPDUMP);
const NANOSECONDS: File = File::Pcap(Format { nanoseconds: true, ..Format::TCPDUMP });
const BIG_ENDIAN: File = File::Pcap(Format { big_endian: true, ..Format::TCPDUMP });
const BSD_LOOPBACK: File = File::Pcap(Format { link: NULL, ..Format::TCPDUMP });
const SNAPPED: File = File::Pcap(Format { snap_len: links::SNAP_LEN, ..Format::TCPDUMP });

#[rustfmt::skip]
const VARIANTS: [Variant; 23] = [
    variant("lost.pcap", "one data segment in the middle of each direction is missing", transit::lost, PCAP),
    variant("lost_split.pcap", "small segments, one in the middle of each direction is missing", transit::lost_split, PCAP),
    variant("lossy.pcap", "small segments, one in twelve is missing", transit::lossy, PCAP),
    variant("reordered.pcap", "two neighbouring data segments of each direction swapped", transit::reordered, PCAP),
    variant("reordered_split.pcap", "small segments, many swapped with the next", transit::reordered_split, PCAP),
    variant("duplicated.pcap", "half of the data segments twice", transit::duplicated, PCAP),
    variant("conflicting.pcap", "half of the data segments twice, with another last byte", transit::conflicting, PCAP),
    variant("keep_alives.pcap", "keep-alives with a byte of garbage", transit::keep_alives, PCAP),
    variant("split.pcap", "each data segment in several of random small sizes", segmentation::split, PCAP),
    variant("overlapping.pcap", "small segments that repeat the end of the one before", segmentation::overlapping, PCAP),
    variant("coalesced.pcap", "two answers in one segment", segmentation::coalesced, PCAP),
    variant("midstream.pcap", "small segments, and the capture starts in the middle of a frame", transit::midstream, PCAP),
    variant("wrapped.pcap", "sequence numbers pass 2^32", transit::wrapped, PCAP),
    variant("all_faults.pcap", "small segments, swapped, repeated, one missing", transit::all, PCAP),
    variant("snaplen.pcap", "128 bytes of each packet", links::snapped, SNAPPED),
    variant("padded.pcap", "eight bytes after each IP packet", links::padded, PCAP),
    variant("null.pcap", "link type NULL", links::null, BSD_LOOPBACK),
    variant("vlan.pcap", "VLAN 42", links::vlan, PCAP),
    variant("nanosecond.pcap", "times in nanoseconds", links::nanoseconds, NANOSECONDS),
    variant("bigendian.pcap", "file headers in big-endian", unchanged, BIG_ENDIAN),
    variant("{name}.pcapng", "pcapng, times in nanoseconds", links::nanoseconds, File::PcapNg),
    variant("{name}.pcap.gz", "gzip", unchanged, File::Gzip),
    variant("{name}.pcap.zst", "zstd", unchanged, File::Zstd),
];

const CUT: Variant = variant("cut.pcap", "the file ends in the middle of a data packet", cut, File::Cut);

const fn variant(
    file: &'static str,
    what: &'static str,
    fault: fn(Vec<Record>, u64) -> Vec<Record>,
    kind: File,
) -> Variant {
    Variant { file, what, fault, kind }
}

fn unchanged(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    records
}

/// Ends with a data segment, three quarters into the capture.
fn cut(mut records: Vec<Record>, _seed: u64) -> Vec<Record> {
    let three_quarters = records.len() * 3 / 4;
    let last = transit::data_positions(&records).into_values().flatten().filter(|at| *at >= three_quarters).min();
    records.truncate(last.map_or(records.len(), |last| last + 1));
    records
}

impl Variant {
    /// The file, and the records that can be read back from it.
    fn make(&self, clean: &[Record]) -> io::Result<(Vec<u8>, Vec<Record>)> {
        let mut records = (self.fault)(clean.to_vec(), SEED);
        let tcpdump = |records: &[Record]| encode(records, Format::TCPDUMP);
        let file = match &self.kind {
            File::Pcap(format) => encode(&records, *format),
            File::PcapNg => encode_pcapng(&records, Format::TCPDUMP.snap_len),
            File::Gzip => {
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
                gzip.write_all(&tcpdump(&records))?;
                gzip.finish()?
            }
            File::Zstd => zstd::encode_all(tcpdump(&records).as_slice(), 19)?,
            File::Cut => {
                let mut file = tcpdump(&records);
                let last = records.pop().map_or(0, |record| record.data.len());
                file.truncate(file.len() - last / 2);
                file
            }
        };
        Ok((file, records))
    }

    fn link(&self) -> u32 {
        match self.kind {
            File::Pcap(format) => format.link,
            _ => ETHERNET,
        }
    }
}

/// `truth.json`.
#[derive(Serialize)]
struct Truth {
    /// The clean capture.
    capture: String,
    /// All its frames.
    frames: Vec<Frame>,
    variants: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    file: String,
    what: &'static str,
    #[serde(flatten)]
    remains: Remains,
}

/// A variant that was made.
pub(crate) struct Made {
    /// Name of its file.
    pub(crate) file: String,
    what: &'static str,
    /// The file.
    content: Vec<u8>,
    /// Link type of its packets.
    pub(crate) link: u32,
    /// The packets that can be read from it.
    pub(crate) records: Vec<Record>,
}

/// Every variant of the capture `clean`, which is called `name`.
///
/// # Errors
/// None but those of compressors, which write to memory.
pub(crate) fn each(name: &str, clean: &[Record]) -> io::Result<Vec<Made>> {
    let make = |variant: &Variant| {
        let (content, records) = variant.make(clean)?;
        let file = variant.file.replace("{name}", name);
        Ok(Made { file, what: variant.what, content, link: variant.link(), records })
    };
    VARIANTS.iter().chain([&CUT]).map(make).collect()
}

/// Every variant of the capture at `capture`, and `truth.json`, as file name and content.
///
/// # Errors
/// The capture cannot be read, or is not a little-endian pcap file of Ethernet packets.
pub(crate) fn all(capture: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let clean = decode(&std::fs::read(capture)?)?;
    let streams = truth::streams(ETHERNET, &clean, &[]);
    let name = capture.file_stem().unwrap_or_default().to_string_lossy();
    let (mut files, mut variants) = (Vec::new(), Vec::new());
    for made in each(&name, &clean)? {
        let remains = truth::remains(&streams, made.link, &made.records);
        variants.push(Entry { file: made.file.clone(), what: made.what, remains });
        files.push((made.file, made.content));
    }
    let truth = Truth { capture: format!("{name}.pcap"), frames: truth::all_frames(&streams), variants };
    let mut truth = serde_json::to_vec_pretty(&truth)?;
    truth.push(b'\n');
    files.push(("truth.json".to_owned(), truth));
    Ok(files)
}
