//! Text in lines: how wide it is on a terminal, and where it may break.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// Columns that `text` takes on a terminal: two for most East Asian characters and emoji, none for combining marks.
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// `text` in at most `width` columns; what is cut off is marked by `…`.
#[must_use]
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if display_width(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = text.get(..fitting(text, width.saturating_sub(1))).unwrap_or_default().to_owned();
    if width > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// `text` in lines of at most `width` columns: broken at line ends, else at spaces, else anywhere. A line has at least
/// one character. The first line keeps its indentation.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    for mut rest in text.split('\n') {
        // Only as far as a line goes: measuring all that is left for each line would take the square of a long value.
        while fitting(rest, width) < rest.len() {
            let end = break_at(rest, width);
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            lines.push(line.trim_end());
            rest = after.trim_start();
        }
        lines.push(rest);
    }
    lines
}

/// `text`, a single line, as lines of at most `width` columns, each but the first indented by `indent` spaces.
#[must_use]
pub fn hanging(text: &str, width: usize, indent: usize) -> String {
    let separator = format!("\n{:indent$}", "");
    wrap(text, width.saturating_sub(indent).max(1)).join(&separator)
}

/// Where the first line of `text` ends, in bytes: behind the last word that fits, else behind the last character.
fn break_at(text: &str, width: usize) -> usize {
    let fits = fitting(text, width);
    let first = text.chars().next().map_or(0, char::len_utf8);
    let (head, tail) = text.split_at_checked(fits).unwrap_or((text, ""));
    if tail.starts_with(' ') {
        return fits.max(first);
    }
    match head.rfind(' ').filter(|at| !head.get(..*at).unwrap_or_default().trim().is_empty()) {
        Some(space) => space,
        None => fits.max(first),
    }
}

/// Bytes of the longest start of `text` that takes at most `width` columns.
fn fitting(text: &str, width: usize) -> usize {
    let mut used = 0;
    let over = text.char_indices().find(|(_, c)| {
        used += char_width(*c);
        used > width
    });
    over.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("\"authentication_service\"", 10), ["\"authentic", "ation_serv", "ice\""]);
        assert_eq!(wrap("a\nb", 8), ["a", "b"]);
        assert_eq!(wrap("    indented words", 10), ["    indent", "ed words"]);
    }

    #[test]
    fn the_time_for_a_long_value_grows_with_its_length_and_not_with_its_square() {
        let started = std::time::Instant::now();
        assert_eq!(wrap(&"0b".repeat(2 << 20), 80).len(), (4_usize << 20).div_ceil(80));
        assert!(started.elapsed().as_secs() < 20, "took {:?}", started.elapsed());
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(display_width("漢字"), 4);
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
    }

    #[test]
    fn a_cut_text_has_the_width_that_was_asked_for() {
        assert_eq!(cut("heartbeat", 9), "heartbeat");
        assert_eq!(cut("heartbeat", 5), "hear…");
        assert_eq!(cut("heartbeat", 0), "");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_but_spaces_is_lost(text in "[a-z 漢]{0,60}", width in 2usize..20) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| display_width(line) <= width), "{lines:?}");
            let solid = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
        }
    }
}
