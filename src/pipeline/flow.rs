//! One connection on its way through framing: undecided, framed, or of no known layout.

use super::select::{self, Candidate, Verdict};
use super::trials::Trial;
use crate::frame::{FrameSink, Splitter};
use crate::limits;
use crate::profile::Profile;
use crate::proto;
use crate::record::{ConnectionName, LedgerRecord};
use crate::stream::{Chunk, Connection, DirectionFacts, Gap};
use crate::units::{Direction, Origin, StreamOffset};
use std::sync::Arc;

/// The framing of one connection.
#[derive(Debug)]
pub(super) struct Flow {
    pub choice: Choice,
    pub name: ConnectionName,
    splitters: [Option<Splitter>; 2],
    /// What is known of the searches of each direction.
    pub trials: [Trial; 2],
    /// The latest packet at which bytes or a gap of each direction were told.
    reached: [Origin; 2],
    /// What [`Flow::weigh`] found last.
    weighed: usize,
}

#[derive(Debug)]
pub(super) enum Choice {
    Undecided(Backlog),
    Framed(usize),
    Unknown,
}

/// What came before the profile was known.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    pieces: Vec<(Direction, Kept)>,
    bytes: usize,
    /// The contiguous bytes since the start or the last gap, and whether it was the start.
    runs: [(Vec<u8>, bool); 2],
}

/// What the stream stage delivers.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Chunk(Chunk<'a>),
    Gap(Gap),
}

#[derive(Debug)]
enum Kept {
    Chunk { offset: StreamOffset, bytes: Vec<u8>, packet: u64, available: Origin },
    Gap(Gap),
}

impl Flow {
    pub(super) fn new(candidates: &[Candidate], connection: &Connection) -> Self {
        let choice = match select::by_ports(candidates, connection) {
            Verdict::Fits(index) => Choice::Framed(index),
            Verdict::Open => Choice::Undecided(Backlog::new(connection)),
            Verdict::None => Choice::Unknown,
        };
        Self {
            choice,
            name: connection.into(),
            splitters: [None, None],
            trials: [Trial::default(); 2],
            reached: [Origin::default(); 2],
            weighed: 0,
        }
    }

    /// Bytes for the splitter of a framed connection.
    pub(super) fn split(
        &mut self,
        profile: &Profile,
        connection: &Connection,
        direction: Direction,
        chunk: &Chunk<'_>,
        sink: &mut impl FrameSink,
    ) {
        let splitter = self.splitter(profile, connection, direction);
        splitter.push(chunk.offset, chunk.bytes, chunk.packet, chunk.available, sink);
    }

    /// A gap for the splitter of a framed connection.
    pub(super) fn split_gap(
        &mut self,
        profile: &Profile,
        connection: &Connection,
        direction: Direction,
        gap: &Gap,
        sink: &mut impl FrameSink,
    ) {
        self.splitter(profile, connection, direction).gap(gap.offset, gap.len, gap.seen, sink);
    }

    /// The end of one direction.
    pub(super) fn finish(&mut self, direction: Direction, seen: Origin, sink: &mut impl FrameSink) {
        if let Some(splitter) = self.slot(direction) {
            splitter.finish(seen, sink);
        }
    }

    /// Where the bytes of one direction went.
    pub(super) fn ledger(&mut self, facts: &DirectionFacts, direction: Direction) -> LedgerRecord {
        LedgerRecord::new(facts, self.slot(direction).as_ref().map(Splitter::ledger))
    }

    /// Accepts what a search of one direction has on trial, if enough speaks for it by itself.
    pub(super) fn lose_patience(&mut self, direction: Direction, sink: &mut impl FrameSink) {
        if let Some(splitter) = self.slot(direction) {
            splitter.lose_patience(sink);
        }
    }

    /// For each direction, the first packet that may have completed a frame which is not told yet, and whether it searches.
    pub(super) fn undecided_since(&self) -> [(Option<u64>, bool); 2] {
        self.splitters.each_ref().map(|splitter| {
            splitter.as_ref().map_or((None, false), |splitter| (splitter.undecided_since(), splitter.is_searching()))
        })
    }

