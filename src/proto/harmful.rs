//! Characters that captured text must not bring to a terminal or into a line of a file.
//!
//! In: a character. Out: whether it is printed as an escape. Everything captured is hostile: an escape sequence
//! takes over a terminal, and marks of writing direction or of no width make a text look like another one. Which
//! characters these are, the tables of regex-syntax say, which follow the Unicode Character Database.

use regex_syntax::hir::{Class, HirKind};
use std::sync::LazyLock;

/// The class of harmful characters: controls (C0, DEL, C1), line and paragraph separators, what changes the direction
/// of writing, what has no glyph of its own where it is not supported (Unicode Standard section 5.21), and marks of
/// annotations, which are none of these.
const CLASS: &str = r"[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\x{fff9}-\x{fffb}]";

/// What of the class is looked at again and again.
struct Table {
    /// First and last characters of its ranges, in order.
    ranges: Vec<(char, char)>,
    /// For each byte, whether a harmful character begins with it in UTF-8.
    first_bytes: [bool; 256],
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Whether `char` is a control character (C0, DEL, C1), breaks lines, changes the direction of writing, or has no
/// glyph of its own.
#[must_use]
#[inline]
pub fn is_harmful(char: char) -> bool {
    if char < '\x7f' { char < ' ' } else { TABLE.contains(char) }
}

/// Whether a harmful character begins with this byte in UTF-8, indexed by the byte; others do too.
pub(in crate::proto) fn first_bytes() -> &'static [bool; 256] {
    &TABLE.first_bytes
}

impl Table {
    fn new() -> Self {
        let hir = regex_syntax::parse(CLASS);
        let ranges = match hir.as_ref().map(regex_syntax::hir::Hir::kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => {
                class.iter().map(|range| (range.start(), range.end())).collect()
            }
            // It is a class, as a test says; in doubt nothing is harmless.
            _ => vec![('\0', char::MAX)],
        };
        let mut first_bytes = [false; 256];
        let first_byte = |char: char| char.encode_utf8(&mut [0; 4]).bytes().next().unwrap_or_default();
        for (first, last) in &ranges {
            for byte in first_byte(*first)..=first_byte(*last) {
                if let Some(place) = first_bytes.get_mut(usize::from(byte)) {
                    *place = true;
                }
            }
        }
        Self { ranges, first_bytes }
    }

    fn contains(&self, char: char) -> bool {
        let next = self.ranges.partition_point(|(first, _)| *first <= char);
        next.checked_sub(1).and_then(|last| self.ranges.get(last)).is_some_and(|(_, last)| char <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_or_is_not_seen_is_harmful_and_what_is_read_is_not() {
        assert!((10..100).contains(&TABLE.ranges.len()), "{:?}", TABLE.ranges);
        let harmful = "\0\t\n\x1b\x7f\u{80}\u{9b}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200d}\u{200f}\
                       \u{2028}\u{2029}\u{202e}\u{2060}\u{2065}\u{2069}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{fff9}\u{fffb}\
                       \u{1bca0}\u{1d173}\u{e0001}\u{e0100}\u{e0fff}";
        for char in harmful.chars().chain('\u{e0000}'..='\u{e0fff}').chain('\u{1d173}'..='\u{1d17a}') {
            assert!(is_harmful(char), "U+{:04X}", u32::from(char));
        }
        for char in " ~azé\u{300}ßЖع漢かア한\u{fffd}\u{fffc}🙂\u{10ffff}\u{e1000}".chars() {
            assert!(!is_harmful(char), "U+{:04X}", u32::from(char));
        }
    }

    #[test]
    fn every_harmful_character_begins_with_a_byte_that_is_known_for_it() {
        for char in ('\0'..=char::MAX).filter(|char| is_harmful(*char)) {
            assert!(first_bytes()[usize::from(char.to_string().as_bytes()[0])], "U+{:04X}", u32::from(char));
        }
        assert!(!first_bytes()[usize::from(b'a')] && !first_bytes()[0xe4], "others are not looked at");
    }
}
