//! The stages of a run, each by itself, on the capture that `docs/performance.md` is about: 10 MB of it.
//!
//! `cargo bench --bench stages`; `-- --save-baseline before` and `-- --baseline before` compare two states of the code. What
//! payloads cost, with and without a schema, is in `payloads.rs`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop at the first surprise")]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

#[path = "../tests/speed/messages.rs"]
#[allow(dead_code, reason = "shared with the program that measures, which uses the rest")]
mod messages;
#[path = "../tests/speed/random.rs"]
mod random;
#[path = "../tests/speed/traffic.rs"]
mod traffic;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use deframe::capture::{self, Captures, Input, LinkType, Packet, PacketSource};
use deframe::frame::layout::Layout;
use deframe::frame::{Frame, FrameSink, Skipped, Splitter};
use deframe::packet::Decoder;
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::BUILT_IN;
use deframe::report::{Ndjson, Table, TableOptions};
use deframe::stream::{Chunk, Connection, Gap, StreamConfig, StreamSink, Streams};
use deframe::units::{Direction, Origin, StreamOffset, Timestamp};
use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufWriter};
use std::sync::Arc;
use traffic::Traffic;

/// A packet that does not go away when the next one comes.
struct Kept {
    number: u64,
    time: Timestamp,
    data: Vec<u8>,
}

impl Kept {
    fn packet(&self) -> Packet<'_> {
        let (link, len) = (LinkType::ETHERNET, self.data.len() as u32);
        Packet { number: self.number, time: self.time, link, interface: 0, len, fcs_len: 0, data: &self.data }
    }
}

/// Counts bytes.
#[derive(Default)]
struct Bytes(u64);

impl StreamSink for Bytes {
    fn chunk(&mut self, _: &Connection, _: Direction, chunk: Chunk<'_>) {
        self.0 += chunk.bytes.len() as u64;
    }

    fn gap(&mut self, _: &Connection, _: Direction, gap: Gap) {
        self.0 += gap.len;
    }

    fn conflict(&mut self, _: &Connection, _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, _: &Connection) {}
}

impl FrameSink for Bytes {
    fn frame(&mut self, frame: Frame<'_>) {
        self.0 += frame.bytes.len() as u64;
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.0 += skipped.len;
    }
}

/// Keeps the chunks of one direction of one connection.
#[derive(Default)]
struct Chunks(Vec<(StreamOffset, Vec<u8>, u64, Origin)>);

impl StreamSink for Chunks {
    fn chunk(&mut self, connection: &Connection, direction: Direction, chunk: Chunk<'_>) {
        if connection.id.0 == 0 && direction == Direction::ServerToClient {
            self.0.push((chunk.offset, chunk.bytes.to_vec(), chunk.packet, chunk.available));
        }
    }

    fn gap(&mut self, _: &Connection, _: Direction, _: Gap) {}

    fn conflict(&mut self, _: &Connection, _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, _: &Connection) {}
}

fn streams(packets: &[Kept], sink: &mut impl StreamSink) {
    let (mut decoder, mut streams) = (Decoder::new(), Streams::new(StreamConfig::default()));
    for packet in packets {
        if let Some(segment) = decoder.decode(&packet.packet()) {
            streams.push(&segment, sink);
        }
    }
    streams.finish(sink);
}

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usual.pcap");
    let made = traffic::write(&Traffic::usual(10), BufWriter::new(File::create(&path).unwrap())).unwrap();
    let open = || -> Captures { capture::open(&[path.display().to_string()]).unwrap() };
    let mut packets = Vec::new();
    let mut captures = open();
    while let Some(input) = captures.next_input() {
        if let Input::Packet(packet) = input {
            packets.push(Kept { number: packet.number, time: packet.time, data: packet.data.to_vec() });
        }
    }
    let mut chunks = Chunks::default();
    streams(&packets, &mut chunks);
    let layout = Arc::new(Layout::parse("star-network").unwrap());
    let candidate = |built_in: &deframe::profile::BuiltIn| {
        let profile = Arc::new(built_in.profile().unwrap());
        Candidate { profile, trust: Trust::Tried }
    };
    let mut setup = Setup { candidates: BUILT_IN.iter().map(candidate).collect(), ..Setup::default() };
    setup.survey = pipeline::survey(&mut open(), &setup);

    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20);
    group.throughput(Throughput::Elements(made.packets));
    group.bench_function("reader", |bencher| {
        bencher.iter(|| {
            let mut captures = open();
            let mut bytes = 0;
            while let Some(Input::Packet(packet)) = captures.next_input() {
                bytes += packet.data.len();
            }
            black_box(bytes)
        });
    });
    group.bench_function("packet", |bencher| {
        bencher.iter(|| {
            let (mut decoder, mut bytes) = (Decoder::new(), 0);
            for packet in &packets {
                bytes += decoder.decode(&packet.packet()).map_or(0, |segment| segment.payload.len());
            }
            black_box(bytes)
        });
    });
    group.bench_function("packet_and_stream", |bencher| {
        bencher.iter(|| {
            let mut bytes = Bytes::default();
            streams(&packets, &mut bytes);
            bytes.0
        });
    });
    group.throughput(Throughput::Bytes(chunks.0.iter().map(|(_, bytes, ..)| bytes.len() as u64).sum()));
    group.bench_function("frame", |bencher| {
        bencher.iter(|| {
            let (mut splitter, mut bytes) = (Splitter::new(Arc::clone(&layout), None), Bytes::default());
            for (offset, chunk, packet, available) in &chunks.0 {
                splitter.push(*offset, chunk, *packet, *available, &mut bytes);
            }
            bytes.0
        });
    });
    group.throughput(Throughput::Elements(made.frames));
    for threads in [1, 2] {
        setup.threads = threads;
        group.bench_function(format!("pipeline_summary_{threads}"), |bencher| {
            bencher.iter(|| {
                let mut table = Table::new(io::sink(), TableOptions { width: 100, messages: false });
                pipeline::run(&mut open(), &setup, &mut table).unwrap().messages
            });
        });
        group.bench_function(format!("pipeline_ndjson_{threads}"), |bencher| {
            bencher.iter(|| pipeline::run(&mut open(), &setup, &mut Ndjson::new(io::sink())).unwrap().messages);
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
