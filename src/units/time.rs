//! Time, as packets tell it.
//!
//! Out: [`Timestamp`]. Invariant: it comes from packets, never from the wall clock. Not responsible for how a report
//! prints it, except for RFC 3339.

use std::fmt;

/// A moment of packet time: nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
///
/// Time always comes from packets, never from the wall clock, so a file gives the same report every time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `ns` nanoseconds after the epoch.
    #[must_use]
    pub const fn from_ns(ns: i64) -> Self {
        Self(ns)
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// Nanoseconds from `earlier` to `self`; negative if the capture's clock went back. Saturates.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment as jiff's type, for calendars and time zones.
    #[must_use]
    pub fn civil(self) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Writes RFC 3339 in UTC with nanoseconds: `2025-08-07T22:53:52.581782000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.9}", self.civil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_printed_as_rfc_3339_with_nanoseconds() {
        let time = Timestamp::from_ns(1_754_607_232_581_782_000);
        assert_eq!(time.to_string(), "2025-08-07T22:53:52.581782000Z");
        assert_eq!(Timestamp::from_ns(-1).to_string(), "1969-12-31T23:59:59.999999999Z");
    }
}
