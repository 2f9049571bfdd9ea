//! What is wrong with the text of a layout, and where.
//!
//! In: the text, a byte span and what should stand there. Out: two lines that a person can act on. Knows no grammar.

use std::fmt;
use std::ops::Range;

/// A layout that could not be parsed. Prints as the text and, under the fault, carets with what was expected:
///
/// ```text
/// len:u33le payload
///     ^^^^^ expected a number type: u8, u16le, u16be … u64le, u64be, or varint
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutError {
    text: String,
    fault: Fault,
}

/// A fault of a layout: where it is in the text, in bytes, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) expected: String,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, expected: impl Into<String>) -> Self {
        Self { span, expected: expected.into() }
    }

    /// The fault of a part of a text, `by` bytes into it.
    pub(super) fn moved(self, by: usize) -> Self {
        Self { span: self.span.start + by..self.span.end + by, ..self }
    }

    pub(super) fn within(self, text: &str) -> LayoutError {
        LayoutError { text: text.to_owned(), fault: self }
    }
}

impl LayoutError {
    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Range of the bytes of the text that are wrong; empty at the end of the text if something is missing there.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.fault.span.clone()
    }

    /// What should stand there instead, in the words that follow `expected` in the message.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.fault.expected
    }
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.fault.span;
        let columns = |text: Option<&str>| text.map_or(0, |text| text.chars().count());
        let indent = columns(self.text.get(..start));
        let carets = columns(self.text.get(start..end)).max(1);
        // The text may come from a file of several lines; a line break here would put the carets under nothing.
        let line: String =
            self.text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
        writeln!(f, "{line}")?;
        write!(f, "{:indent$}{:^<carets$} expected {}", "", "", self.fault.expected)
    }
}

impl std::error::Error for LayoutError {}
