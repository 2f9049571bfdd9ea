//! Offset, hex, ASCII, over as many chunks as a turn has.

use crate::report::text;
use crate::units::StreamOffset;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Lines of a hex dump; holds one that is not full yet.
#[derive(Debug)]
pub struct HexLines {
    per_line: usize,
    /// Position of the first byte of the line.
    offset: StreamOffset,
    line: Vec<u8>,
    text: String,
}

impl HexLines {
    /// Lines of sixteen bytes, or eight where that is wider than `width`.
    pub(super) fn new(width: u16) -> Self {
        let per_line = if width >= 79 { 16 } else { 8 };
        Self { per_line, offset: StreamOffset::default(), line: Vec::with_capacity(per_line), text: String::new() }
    }

    /// Takes bytes that follow the last ones of the turn.
    pub(super) fn push(
        &mut self,
        out: &mut impl Write,
        mark: &str,
        offset: StreamOffset,
        mut bytes: &[u8],
    ) -> io::Result<()> {
        if self.line.is_empty() {
            self.offset = offset;
        }
        while !bytes.is_empty() {
            let room = self.per_line - self.line.len();
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.line.extend_from_slice(now);
            bytes = later;
            if self.line.len() == self.per_line {
                self.finish(out, mark)?;
            }
        }
        Ok(())
    }

    /// Writes the line as far as it goes.
    pub(super) fn finish(&mut self, out: &mut impl Write, mark: &str) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        self.text.clear();
        for (column, byte) in self.line.iter().enumerate() {
            let gap = if column == 8 { " " } else { "" };
            let _ = write!(self.text, "{gap}{byte:02x} ");
        }
        let width = self.per_line * 3 + usize::from(self.per_line > 8);
        writeln!(out, "{mark} {:08x}  {:<width$} {}", self.offset.0, self.text, text::ascii(&self.line))?;
        self.offset = self.offset.plus(self.line.len() as u64);
        self.line.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_of_a_turn_make_the_lines_that_their_bytes_make_together() {
        let bytes: Vec<u8> = (b'A'..=b'Y').collect();
        for chunk_len in 1..=bytes.len() {
            let (mut lines, mut out, mut offset) = (HexLines::new(80), Vec::new(), StreamOffset(0x20));
            for chunk in bytes.chunks(chunk_len) {
                lines.push(&mut out, "->", offset, chunk).unwrap();
                offset = offset.plus(chunk.len() as u64);
            }
            lines.finish(&mut out, "->").unwrap();
            let expected = "\
-> 00000020  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP
-> 00000030  51 52 53 54 55 56 57 58  59                       QRSTUVWXY
";
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{chunk_len}");
        }
    }
}
