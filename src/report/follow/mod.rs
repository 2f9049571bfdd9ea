//! One conversation in the order of time: who said what, and what is missing.
//!
//! In: bytes and gaps of one connection. Out: turns, each under a line that says when, which way, in which packet and
//! at which offset. Content stands behind `->` or `<-` on every line, so no captured text can pass for such a line.

mod hex;
mod raw;
mod text;

pub use raw::Raw;

use super::text::{clock, count, plural};
use crate::record::{
    BytesRecord, CONTINUE, ConnectionName, ConnectionRecord, GapRecord, Sink, SinkResult, Summary, Wants,
};
use crate::units::{Both, Direction, Origin};
use hex::HexLines;
use std::io::{self, Write};
use text::TextLines;

/// How the bytes of a conversation are shown.
#[derive(Debug)]
pub enum Lines {
    /// Offset, hexadecimal digits, ASCII.
    Hex(HexLines),
    /// Text, other bytes as dots.
    Text(TextLines),
}

impl Lines {
    /// Lines of a hex dump, at most `width` characters wide if that is 79 or more, else short ones.
    #[must_use]
    pub fn hex(width: u16) -> Self {
        Self::Hex(HexLines::new(width))
    }

    /// Lines of text, at most `width` characters wide.
    #[must_use]
    pub fn text(width: u16) -> Self {
        Self::Text(TextLines::new(width))
    }

    fn push(&mut self, out: &mut impl Write, mark: &str, bytes: &BytesRecord<'_>) -> io::Result<()> {
        match self {
            Self::Hex(lines) => lines.push(out, mark, bytes.offset, bytes.bytes),
            Self::Text(lines) => lines.push(out, mark, bytes.bytes),
        }
    }

    /// Writes what is left of a turn.
    fn finish(&mut self, out: &mut impl Write, mark: &str) -> io::Result<()> {
        match self {
            Self::Hex(lines) => lines.finish(out, mark),
            Self::Text(lines) => lines.finish(out, mark),
        }
    }
}

/// Writes one conversation for people.
#[derive(Debug)]
pub struct Follow<W> {
    out: W,
    lines: Lines,
    direction: Option<Direction>,
    is_titled: bool,
    /// Direction whose turn it is; none between turns.
    turn: Option<Direction>,
}

impl<W: Write> Follow<W> {
    /// A report that is written to `out`, of one direction only if it is given.
    pub const fn new(out: W, lines: Lines, direction: Option<Direction>) -> Self {
        Self { out, lines, direction, is_titled: false, turn: None }
    }

    fn title(&mut self, name: &ConnectionName) -> io::Result<()> {
        if std::mem::replace(&mut self.is_titled, true) {
            return Ok(());
        }
        writeln!(self.out, "Connection {}: client {}, server {}", name.number, name.client, name.server)
    }

    fn end_turn(&mut self) -> io::Result<()> {
        self.turn.take().map_or(Ok(()), |direction| self.lines.finish(&mut self.out, mark(direction)))
    }

    /// Writes the line over a turn or of something else that happened.
    fn heading(&mut self, at: Origin, text: &str) -> io::Result<()> {
        self.end_turn()?;
        writeln!(self.out, "\n{}  {text}", clock(at.time))
    }

    fn shows(&self, direction: Direction) -> bool {
        self.direction.is_none_or(|wanted| wanted == direction)
    }
}

const fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "->",
        Direction::ServerToClient => "<-",
    }
}

impl<W: Write> Sink for Follow<W> {
    fn wants(&self) -> Wants {
        Wants::connections().with_bytes()
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        let direction = bytes.direction;
        if !self.shows(direction) {
            return CONTINUE;
        }
        self.title(&bytes.connection)?;
        if self.turn != Some(direction) {
            let place = format!("{direction}  packet {}  offset {}", bytes.packet, bytes.offset);
            self.heading(bytes.available, &place)?;
            self.turn = Some(direction);
        }
        self.lines.push(&mut self.out, mark(direction), bytes)?;
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        if !self.shows(gap.direction) {
            return CONTINUE;
        }
        self.title(&gap.connection)?;
        let (direction, missing, reason) = (gap.direction, plural(gap.len, "byte"), gap.reason.as_str());
        let text = format!("{direction}  packet {}  offset {}  gap: {missing} {reason}", gap.seen.packet, gap.offset);
        self.heading(gap.seen, &text)?;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.title(&connection.name)?;
        let Both { to_server: sent, to_client: received } =
            connection.directions.map(|direction| count(direction.facts.delivered));
        let completeness = connection.completeness;
        let (state, bits, words) = (connection.state.as_str(), completeness.bits(), completeness.as_str());
        self.heading(connection.last, &format!("{state}  {sent} / {received} bytes  completeness {bits} {words}"))?;
        CONTINUE
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.end_turn()?;
        self.out.flush()
    }
}
