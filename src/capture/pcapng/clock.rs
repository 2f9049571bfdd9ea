//! How an interface counts time (draft-ietf-opsawg-pcapng section 4.2, `if_tsresol` and `if_tsoffset`).

use crate::units::Timestamp;

const NS_PER_SECOND: i128 = 1_000_000_000;

/// Turns the ticks of an interface into time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    unit: Unit,
    offset_seconds: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Nanoseconds in a tick.
    Coarse(u64),
    /// Ticks in a second.
    Fine(u128),
}

impl Clock {
    /// The clock of an interface that says nothing: microseconds since 1970.
    pub(super) const DEFAULT: Self = Self { unit: Unit::Coarse(1000), offset_seconds: 0 };

    /// This clock with the resolution of `if_tsresol`: 10^-n seconds, or 2^-n with the highest bit set.
    pub(super) fn with_resolution(self, resolution: u8) -> Self {
        let exponent = u32::from(resolution & 0x7f);
        let unit = if resolution & 0x80 != 0 {
            Unit::Fine(1 << exponent)
        } else if exponent <= 9 {
            Unit::Coarse(10_u64.pow(9 - exponent))
        } else {
            // Past 10^38 no 64-bit count of ticks reaches a nanosecond, so any large number does.
            Unit::Fine(10_u128.checked_pow(exponent).unwrap_or(u128::MAX))
        };
        Self { unit, ..self }
    }

    /// This clock with `if_tsoffset`: seconds that are added to every time.
    pub(super) fn with_offset(self, offset_seconds: i64) -> Self {
        Self { offset_seconds, ..self }
    }

    /// The time after `ticks`, rounded down to a nanosecond and clamped to what a [`Timestamp`] can say.
    pub(super) fn time(self, ticks: u64) -> Timestamp {
        let ns = match self.unit {
            Unit::Coarse(ns) => i128::from(ticks) * i128::from(ns),
            Unit::Fine(per_second) => {
                let ns = u128::from(ticks) * NS_PER_SECOND.unsigned_abs() / per_second;
                i128::try_from(ns).unwrap_or(i128::MAX)
            }
        };
        let ns = ns.saturating_add(i128::from(self.offset_seconds) * NS_PER_SECOND);
        Timestamp::from_ns(i64::try_from(ns).unwrap_or(if ns < 0 { i64::MIN } else { i64::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(resolution: u8, ticks: u64) -> i64 {
        Clock::DEFAULT.with_resolution(resolution).time(ticks).ns()
    }

    #[test]
    fn resolutions_are_powers_of_ten_and_of_two() {
        assert_eq!(ns(0, 3), 3_000_000_000);
        assert_eq!(ns(3, 1_234), 1_234_000_000);
        assert_eq!(ns(6, 1_234_567), 1_234_567_000);
        assert_eq!(ns(9, 1_234_567_891), 1_234_567_891);
        assert_eq!(ns(12, 1_234_567_891_999), 1_234_567_891);
        assert_eq!(ns(0x80, 3), 3_000_000_000);
        assert_eq!(ns(0x80 | 10, 1536), 1_500_000_000);
        assert_eq!(ns(0x80 | 32, (7 << 32) + (1 << 31)), 7_500_000_000);
        assert_eq!(Clock::DEFAULT.time(5).ns(), 5_000);
    }

    #[test]
    fn times_out_of_range_are_clamped() {
        for resolution in [0, 6, 0x80] {
            assert_eq!(ns(resolution, u64::MAX), i64::MAX);
        }
        for resolution in [127, 0xff, 39] {
            assert_eq!(ns(resolution, u64::MAX), 0);
        }
        assert_eq!(ns(9, u64::MAX), i64::MAX);
        assert_eq!(Clock::DEFAULT.with_offset(i64::MIN).time(0).ns(), i64::MIN);
    }

    #[test]
    fn the_offset_is_in_seconds() {
        assert_eq!(Clock::DEFAULT.with_resolution(9).with_offset(-2).time(5_000_000_001).ns(), 3_000_000_001);
    }
}
