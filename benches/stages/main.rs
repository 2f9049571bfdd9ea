//! The stages of a run, each by itself, on the capture that `docs/performance.md` is about: 10 MB of it.
//!
//! `cargo bench --bench stages`, or `cargo xtask speed stages`, which holds the times against `benches/baseline.toml`.
//! Times are of the processor, throughput is in bytes of the capture, whatever the stage takes of them. Each stage gets
//! what the one before it made, in memory. What payloads cost with a schema is in `payloads.rs`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop at the first surprise")]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

#[path = "../../tests/speed/bare.rs"]
#[allow(dead_code, reason = "shared with the program that measures, which uses the rest")]
mod bare;
mod given;
#[path = "../../tests/speed/messages.rs"]
#[allow(dead_code, reason = "shared with the program that measures, which uses the rest")]
mod messages;
mod processor;
#[path = "../../tests/speed/random.rs"]
mod random;
mod stage;
#[path = "../../tests/speed/traffic.rs"]
mod traffic;

use criterion::{Bencher, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use deframe::capture::{Input, PacketSource};
use deframe::frame::layout::Layout;
use deframe::frame::{Frame, FrameSink, Skipped};
use deframe::packet::Decoder;
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::BUILT_IN;
use deframe::proto::Reading;
use deframe::proto::learned::Printer;
use deframe::report::{Ndjson, Table, TableOptions};
use deframe::stream::{Connection, StreamSink};
use deframe::units::{Chunk, Direction, Gap, Origin, StreamOffset};
use given::{Chunks, Updates, Usual, learned, stream};
use processor::Processor;
use stage::Stage;
use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Counts bytes.
#[derive(Default)]
struct Bytes(u64);

impl StreamSink for Bytes {
    type Kept = ();

    fn chunk(&mut self, _: &Connection, (): &mut (), _: Direction, chunk: Chunk<'_>) {
        self.0 += chunk.bytes.len() as u64;
    }

    fn gap(&mut self, _: &Connection, (): &mut (), _: Direction, gap: Gap) {
        self.0 += gap.len;
    }

    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, _: &Connection, (): &mut ()) {}
}

impl FrameSink for Bytes {
    fn frame(&mut self, frame: Frame<'_>) {
        self.0 += frame.bytes.len() as u64;
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.0 += skipped.len;
    }
}

fn stages(criterion: &mut Criterion<Processor>) {
    let usual = Usual::make();
    let segments = usual.segments();
    let mut chunks = Chunks::default();
    stream(&segments, &mut chunks);
    let layout = Arc::new(Layout::parse("star-network").unwrap());
    let mut updates = Updates::default();
    chunks.split(&layout, &mut updates);
    let Updates(payloads) = updates;
    let paths = learned(&payloads);
    let (mut reading, mut printer, mut out) = (Reading::default(), Printer::default(), Vec::new());
    assert!(payloads.iter().all(|payload| printer.print(payload, &paths, &mut out)), "a payload is left to a reading");

    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group.throughput(Throughput::BytesDecimal(usual.made.bytes));
    for stage in Stage::ALL {
        let run = |bencher: &mut Bencher<'_, Processor>| match stage {
            Stage::Bare => bencher.iter(|| bare::run(&usual.path, false, io::sink()).unwrap().fields),
            Stage::Reader => bencher.iter(|| {
                let (mut captures, mut bytes) = (usual.open(), 0);
                while let Some(Input::Packet(packet)) = captures.next_input() {
                    bytes += packet.data.len();
                }
                bytes
            }),
            Stage::Packet => bencher.iter(|| {
                let (mut decoder, mut bytes) = (Decoder::new(), 0);
                for packet in &usual.packets {
                    bytes += decoder.decode(&packet.packet()).map_or(0, |segment| segment.payload.len());
                }
                bytes
            }),
            Stage::Stream => bencher.iter(|| {
                let mut bytes = Bytes::default();
                stream(&segments, &mut bytes);
                bytes.0
            }),
            Stage::Frame => bencher.iter(|| {
                let mut bytes = Bytes::default();
                chunks.split(&layout, &mut bytes);
                bytes.0
            }),
            Stage::Walk => bencher.iter(|| {
                for payload in &payloads {
                    reading.read_learned(payload, &paths);
                    black_box(reading.nodes.len());
                }
            }),
            Stage::Json => bencher.iter(|| {
                for payload in &payloads {
                    out.clear();
                    black_box(printer.print(payload, &paths, &mut out));
                }
            }),
            Stage::Pipeline => pipeline(bencher, &usual, 1, false),
            Stage::PipelineTwo => pipeline(bencher, &usual, 2, false),
            Stage::PipelineNdjson => pipeline(bencher, &usual, 1, true),
            Stage::PipelineNdjsonTwo => pipeline(bencher, &usual, 2, true),
        };
        group.bench_function(stage.name(), run);
    }
    group.finish();
}

/// A whole run with the built-in profiles, to a summary or to NDJSON.
fn pipeline(bencher: &mut Bencher<'_, Processor>, usual: &Usual, threads: usize, ndjson: bool) {
    let candidate = |built_in: &deframe::profile::BuiltIn| {
        let profile = Arc::new(built_in.profile().unwrap());
        Candidate { profile, trust: Trust::Tried }
    };
    let candidates = BUILT_IN.iter().map(candidate).collect();
    let setup = Setup { candidates, threads, ..Setup::default() };
    bencher.iter(|| {
        let mut captures = usual.open();
        let found = if ndjson {
            pipeline::run(&mut captures, &setup, &mut Ndjson::new(io::sink()))
        } else {
            let mut table = Table::new(io::sink(), TableOptions { width: 100, messages: false });
            pipeline::run(&mut captures, &setup, &mut table)
        };
        found.unwrap().messages
    });
}

criterion_group!(name = benches; config = Criterion::default().with_measurement(Processor); targets = stages);
criterion_main!(benches);
