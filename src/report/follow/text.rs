//! Bytes as text, over as many chunks as a turn has.

use crate::proto::is_harmful;
use std::io::{self, Write};
use unicode_width::UnicodeWidthChar;

/// Stands for every byte that is no text, and for characters that would act on a terminal.
const DOT: char = '.';

/// Lines of text. Holds one that has not ended yet, and the bytes of a character that is not complete.
#[derive(Debug)]
pub struct TextLines {
    width: usize,
    line: String,
    line_width: usize,
    /// Whether the line goes on from the one above, which was too long.
    continues: bool,
    partial: Vec<u8>,
    /// Whether a carriage return is held back, which is shown only if no line end follows.
    held_return: bool,
}

impl TextLines {
    /// Lines of at most `width` columns.
    pub(super) fn new(width: u16) -> Self {
        Self {
            width: usize::from(width).saturating_sub(3).max(1),
            line: String::new(),
            line_width: 0,
            continues: false,
            partial: Vec::new(),
            held_return: false,
        }
    }

    /// Takes bytes that follow the last ones of the turn.
    pub(super) fn push(&mut self, out: &mut impl Write, mark: &str, bytes: &[u8]) -> io::Result<()> {
        let joined = [&std::mem::take(&mut self.partial), bytes].concat();
        let mut rest = &joined[..];
        while !rest.is_empty() {
            let (text, bad_len) = match std::str::from_utf8(rest) {
                Ok(text) => (text, 0),
                Err(error) => {
                    let valid = rest.get(..error.valid_up_to()).unwrap_or_default();
                    // Without a length, the rest may be the beginning of a character.
                    (std::str::from_utf8(valid).unwrap_or_default(), error.error_len().unwrap_or(0))
                }
            };
            for c in text.chars() {
                self.character(out, mark, c)?;
            }
            for _ in 0..bad_len {
                self.character(out, mark, DOT)?;
            }
            rest = rest.get(text.len() + bad_len..).unwrap_or_default();
            if bad_len == 0 {
                self.partial = rest.to_vec();
                break;
            }
        }
        Ok(())
    }

    /// Writes what is left: a line without an end, a part of a character.
    pub(super) fn finish(&mut self, out: &mut impl Write, mark: &str) -> io::Result<()> {
        for _ in 0..std::mem::take(&mut self.partial).len() {
            self.character(out, mark, DOT)?;
        }
        if std::mem::take(&mut self.held_return) {
            self.put(out, mark, DOT)?;
        }
        if !self.line.is_empty() {
            self.write(out, mark)?;
        }
        self.continues = false;
        Ok(())
    }

    fn character(&mut self, out: &mut impl Write, mark: &str, c: char) -> io::Result<()> {
        if std::mem::take(&mut self.held_return) && c != '\n' {
            self.put(out, mark, DOT)?;
        }
        match c {
            '\r' => self.held_return = true,
            '\n' => {
                // The end of a line that filled the width has no line of its own.
                if !self.continues || !self.line.is_empty() {
                    self.write(out, mark)?;
                }
                self.continues = false;
            }
            c => self.put(out, mark, if is_harmful(c) { DOT } else { c })?,
        }
        Ok(())
    }

    fn put(&mut self, out: &mut impl Write, mark: &str, c: char) -> io::Result<()> {
        let width = c.width().unwrap_or(1);
        if self.line_width + width > self.width {
            self.write(out, mark)?;
            self.continues = true;
        }
        self.line.push(c);
        self.line_width += width;
        // Marks that stack on one character take no width, but room.
        if self.line.len() > 16 * self.width {
            self.write(out, mark)?;
            self.continues = true;
        }
        Ok(())
    }

    fn write(&mut self, out: &mut impl Write, mark: &str) -> io::Result<()> {
        let mark = if self.continues { "  " } else { mark };
        writeln!(out, "{}", format!("{mark} {}", self.line).trim_end())?;
        self.line.clear();
        self.line_width = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], chunk_len: usize, width: u16) -> String {
        let (mut lines, mut out) = (TextLines::new(width), Vec::new());
        for chunk in bytes.chunks(chunk_len) {
            lines.push(&mut out, "->", chunk).unwrap();
        }
        lines.finish(&mut out, "->").unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_is_the_same_however_it_was_cut() {
        let bytes = "GET / HTTP/1.1\r\n\r\nümlaut 漢字\rx\n\u{1b}[31m\u{202e}\0".as_bytes();
        let bytes = [bytes, b"\xff\xc3(\xe6\xbc"].concat();
        let expected = "-> GET / HTTP/1.1\n->\n-> ümlaut 漢字.x\n-> .[31m....(..\n";
        for chunk_len in 1..=bytes.len() {
            assert_eq!(shown(&bytes, chunk_len, 80), expected, "{chunk_len}");
        }
    }

    #[test]
    fn long_lines_go_on_below_without_a_mark() {
        assert_eq!(shown(b"abcdefghij\nk", 3, 8), "-> abcde\n   fghij\n-> k\n");
        assert_eq!(shown("漢字漢字".as_bytes(), 1, 8), "-> 漢字\n   漢字\n");
        let marks = "e\u{301}".repeat(2) + &"\u{301}".repeat(10_000);
        assert!(shown(marks.as_bytes(), 1000, 8).lines().count() > 1, "memory is bounded by lines");
    }
}
