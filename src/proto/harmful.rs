//! Characters that captured text must not bring to a terminal or into a line of a file.
//!
//! In: a character. Out: whether it is printed as an escape. Everything captured is hostile: an escape sequence
//! takes over a terminal, and marks of writing direction or of no width make a text look like another one.

/// Whether `char` is a control character (C0, DEL, C1), breaks lines, changes the direction of writing, or has no
/// width.
#[must_use]
pub const fn is_harmful(char: char) -> bool {
    matches!(char,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}'
        | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
