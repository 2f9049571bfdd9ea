//! A time as it is typed: of the day, of a date, or counted from the first packet.

use crate::pipeline::Moment;
use crate::units::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

/// Reads `2026-11-22T11:03:24.5Z` (RFC 3339; UTC if it does not say), `11:03:24.5` or `+12.5`.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let at = |time: jiff::Timestamp| i64::try_from(time.as_nanosecond()).ok().map(Timestamp::from_ns).map(Moment::At);
    let found = if let Some(seconds) = text.strip_prefix('+') {
        nanoseconds(seconds).map(Moment::After)
    } else if let Ok(time) = text.parse::<jiff::Timestamp>() {
        at(time)
    } else if let Ok(time) = text.parse::<DateTime>() {
        time.to_zoned(TimeZone::UTC).ok().and_then(|zoned| at(zoned.timestamp()))
    } else if let Ok(time) = text.parse::<Time>() {
        i64::try_from(time.duration_since(Time::midnight()).as_nanos()).ok().map(Moment::OfDay)
    } else {
        None
    };
    found.ok_or_else(|| {
        "expected 2026-11-22T11:03:24Z, 11:03:24.5, or +12.5 (seconds after the first packet)".to_owned()
    })
}

/// Nanoseconds of decimal seconds, exact.
fn nanoseconds(seconds: &str) -> Option<i64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_in_every_form_that_reports_show() {
        let at = Moment::At(Timestamp::from_ns(1_795_345_404_500_000_000));
        for text in ["2026-11-22T11:03:24.5Z", "2026-11-22T13:03:24.5+02:00", "2026-11-22 11:03:24.500000"] {
            assert_eq!(moment(text), Ok(at), "{text}");
        }
        assert_eq!(moment("00:00:01.000000002"), Ok(Moment::OfDay(1_000_000_002)));
        assert_eq!(moment("+12.5"), Ok(Moment::After(12_500_000_000)));
        assert_eq!(moment("+0"), Ok(Moment::After(0)));
        for text in ["", "+", "+-1", "+1.", "+.5", "+1.0000000001", "12.5", "25:00:00", "yesterday", "+99999999999"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
