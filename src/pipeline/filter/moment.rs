//! Moments, as people name them.
//!
//! In: what was said. Out: times, once the first packet of the captures is known.

use crate::units::Timestamp;

/// Nanoseconds of a day in UTC, which packet time has without leap seconds.
const DAY_NS: i64 = 86_400_000_000_000;

/// A moment, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Moment {
    /// A time of its own.
    At(Timestamp),
    /// Nanoseconds after midnight (UTC) before the first packet of the captures.
    OfDay(i64),
    /// Nanoseconds after the first packet of the captures.
    After(i64),
}

impl Moment {
    /// The time that the moment is in a capture that begins at `first`. Saturates.
    pub(super) fn resolve(self, first: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::OfDay(ns) => {
                Timestamp::from_ns(first.ns().saturating_sub(first.ns().rem_euclid(DAY_NS)).saturating_add(ns))
            }
            Self::After(ns) => Timestamp::from_ns(first.ns().saturating_add(ns)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_by_the_first_packet() {
        let first = Timestamp::from_ns(3 * DAY_NS + 500);
        assert_eq!(Moment::At(Timestamp::from_ns(7)).resolve(first), Timestamp::from_ns(7));
        assert_eq!(Moment::OfDay(8).resolve(first), Timestamp::from_ns(3 * DAY_NS + 8));
        assert_eq!(Moment::After(8).resolve(first), Timestamp::from_ns(3 * DAY_NS + 508));
        assert_eq!(Moment::OfDay(8).resolve(Timestamp::from_ns(-1)), Timestamp::from_ns(8 - DAY_NS));
        assert_eq!(Moment::After(i64::MAX).resolve(first), Timestamp::from_ns(i64::MAX));
        assert_eq!(Moment::OfDay(0).resolve(Timestamp::from_ns(i64::MAX)).ns() % DAY_NS, 0);
    }
}
