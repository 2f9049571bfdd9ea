//! One connection on its way through framing: undecided, framed, or of no known layout.

use super::backlog::{Backlog, Piece};
use super::buffers::Buffers;
use super::choice::{self, Verdict};
use super::habits::{Place, probe};
use super::samples::Sampling;
use super::searches::Search;
use crate::frame::{FrameSink, Splitter};
use crate::pipeline::candidate::Candidate;
use crate::profile::Profile;
use crate::record::LedgerRecord;
use crate::stream::{Connection, DirectionFacts};
use crate::units::{Both, Direction, Origin};
use std::hint::black_box;
use std::sync::Arc;

/// The framing of one connection.
#[derive(Debug)]
pub(in crate::pipeline) struct Flow {
    pub(super) choice: Choice,
    /// What the connection has to do with the samples that layouts are scored on.
    pub(super) sampling: Sampling,
    /// Place where it is kept what frames like those of the connection begin with.
    pub(super) habits: Place,
    sides: Both<Side>,
}

/// The framing of one direction.
#[derive(Debug, Default)]
pub(super) struct Side {
    splitter: Option<Splitter>,
    /// State of the direction's searches.
    pub search: Search,
    /// The latest packet at which bytes or a gap were told.
    pub reached: Origin,
}

#[derive(Debug)]
pub(super) enum Choice {
    Undecided(Backlog),
    Framed(usize),
    Unknown,
}

impl Flow {
    pub(super) fn new(candidates: &[Candidate], connection: &Connection) -> Self {
        let choice = match choice::by_ports(candidates, connection) {
            Verdict::Fits(index) => Choice::Framed(index),
            Verdict::Open => Choice::Undecided(Backlog::default()),
            Verdict::None => Choice::Unknown,
        };
        Self { choice, sampling: Sampling::New, habits: Place::New, sides: Both::default() }
    }

    /// Looks at every part of the flow, so that all are in the processor's cache when they are wanted.
    pub(super) fn fetch(&self) {
        black_box(self.sides.each_ref().map(|side| (side.splitter.is_some(), side.reached.packet)));
    }

    pub(super) fn side(&mut self, direction: Direction) -> &mut Side {
        self.sides.of_mut(direction)
    }
}

impl Side {
    /// Passes bytes or a gap to the splitter of a framed connection.
    pub(super) fn split(
        &mut self,
        profile: &Profile,
        (connection, direction): (&Connection, Direction),
        piece: &Piece<'_>,
        buffers: &mut Buffers,
        sink: &mut impl FrameSink,
    ) {
        let splitter = self.splitter.get_or_insert_with(|| {
            let layout = Arc::clone(profile.layout(direction));
            let probe = probe(profile);
            if connection.has_syn(direction) {
                Splitter::new(layout, probe)
            } else {
                Splitter::mid_stream(layout, probe)
            }
        });
        buffers.lend(splitter, |splitter| match piece {
            Piece::Chunk(chunk) => splitter.push(*chunk, sink),
            Piece::Gap(gap) => splitter.gap(*gap, sink),
        });
    }

    /// Ends the direction.
    pub(super) fn finish(&mut self, seen: Origin, buffers: &mut Buffers, sink: &mut impl FrameSink) {
        if let Some(splitter) = &mut self.splitter {
            buffers.lend(splitter, |splitter| splitter.finish(seen, sink));
        }
    }

    /// Ledger of the direction: where its bytes went.
    pub(super) fn ledger(&self, facts: &DirectionFacts) -> LedgerRecord {
        LedgerRecord::new(facts, self.splitter.as_ref().map(Splitter::ledger))
    }

    /// Accepts what a search has on trial, if enough speaks for it by itself.
    pub(super) fn lose_patience(&mut self, buffers: &mut Buffers, sink: &mut impl FrameSink) {
        if let Some(splitter) = &mut self.splitter {
            buffers.lend(splitter, |splitter| splitter.lose_patience(sink));
        }
    }

    /// The first packet that may have completed a frame which is not told yet, and whether the splitter searches.
    pub(super) fn undecided_since(&self) -> (Option<u64>, bool) {
        self.splitter.as_ref().map_or((None, false), |splitter| (splitter.undecided_since(), splitter.is_searching()))
    }

    /// The packet at which bytes or a gap count as told that became known `at`: not before what precedes them in their
    /// direction. The packet that shows a gap may be older than the one that brought the bytes before it.
    pub(super) fn told(&mut self, at: Origin) -> Origin {
        if at.packet > self.reached.packet {
            self.reached = at;
        }
        self.reached
    }

    /// Memory for what the splitter holds, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        self.splitter.as_ref().map_or(0, Splitter::held_bytes)
    }
}
