//! Tests of the stage as its user sees it, over captures that are written byte by byte.

mod build;
mod compressed;
mod damage;
mod merged;
mod opened;
mod pcap;
mod pcapng;
mod said;
mod sections;
mod variants;

use super::order::Order;
use super::progress::Source;
use super::zstd_windows::Windows;
use super::{About, CaptureFacts, Captures, LinkType, OpenCause, PacketSource, open};
use std::io::{self, Read};

/// A packet that outlives its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owned {
    number: u64,
    time: i64,
    link: u32,
    interface: usize,
    len: u32,
    fcs_len: u8,
    data: Vec<u8>,
}

/// Gives at most `step` bytes at a time, and an interruption before each.
struct Dribble {
    bytes: io::Cursor<Vec<u8>>,
    step: usize,
    interrupted: bool,
}

impl Read for Dribble {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let step = self.step.min(out.len());
        self.bytes.read(&mut out[..step])
    }
}

fn drain(mut captures: Captures) -> (Vec<Owned>, CaptureFacts) {
    let mut packets = Vec::new();
    while let Some(packet) = captures.next_packet() {
        packets.push(Owned {
            number: packet.number,
            time: packet.time.ns(),
            link: packet.link.0,
            interface: packet.interface,
            len: packet.len,
            fcs_len: packet.fcs_len,
            data: packet.data.to_vec(),
        });
    }
    assert!(captures.next_packet().is_none(), "the end stays the end");
    (packets, captures.facts().clone())
}

/// Opens files given as bytes, each in pieces of `step`.
fn open_bytes(files: &[Vec<u8>], step: usize) -> Result<Captures, OpenCause> {
    let mut facts = CaptureFacts::default();
    let readers = files.iter().map(|bytes| {
        let dribble = Dribble { bytes: io::Cursor::new(bytes.clone()), step, interrupted: false };
        let source = Source { bytes: Box::new(dribble), len: None };
        open::start("capture", source, &Windows::default(), &mut facts)
    });
    let readers = readers.collect::<Result<_, _>>()?;
    Ok(Captures::new(readers, facts, Vec::new()))
}

fn read_all(files: &[Vec<u8>]) -> (Vec<Owned>, CaptureFacts) {
    drain(open_bytes(files, usize::MAX).expect("a capture"))
}

fn read(file: &[u8]) -> (Vec<Owned>, CaptureFacts) {
    read_all(&[file.to_vec()])
}

/// Reads a file that is in order.
fn read_whole(file: &[u8]) -> Vec<Owned> {
    let (packets, facts) = read(file);
    assert_eq!(facts.problems, []);
    packets
}

/// Reads a file with exactly one problem, and gives its position and text.
fn read_damaged(file: &[u8]) -> (Vec<Owned>, u64, String) {
    let (packets, facts) = read(file);
    let [problem] = &facts.problems[..] else { panic!("{:?}", facts.problems) };
    (packets, problem.offset, problem.what.clone())
}