    /// When bytes or a gap count as told that became known `at`: not before what precedes them in their direction. The
    /// packet that shows a gap may be older than the one that brought the bytes before it.
    pub(super) fn told(&mut self, direction: Direction, at: Origin) -> Origin {
        let [to_server, to_client] = &mut self.reached;
        let reached = match direction {
            Direction::ClientToServer => to_server,
            Direction::ServerToClient => to_client,
        };
        if at.packet > reached.packet {
            *reached = at;
        }
        *reached
    }

    /// The latest packet at which bytes or a gap of a direction were told.
    pub(super) const fn reached(&self, direction: Direction) -> Origin {
        let [to_server, to_client] = self.reached;
        match direction {
            Direction::ClientToServer => to_server,
            Direction::ServerToClient => to_client,
        }
    }

    /// Memory for what is held, in bytes, and what it was when it was asked for before: before, now.
    pub(super) fn weigh(&mut self) -> (usize, usize) {
        let splitters = self.splitters.iter().flatten().map(Splitter::held_bytes).sum::<usize>();
        let held = splitters + if let Choice::Undecided(backlog) = &self.choice { 2 * backlog.bytes } else { 0 };
        (std::mem::replace(&mut self.weighed, held), held)
    }

    /// What [`Flow::weigh`] found last.
    pub(super) const fn weighed(&self) -> usize {
        self.weighed
    }

    fn slot(&mut self, direction: Direction) -> &mut Option<Splitter> {
        let [to_server, to_client] = &mut self.splitters;
        match direction {
            Direction::ClientToServer => to_server,
            Direction::ServerToClient => to_client,
        }
    }

    fn splitter(&mut self, profile: &Profile, connection: &Connection, direction: Direction) -> &mut Splitter {
        self.slot(direction).get_or_insert_with(|| {
            let layout = Arc::clone(profile.layout(direction));
            let probe = Some(proto::looks_like_fields as fn(&[u8]) -> bool);
            if starts_with_syn(connection, direction) {
                Splitter::new(layout, probe)
            } else {
                Splitter::mid_stream(layout, probe)
            }
        })
    }
}

fn starts_with_syn(connection: &Connection, direction: Direction) -> bool {
    connection.directions.get(direction.index()).is_some_and(|facts| facts.syn)
}

impl Backlog {
    fn new(connection: &Connection) -> Self {
        let run = |direction| (Vec::new(), starts_with_syn(connection, direction));
        Self { runs: Direction::BOTH.map(run), ..Self::default() }
    }

    fn run(&mut self, direction: Direction) -> &mut (Vec<u8>, bool) {
        let [to_server, to_client] = &mut self.runs;
        match direction {
            Direction::ClientToServer => to_server,
            Direction::ServerToClient => to_client,
        }
    }

    /// Keeps bytes, and judges the connection again with them.
    pub(super) fn chunk(
        &mut self,
        candidates: &[Candidate],
        connection: &Connection,
        direction: Direction,
        chunk: &Chunk<'_>,
    ) -> Verdict {
        self.bytes += chunk.bytes.len();
        let piece = Kept::Chunk {
            offset: chunk.offset,
            bytes: chunk.bytes.to_vec(),
            packet: chunk.packet,
            available: chunk.available,
        };
        self.pieces.push((direction, piece));
        let (run, from_start) = self.run(direction);
        run.extend_from_slice(chunk.bytes);
        match select::by_bytes(candidates, connection, direction, run, *from_start) {
            Verdict::Open if self.bytes > limits::DETECT_BYTES => Verdict::None,
            verdict => verdict,
        }
    }

    /// Keeps a gap.
    pub(super) fn gap(&mut self, direction: Direction, gap: Gap) {
        self.pieces.push((direction, Kept::Gap(gap)));
        *self.run(direction) = (Vec::new(), false);
    }

    /// Hands on everything that was kept, in order.
    pub(super) fn replay(self, mut take: impl FnMut(Direction, &Piece<'_>)) {
        for (direction, kept) in &self.pieces {
            let piece = match kept {
                Kept::Gap(gap) => Piece::Gap(*gap),
                Kept::Chunk { offset, bytes, packet, available } => {
                    Piece::Chunk(Chunk { offset: *offset, bytes, packet: *packet, available: *available })
                }
            };
            take(*direction, &piece);
        }
    }
}
