//! The bytes themselves, without a word.

use crate::record::{BytesRecord, CONTINUE, GapRecord, Sink, SinkResult, Summary, Wants};
use crate::units::Direction;
use std::io::{self, Write};

/// Writes the bytes of a conversation unaltered. What is missing is left out, and counted.
#[derive(Debug)]
pub struct Raw<W> {
    out: W,
    direction: Option<Direction>,
    gaps: u64,
    missing: u64,
}

impl<W: Write> Raw<W> {
    /// A report that is written to `out`: both directions as they come, or one.
    pub const fn new(out: W, direction: Option<Direction>) -> Self {
        Self { out, direction, gaps: 0, missing: 0 }
    }

    /// How many gaps there were, and how many bytes are missing in them.
    #[must_use]
    pub const fn left_out(&self) -> (u64, u64) {
        (self.gaps, self.missing)
    }

    fn shows(&self, direction: Direction) -> bool {
        self.direction.is_none_or(|wanted| wanted == direction)
    }
}

impl<W: Write> Sink for Raw<W> {
    fn wants(&self) -> Wants {
        Wants::connections().with_bytes()
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        if self.shows(bytes.direction) {
            self.out.write_all(bytes.bytes)?;
        }
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        if self.shows(gap.direction) {
            self.gaps += 1;
            self.missing += gap.len;
        }
        CONTINUE
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}
