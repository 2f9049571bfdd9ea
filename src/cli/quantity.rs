//! Sizes and times as they are typed: `64MiB`, `100MB`, `10s`, `1h30m`.
//!
//! In: words of the command line. Out: bytes, durations, and when the files of a live capture rotate.

use crate::capture::save::Rotate;
use crate::limits::Caps;
use jiff::SignedDuration;
use std::time::Duration;

const UNITS: [(&str, u64); 10] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("k", 1 << 10),
    ("m", 1 << 20),
    ("g", 1 << 30),
    ("b", 1),
];

/// Reads a number of bytes: `4096`, `100kB`, `64MiB`, `1g`.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(name, unit)| Some((lower.strip_suffix(name)?, *unit)));
    let (number, unit) = unit.unwrap_or((&lower, 1));
    let number: Option<u64> = number.trim_end().parse().ok();
    number
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| "expected a size: 4096, 100kB, 64MiB, 1GB".to_owned())
}

/// Reads a time: `500ms`, `10s`, `1h 30m`; a number alone is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a time: 500ms, 10s, 5m, 1h30m".to_owned();
    let seconds = text.parse::<u32>().ok().map(|seconds| Duration::from_secs(seconds.into()));
    let parsed = seconds.or_else(|| Duration::try_from(text.parse::<SignedDuration>().ok()?).ok());
    parsed.filter(|time| !time.is_zero()).ok_or_else(expected)
}

/// Reads when a file is followed by the next: a size with a unit of bytes, else a time.
pub(super) fn rotate(text: &str) -> Result<Rotate, String> {
    let is_size = text.ends_with(['b', 'B']);
    let found = if is_size { bytes(text).map(Rotate::Bytes) } else { duration(text).map(Rotate::Time) };
    found.map_err(|_| "expected a size such as 100MB, or a time such as 1h".to_owned())
}

/// Reads the size of the kernel's buffer, up to what libpcap can be told.
pub(super) fn buffer(text: &str) -> Result<u32, String> {
    let bytes = bytes(text)?;
    let bytes = u32::try_from(bytes).ok().filter(|bytes| (1 << 20..=1 << 30).contains(bytes));
    bytes.ok_or_else(|| "expected a size from 1MiB to 1GiB".to_owned())
}

/// Reads how long the kernel may collect packets.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    let range = Duration::from_millis(1)..=Duration::from_secs(10);
    duration(text).ok().filter(|time| range.contains(time)).ok_or_else(|| "expected a time from 1ms to 10s".to_owned())
}

/// Reads the memory for everything that waits, in bytes.
pub(super) fn memory(text: &str) -> Result<usize, String> {
    let bytes = usize::try_from(bytes(text)?).ok().filter(|bytes| *bytes >= Caps::LEAST_BYTES);
    bytes.ok_or_else(|| format!("expected at least {}MiB", Caps::LEAST_BYTES >> 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_either_kind() {
        for (text, expected) in
            [("0", 0), ("4096", 4096), ("100kB", 100_000), ("64MiB", 64 << 20), ("1g", 1 << 30), ("7 B", 7)]
        {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "MB", "-1", "1.5MB", "1TB", "99999999999GB", "ten"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_have_units_or_are_seconds() {
        for (text, ms) in [("500ms", 500), ("10s", 10_000), ("10", 10_000), ("5m", 300_000), ("1h30m", 5_400_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "0", "0s", "-1s", "10MB", "soon"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_rotate_by_size_or_time_and_m_is_minutes() {
        assert_eq!(rotate("10MB"), Ok(Rotate::Bytes(10_000_000)));
        assert_eq!(rotate("10m"), Ok(Rotate::Time(Duration::from_secs(600))));
        assert!(rotate("10X").is_err());
    }

    #[test]
    fn limits_are_told() {
        assert_eq!(buffer("64MiB"), Ok(64 << 20));
        assert!(buffer("2GiB").is_err() && buffer("1kB").is_err());
        assert!(timeout("1us").is_err() && timeout("11s").is_err());
        assert_eq!(memory("16MiB"), Ok(16 << 20));
        assert!(memory("15MiB").is_err());
    }
}
