//! What deframe reports of a capture, held against what is left of it.

use super::left::Left;
use super::traffic::Conversation;
use crate::faults::pcap::{self, Format, Record};
use deframe::capture;
use deframe::pipeline::{self, Candidate, Setup, Trust};
use deframe::profile::{BUILT_IN, BuiltIn};
use deframe::record::{CONTINUE, ConnectionRecord, GapRecord, MessageRecord, Sink, SinkResult};
use deframe::units::Direction;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, LazyLock};

/// What deframe told of a capture.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Frames.
    pub(crate) frames: usize,
    /// Frames that are not one that was sent and captured whole.
    pub(crate) corrupt: usize,
    /// Holes: runs of gaps that follow each other directly.
    pub(crate) holes: usize,
    /// The ledger of every direction balances.
    pub(crate) balances: bool,
    /// Everything that is not as it should be.
    pub(crate) wrong: Vec<String>,
}

#[derive(Default)]
struct Collected {
    /// Offset and bytes of each message, by direction.
    messages: [Vec<(u64, Vec<u8>)>; 2],
    /// Offset and length of each gap, by direction.
    gaps: [Vec<(u64, u64)>; 2],
    connections: Vec<ConnectionRecord>,
}

impl Sink for Collected {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.messages[message.direction.index()].push((message.offset.0, message.frame.to_vec()));
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.gaps[gap.direction.index()].push((gap.offset.0, gap.len));
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.connections.push(connection.clone());
        CONTINUE
    }
}

/// The built-in profiles, as without options.
static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    let profile = |built_in: &BuiltIn| Arc::new(built_in.profile().expect("the built-in profiles are right"));
    let candidate = |built_in| Candidate { profile: profile(built_in), trust: Trust::Tried };
    Setup { candidates: BUILT_IN.iter().map(candidate).collect(), ..Setup::default() }
});

fn run(records: &[Record]) -> Collected {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&pcap::encode(records, Format::TCPDUMP)).unwrap();
    let mut captures = capture::open(&[file.path().display().to_string()]).unwrap();
    let mut collected = Collected::default();
    pipeline::run(&mut captures, &SETUP, &mut collected).unwrap();
    collected
}

/// Gaps in order of their places, those that follow each other directly as one: a hole may have several reasons.
fn joined(mut gaps: Vec<(u64, u64)>) -> BTreeSet<(u64, u64)> {
    gaps.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (offset, len) in gaps {
        match joined.last_mut() {
            Some((start, so_far)) if *start + *so_far == offset => *so_far += len,
            _ => joined.push((offset, len)),
        }
    }
    joined.into_iter().collect()
}

/// Runs deframe over `records`, of which `left` is left.
pub(crate) fn measure(clean: &Conversation, records: &[Record], left: &[Left; 2]) -> Told {
    let collected = run(records);
    let mut told = Told { balances: true, ..Told::default() };
    if collected.connections.len() != 1 {
        told.wrong.push(format!("{} connections", collected.connections.len()));
    }
    for (direction, left) in Direction::BOTH.into_iter().zip(left) {
        let side = direction.index();
        let mut wrong = |what: String| told.wrong.push(format!("{direction}: {what}"));
        let whole: BTreeSet<(u64, u64)> = left.whole.iter().copied().collect();
        let mut reported = BTreeSet::new();
        for (offset, frame) in &collected.messages[side] {
            let span = (offset + left.base, frame.len() as u64);
            let start = usize::try_from(span.0).unwrap();
            let sent = clean.bytes[side].get(start..start + frame.len());
            let is_right = whole.contains(&span) && sent == Some(frame) && reported.insert(span);
            told.corrupt += usize::from(!is_right);
            if !is_right {
                wrong(format!("the frame of {} bytes at {} is none that was captured", span.1, span.0));
            }
        }
        told.frames += collected.messages[side].len();
        whole.difference(&reported).for_each(|(at, len)| wrong(format!("the frame of {len} bytes at {at} is missing")));
        let gaps = joined(collected.gaps[side].iter().map(|(at, len)| (at + left.base, *len)).collect());
        told.holes += gaps.len();
        let holes = left.holes.iter().copied().collect();
        gaps.symmetric_difference(&holes).for_each(|(at, len)| {
            wrong(format!(
                "{len} bytes at {at} are {}",
                if gaps.contains(&(*at, *len)) { "no hole" } else { "no gap" }
            ));
        });
        for connection in &collected.connections {
            let ledger = connection.directions.of(direction).ledger;
            let framed: u64 = collected.messages[side].iter().map(|(_, frame)| frame.len() as u64).sum();
            let balances = ledger.balances() && ledger.captured == left.captured && ledger.framed == framed;
            told.balances &= balances;
            if !balances {
                wrong(format!("{} captured, {framed} framed, but the ledger has {ledger:?}", left.captured));
            }
        }
    }
    told
}
