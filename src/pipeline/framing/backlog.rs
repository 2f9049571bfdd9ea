//! What came of a connection before its profile was known.
//!
//! In: its chunks and gaps. Out: which profile it has, as soon as that is sure, and then the same chunks and gaps.
//! Invariant: the bytes that decide are not kept, so a connection that its first bytes decide costs no copy. Not
//! responsible for what speaks for a profile.

use super::choice::{self, Verdict};
use crate::limits;
use crate::pipeline::candidate::Candidate;
use crate::stream::Connection;
use crate::units::{Both, Chunk, Direction, Gap, Origin, StreamOffset, allocated};

/// The pieces of an undecided connection.
#[derive(Debug, Default)]
pub(super) struct Backlog(Option<Box<Kept>>);

#[derive(Debug)]
struct Kept {
    pieces: Vec<(Direction, KeptPiece)>,
    bytes: usize,
    /// Memory that the bytes of the pieces take.
    memory: usize,
    /// The contiguous bytes since the start or the last gap, and whether it was the start.
    runs: Both<(Vec<u8>, bool)>,
}

/// What the stream stage delivers.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Chunk(Chunk<'a>),
    Gap(Gap),
}

#[derive(Debug)]
enum KeptPiece {
    Chunk { offset: StreamOffset, bytes: Vec<u8>, packet: u64, available: Origin },
    Gap(Gap),
}

impl Backlog {
    /// Judges the connection with more bytes, which are kept if the verdict stays open.
    pub(super) fn chunk(
        &mut self,
        candidates: &[Candidate],
        connection: &Connection,
        direction: Direction,
        chunk: &Chunk<'_>,
    ) -> Verdict {
        let kept_bytes = self.0.as_ref().map_or(0, |kept| kept.bytes);
        let verdict = match &mut self.0 {
            None => {
                let from_start = connection.has_syn(direction);
                choice::by_bytes(candidates, connection, direction, chunk.bytes, from_start)
            }
            Some(kept) => {
                let (run, from_start) = kept.run(direction);
                run.extend_from_slice(chunk.bytes);
                choice::by_bytes(candidates, connection, direction, run, *from_start)
            }
        };
        if verdict != Verdict::Open {
            return verdict;
        }
        if kept_bytes + chunk.bytes.len() > limits::DETECT_BYTES {
            return Verdict::None;
        }
        let is_first = self.0.is_none();
        let kept = self.kept(connection);
        if is_first {
            kept.run(direction).0.extend_from_slice(chunk.bytes);
        }
        kept.bytes += chunk.bytes.len();
        kept.memory += allocated(chunk.bytes.len());
        let piece = KeptPiece::Chunk {
            offset: chunk.offset,
            bytes: chunk.bytes.to_vec(),
            packet: chunk.packet,
            available: chunk.available,
        };
        kept.pieces.push((direction, piece));
        Verdict::Open
    }

    /// Keeps a gap.
    pub(super) fn gap(&mut self, connection: &Connection, direction: Direction, gap: Gap) {
        let kept = self.kept(connection);
        kept.pieces.push((direction, KeptPiece::Gap(gap)));
        *kept.run(direction) = (Vec::new(), false);
    }

    /// Memory for what is kept, in bytes; each byte is kept twice, in its piece and in its run.
    pub(super) fn memory(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| {
            let runs: usize = kept.runs.values().map(|(run, _)| allocated(run.capacity())).sum();
            allocated(kept.pieces.capacity() * size_of::<(Direction, KeptPiece)>()) + kept.memory + runs
        })
    }

    /// Hands on everything that was kept, in order.
    pub(super) fn replay(self, mut take: impl FnMut(Direction, &Piece<'_>)) {
        for (direction, kept) in self.0.iter().flat_map(|kept| &kept.pieces) {
            let piece = match kept {
                KeptPiece::Gap(gap) => Piece::Gap(*gap),
                KeptPiece::Chunk { offset, bytes, packet, available } => {
                    Piece::Chunk(Chunk { offset: *offset, bytes, packet: *packet, available: *available })
                }
            };
            take(*direction, &piece);
        }
    }

    fn kept(&mut self, connection: &Connection) -> &mut Kept {
        let run = |direction| (Vec::new(), connection.has_syn(direction));
        self.0
            .get_or_insert_with(|| Box::new(Kept { pieces: Vec::new(), bytes: 0, memory: 0, runs: Both::from_fn(run) }))
    }
}

impl Kept {
    fn run(&mut self, direction: Direction) -> &mut (Vec<u8>, bool) {
        self.runs.of_mut(direction)
    }
}
