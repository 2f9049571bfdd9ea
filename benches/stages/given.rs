//! What each stage is given: what the stage before it made of one capture, kept in memory.

use crate::traffic::{self, Made, Traffic};
use deframe::capture::{self, Captures, Input, LinkType, Packet, PacketSource};
use deframe::frame::layout::Layout;
use deframe::frame::{Frame, FrameSink, Skipped, Splitter};
use deframe::packet::{Decoder, Segment};
use deframe::proto::learned::{Paths, Scales};
use deframe::stream::{Connection, StreamConfig, StreamSink, Streams};
use deframe::units::{Chunk, Direction, Gap, Origin, StreamOffset, Timestamp};
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

/// How the payloads start that no schema knows.
const UPDATE: &[u8] = b"\x0a\x0dentity_update";

/// A packet that does not go away when the next one comes.
pub(crate) struct Kept {
    number: u64,
    time: Timestamp,
    data: Vec<u8>,
}

impl Kept {
    pub(crate) fn packet(&self) -> Packet<'_> {
        let (link, len) = (LinkType::ETHERNET, self.data.len() as u32);
        Packet { number: self.number, time: self.time, link, interface: 0, len, fcs_len: 0, data: &self.data }
    }

    /// Segment of the packet, whose end is the payload: no packet of the capture is padded.
    fn segment(&self, decoder: &mut Decoder) -> Segment<'_> {
        let Segment { origin, source, destination, vlan, seq, ack, flags, payload, payload_len } =
            decoder.decode(&self.packet()).unwrap();
        let payload = &self.data[self.data.len() - payload.len()..];
        Segment { origin, source, destination, vlan, seq, ack, flags, payload, payload_len }
    }
}

/// A chunk that does not go away either.
struct KeptChunk {
    offset: StreamOffset,
    bytes: Vec<u8>,
    packet: u64,
    available: Origin,
}

impl KeptChunk {
    fn chunk(&self) -> Chunk<'_> {
        Chunk { offset: self.offset, bytes: &self.bytes, packet: self.packet, available: self.available }
    }
}

/// The chunks of each direction of each connection.
#[derive(Default)]
pub(crate) struct Chunks(Vec<Vec<KeptChunk>>);

impl Chunks {
    /// Cuts all of them into frames.
    pub(crate) fn split(&self, layout: &Arc<Layout>, sink: &mut impl FrameSink) {
        for direction in &self.0 {
            let mut splitter = Splitter::new(Arc::clone(layout), None);
            for chunk in direction {
                splitter.push(chunk.chunk(), sink);
            }
        }
    }
}

impl StreamSink for Chunks {
    type Kept = ();

    fn chunk(&mut self, connection: &Connection, (): &mut (), direction: Direction, chunk: Chunk<'_>) {
        let at = 2 * connection.id.0 + usize::from(direction == Direction::ServerToClient);
        self.0.resize_with(self.0.len().max(at + 1), Vec::new);
        let Chunk { offset, bytes, packet, available, .. } = chunk;
        self.0[at].push(KeptChunk { offset, bytes: bytes.to_vec(), packet, available });
    }

    fn gap(&mut self, _: &Connection, (): &mut (), _: Direction, _: Gap) {}

    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, _: &Connection, (): &mut ()) {}
}

/// The payloads of one kind.
#[derive(Default)]
pub(crate) struct Updates(pub(crate) Vec<Vec<u8>>);

impl FrameSink for Updates {
    fn frame(&mut self, frame: Frame<'_>) {
        let payload = &frame.bytes[frame.payload];
        if payload.starts_with(UPDATE) {
            self.0.push(payload.to_vec());
        }
    }

    fn skipped(&mut self, _: Skipped) {}
}

/// Pushes segments through the stream stage.
pub(crate) fn stream(segments: &[Segment<'_>], sink: &mut impl StreamSink<Kept = ()>) {
    let mut streams = Streams::new(StreamConfig::default());
    for segment in segments {
        streams.push(segment, sink);
    }
    streams.finish(sink);
}

/// The usual capture of `docs/performance.md`, 10 MB of it.
pub(crate) struct Usual {
    pub(crate) path: String,
    pub(crate) made: Made,
    pub(crate) packets: Vec<Kept>,
    _folder: tempfile::TempDir,
}

impl Usual {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("usual.pcap");
        let made = traffic::write(&Traffic::usual(10), BufWriter::new(File::create(&path).unwrap())).unwrap();
        let mut usual = Self { path: path.display().to_string(), made, packets: Vec::new(), _folder: folder };
        let mut captures = usual.open();
        while let Some(Input::Packet(packet)) = captures.next_input() {
            usual.packets.push(Kept { number: packet.number, time: packet.time, data: packet.data.to_vec() });
        }
        assert_eq!(usual.packets.len() as u64, made.packets);
        usual
    }

    pub(crate) fn open(&self) -> Captures {
        capture::open(std::slice::from_ref(&self.path)).unwrap()
    }

    pub(crate) fn segments(&self) -> Vec<Segment<'_>> {
        let mut decoder = Decoder::new();
        self.packets.iter().map(|packet| packet.segment(&mut decoder)).collect()
    }
}

/// What a run has learned of payloads once it has seen all of them.
pub(crate) fn learned(payloads: &[Vec<u8>]) -> Paths {
    let (mut paths, mut scales) = (Paths::default(), Scales::default());
    for payload in payloads {
        paths.learn(payload, None, &mut scales);
    }
    paths.settle();
    paths
}
