//! Text that one record after the other repeats: the second that it falls into, the connection that it is of.
//!
//! In: times and connections. Out: their JSON, appended. Invariant: the same bytes as writing them anew, for the cost
//! of a copy; what is kept does not grow with the capture.

use crate::proto::json::push_u64;
use crate::record::ConnectionName;
use crate::units::Timestamp;
use std::io::Write as _;

/// Nanoseconds of a second.
const SECOND_NS: i64 = 1_000_000_000;

/// Connections whose text is kept: those that talk at a time, by the end of their number.
const KEPT: usize = 256;

/// Texts that were written last.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// A second since the epoch, and its text up to the decimal point.
    second: Option<(i64, Vec<u8>)>,
    connections: Vec<Option<(ConnectionName, Vec<u8>)>>,
}

impl Repeated {
    /// Appends `time` as RFC 3339 with nanoseconds, without quotes.
    pub(super) fn push_time(&mut self, out: &mut Vec<u8>, time: Timestamp) {
        let (second, fraction) = (time.ns().div_euclid(SECOND_NS), time.ns().rem_euclid(SECOND_NS));
        match &self.second {
            Some((known, text)) if *known == second => out.extend_from_slice(text),
            _ => {
                let text = format!("{time}");
                let text = text.split('.').next().unwrap_or_default().as_bytes().to_vec();
                out.extend_from_slice(&text);
                self.second = Some((second, text));
            }
        }
        let mut digits = *b".000000000Z";
        let mut rest = fraction.unsigned_abs();
        for digit in digits.iter_mut().skip(1).take(9).rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out.extend_from_slice(&digits);
    }

    /// Appends `,"connection":1,"client":"…","server":"…"`.
    pub(super) fn push_connection(&mut self, out: &mut Vec<u8>, name: &ConnectionName) {
        if self.connections.is_empty() {
            self.connections.resize(KEPT, None);
        }
        let Some(place) = self.connections.get_mut(name.number % KEPT) else { return };
        match place {
            Some((known, text)) if known == name => out.extend_from_slice(text),
            _ => {
                let mut text = b",\"connection\":".to_vec();
                push_u64(&mut text, name.number as u64);
                // Writing to a vector does not fail.
                let _ = write!(text, ",\"client\":\"{}\",\"server\":\"{}\"", name.client, name.server);
                out.extend_from_slice(&text);
                *place = Some((*name, text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Endpoint;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_time_is_written_like_any_other(times in prop::collection::vec((-3..3_i64, 0..SECOND_NS), 1..20)) {
            let mut repeated = Repeated::default();
            for (second, fraction) in times {
                let (time, mut out) = (Timestamp::from_ns(second * SECOND_NS + fraction), Vec::new());
                repeated.push_time(&mut out, time);
                prop_assert_eq!(String::from_utf8(out).unwrap(), time.to_string());
            }
        }
    }

    #[test]
    fn a_connection_is_written_anew_where_another_took_its_place() {
        let mut repeated = Repeated::default();
        let end = |port| Endpoint { addr: std::net::Ipv6Addr::LOCALHOST.into(), port };
        for number in [1, 1, 1 + KEPT, 1] {
            let name = ConnectionName { number, client: end(9), server: end(8) };
            let mut out = Vec::new();
            repeated.push_connection(&mut out, &name);
            let expected = format!(",\"connection\":{number},\"client\":\"[::1]:9\",\"server\":\"[::1]:8\"");
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
