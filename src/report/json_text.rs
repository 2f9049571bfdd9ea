//! JSON that is safe to look at in a terminal, from what serde can serialize.

use crate::proto::is_harmful;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Writes `value` without white space. DEL, C1, bidi controls and zero-width characters are escaped, as C0 is in all
/// JSON.
pub(super) fn write(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Safe))?;
    Ok(())
}

struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, harmful)) = rest.char_indices().find(|(_, char)| is_harmful(*char)) {
            let (safe, after) = rest.split_at(at);
            out.write_all(safe.as_bytes())?;
            write!(out, "\\u{:04x}", u32::from(harmful))?;
            rest = after.get(harmful.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmful_characters_are_escaped_and_read_back_the_same() {
        let text = "plain ü \u{1b}[31m \u{7f}\u{9b}\u{202e}\u{200b} \"quoted\" \u{feff}";
        let mut json = Vec::new();
        write(&mut json, &text).unwrap();
        let json = String::from_utf8(json).unwrap();
        assert_eq!(json, r#""plain ü \u001b[31m \u007f\u009b\u202e\u200b \"quoted\" \ufeff""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
