//! The whole pipeline, from the bytes of a capture file to a report.
//!
//! Whatever the bytes: no panic, every captured byte is in the ledger once, frames and gaps do not overlap, and
//! messages are numbered one by one.

use deframe::capture::{self, CaptureFacts};
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::{BUILT_IN, ProfileFile, Source};
use deframe::record::{ConnectionRecord, Finding, GapRecord, MessageRecord, Sink, SinkResult, Summary};
use deframe::report::{Csv, Ndjson, StreamsTable, Table, TableOptions};
use deframe::units::{Direction, StreamOffset};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock};

/// Layouts for connections that the built-in profiles do not know.
const LAYOUTS: [&str; 5] = [
    "u32be",
    "varint",
    "len:u16be{frame} payload crc32:u32le",
    "skip:client:5 skip:server:2 type:u8 len:u24le magic:be|ef payload trailer:2 max:300",
    "grpc-message",
];

/// The built-in profiles, and behind them each of the layouts.
static SETUPS: LazyLock<Vec<Setup>> = LazyLock::new(|| LAYOUTS.map(setup).into_iter().collect());

fn setup(layout: &str) -> Setup {
    let built_in = BUILT_IN.iter().map(|profile| Candidate {
        profile: Arc::new(profile.profile().expect("the built-in profiles are right")),
        trust: Trust::Tried,
    });
    let text = format!("name = \"layout\"\nframe = \"{layout}\"");
    let file = ProfileFile::parse(&text, "layout").expect("the layouts are right");
    let profile = file.resolve(Source::CommandLine, None).expect("the layouts are right");
    let given = Candidate { profile: Arc::new(profile), trust: Trust::Given };
    Setup { candidates: built_in.chain([given]).collect(), ..Setup::default() }
}

/// Reads `capture` to its end, as a file, and writes a report of it. Which report, and with which layout, is drawn from
/// its length.
///
/// # Panics
/// If something does not hold that must hold for every capture. That is a defect.
pub fn check(capture: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("there is room for a file");
    file.write_all(capture).expect("there is room for the capture");
    // No capture at all is an answer too.
    let Ok(mut captures) = capture::open(&[file.path().display().to_string()]) else { return };
    let setup = SETUPS.get(capture.len() % LAYOUTS.len()).expect("one setup for each layout");
    let mut report = Checked { report: report(capture.len() / LAYOUTS.len()), ..Checked::new() };
    pipeline::run(&mut captures, setup, &mut report).expect("nothing that is written to can fail");
}

fn report(kind: usize) -> Box<dyn Sink> {
    match kind % 4 {
        0 => Box::new(Ndjson::new(io::sink())),
        1 => Box::new(Csv::new(io::sink())),
        2 => Box::new(StreamsTable::new(io::sink(), 80)),
        _ => Box::new(Table::new(io::sink(), TableOptions { width: 80, messages: true })),
    }
}

/// Checks the records on their way to a report.
struct Checked {
    report: Box<dyn Sink>,
    messages: u64,
    connections: u64,
    captured: u64,
    /// Position and length of every frame and gap, by connection and direction.
    spans: BTreeMap<(usize, Direction), Spans>,
}

#[derive(Default)]
struct Spans {
    frames: Vec<(u64, u64)>,
    gaps: Vec<(u64, u64)>,
}

fn total(spans: &[(u64, u64)]) -> u64 {
    spans.iter().map(|(_, len)| len).sum()
}

impl Checked {
    fn new() -> Self {
        Self { report: report(0), messages: 0, connections: 0, captured: 0, spans: BTreeMap::new() }
    }

    fn spans(&mut self, connection: usize, direction: Direction) -> &mut Spans {
        self.spans.entry((connection, direction)).or_default()
    }
}

impl Sink for Checked {
    fn begin(&mut self, facts: &CaptureFacts) -> SinkResult {
        self.report.begin(facts)
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.messages += 1;
        assert_eq!(message.number, self.messages);
        assert!(message.first_packet <= message.completed.packet);
        let (StreamOffset(offset), len) = (message.offset, message.frame.len() as u64);
        self.spans(message.connection.number, message.direction).frames.push((offset, len));
        self.report.message(message)
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        assert!(gap.len > 0);
        self.spans(gap.connection.number, gap.direction).gaps.push((gap.offset.0, gap.len));
        self.report.gap(gap)
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.report.finding(finding)
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.connections += 1;
        for direction in Direction::BOTH {
            let record = connection.directions.of(direction);
            let (facts, ledger) = (&record.facts, &record.ledger);
            let Spans { mut frames, gaps } =
                self.spans.remove(&(connection.name.number, direction)).unwrap_or_default();
            assert!(ledger.balances(), "{ledger:?}");
            assert_eq!(ledger.captured, facts.captured);
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late);
            assert_eq!(ledger.framed, total(&frames), "{ledger:?}");
            assert_eq!((facts.gaps, facts.missing), (gaps.len() as u64, total(&gaps)));
            frames.extend(gaps);
            frames.sort_unstable();
            let apart = frames.is_sorted_by(|(offset, len), (next, _)| offset + len <= *next);
            assert!(apart, "frames and gaps overlap: {frames:?}");
            self.captured += ledger.captured;
        }
        self.report.connection(connection)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        assert!(self.spans.is_empty(), "all is said of a connection before it ends");
        assert_eq!((summary.messages, summary.connections), (self.messages, self.connections));
        assert!(summary.ledger.balances(), "{:?}", summary.ledger);
        assert_eq!(summary.ledger.captured, self.captured);
        self.report.end(summary)
    }
}
