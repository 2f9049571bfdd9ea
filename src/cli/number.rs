//! Numbers as they are typed: ports, connections, counts.
//!
//! In: words of the command line. Out: numbers within their range, or what was expected instead.

use std::ops::RangeInclusive;

/// Fewest characters in a line: what the numbers of a message take.
pub(super) const MIN_WIDTH: u16 = 60;

/// Reads a TCP port.
pub(super) fn port(text: &str) -> Result<u16, String> {
    within(text, 1..=u16::MAX.into(), "a TCP port")
}

/// Reads the number of a connection.
pub(super) fn connection(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected the number of a connection, from 1, as `deframe streams` shows it".to_owned())
}

/// Reads a most number of messages.
pub(super) fn limit(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected a number of messages; 0 is all of them".to_owned())
}

/// Reads after how many messages a run ends.
pub(super) fn messages(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected a number of messages, from 1".to_owned())
}

/// Reads the width of lines.
pub(super) fn width(text: &str) -> Result<u16, String> {
    within(text, MIN_WIDTH.into()..=u16::MAX.into(), "a number of characters")
}

/// Reads a number of threads.
pub(super) fn threads(text: &str) -> Result<u16, String> {
    within(text, 1..=u16::MAX.into(), "a number of threads")
}

/// Reads how many files are kept.
pub(super) fn files(text: &str) -> Result<u16, String> {
    within(text, 1..=u16::MAX.into(), "a number of files")
}

/// Reads how many bytes of a packet are kept.
pub(super) fn snap_length(text: &str) -> Result<u32, String> {
    within(text, 64..=262_144, "a number of bytes")
}

fn within<T: TryFrom<u32>>(text: &str, range: RangeInclusive<u32>, what: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| format!("expected {what} from {} to {}", range.start(), range.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_and_what_is_out_of_range_is_told_what_was_expected() {
        assert_eq!((port("8001"), connection("7"), limit("0"), width("60")), (Ok(8001), Ok(7), Ok(0), Ok(60)));
        for text in ["", "x", "-1", "0", "65536", "1.5", "8001 "] {
            assert_eq!(port(text), Err("expected a TCP port from 1 to 65535".to_owned()), "{text}");
        }
        assert!(connection("0").is_err() && messages("0").is_err() && limit("many").is_err());
        assert_eq!(width("abc"), Err("expected a number of characters from 60 to 65535".to_owned()));
        assert_eq!(snap_length("63"), Err("expected a number of bytes from 64 to 262144".to_owned()));
    }
}
