//! Text for people: safe against captured control characters, and with numbers that can be compared at a glance.

use crate::proto::is_harmful;
use crate::units::Timestamp;
use std::borrow::Cow;

/// Makes captured text safe for a terminal: controls, bidi marks and what has no glyph of its own become `\u{…}`.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_harmful(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Bytes as printable ASCII, everything else as `.`: the right column of a hex dump.
#[must_use]
pub fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, 0x20..=0x7e) { char::from(*byte) } else { '.' }).collect()
}

/// A count with its thousands separated: `365,168`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and what it counts: `1 packet`, `2 packets`.
#[must_use]
pub fn plural(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

const UNITS: [(i64, &str); 6] = [
    (86_400_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "µs"),
    (1, "ns"),
];

/// The unit in which `ns` nanoseconds read best: its length and name.
fn unit_of(ns: i64) -> (i64, &'static str) {
    let fits = UNITS.into_iter().find(|(unit, _)| ns.unsigned_abs() >= unit.unsigned_abs());
    fits.unwrap_or((1, "ns"))
}

/// A time span with three significant digits: `1.12 ms`, `20.0 s`, `1.50 h`.
#[must_use]
pub fn duration(ns: i64) -> String {
    let (unit, name) = unit_of(ns);
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = ns as f64 / unit as f64;
    let decimals = if unit == 1 || value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {name}")
}

/// Time of day in UTC with microseconds: `22:53:52.581782`.
#[must_use]
pub fn clock(time: Timestamp) -> String {
    time.civil().strftime("%H:%M:%S.%6f").to_string()
}

/// The date in UTC: `2025-08-07`.
#[must_use]
pub fn date(time: Timestamp) -> String {
    time.civil().strftime("%Y-%m-%d").to_string()
}

/// Whether two moments are on the same day in UTC.
#[must_use]
pub fn is_same_day(a: Timestamp, b: Timestamp) -> bool {
    const DAY_NS: i64 = 86_400_000_000_000;
    a.ns().div_euclid(DAY_NS) == b.ns().div_euclid(DAY_NS)
}

/// Time of day, with the date where it is not that of `day`.
#[must_use]
pub fn clock_after(day: Option<Timestamp>, time: Timestamp) -> String {
    if day.is_none_or(|day| is_same_day(day, time)) { clock(time) } else { date_and_clock(time) }
}

/// Date and time in UTC: `2025-08-07 22:53:52.581782`.
#[must_use]
pub fn date_and_clock(time: Timestamp) -> String {
    time.civil().strftime("%Y-%m-%d %H:%M:%S.%6f").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_bidi_controls_are_shown_and_not_obeyed() {
        assert_eq!(safe("plain ümlaut"), "plain ümlaut");
        assert_eq!(safe("\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}"), r"\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}");
    }

    #[test]
    fn counts_have_thousands_separated() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn durations_are_shown_in_the_unit_that_reads_best() {
        assert_eq!(duration(1_118_000), "1.12 ms");
        assert_eq!(duration(0), "0 ns");
        assert_eq!(duration(120_000_000_000), "120 s");
        assert_eq!(duration(-2_500), "-2.50 µs");
        assert_eq!(duration(5_400_000_000_000), "1.50 h");
        assert_eq!(duration(i64::MAX), "106752 d");
    }
}
