//! How it is said what a value means.
//!
//! In: nodes with a [`Sense`]. Out: their values in the form that people use: a time, an address, a truth.

use super::Sense;
use crate::proto::{Decoded, Reading};
use std::net::IpAddr;

/// The value of the node at `index` in the form that its sense gives it: RFC 3339 for times, `true` and `false`,
/// addresses. None where the sense says nothing about the form, or the value does not allow it.
#[must_use]
pub fn told(decoded: &Decoded<'_>, index: usize) -> Option<String> {
    let node = decoded.reading.nodes.get(index)?;
    match node.sense {
        Sense::Bool if node.value < 2 => Some((node.value == 1).to_string()),
        Sense::Timestamp => timestamp(decoded.reading, index),
        Sense::Address => address(decoded.content(node)).map(|addr| addr.to_string()),
        sense => {
            let tick_ns = 1_000_000_000 / sense.per_second()?;
            time(i128::from(node.value) * i128::from(tick_ns))
        }
    }
}

fn timestamp(reading: &Reading, index: usize) -> Option<String> {
    let last = |number| reading.inside(index).filter(move |(_, node)| node.number == number).last();
    let value = |number| last(number).map_or(0, |(_, node)| i128::from(node.value));
    time(value(1) * 1_000_000_000 + value(2))
}

/// RFC 3339 of a time in nanoseconds, with as many digits of a second as are in use.
fn time(ns: i128) -> Option<String> {
    jiff::Timestamp::from_nanosecond(ns).ok().map(|time| time.to_string())
}

fn address(content: &[u8]) -> Option<IpAddr> {
    match content.len() {
        4 => <[u8; 4]>::try_from(content).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(content).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(payload: &[u8], sense: Sense) -> Option<String> {
        let mut reading = Reading::default();
        reading.read_schemaless(payload);
        reading.nodes[0].sense = sense;
        told(&reading.of(payload, None), 0)
    }

    #[test]
    fn a_value_is_told_as_its_sense_says() {
        let time = |text: &str| Some(text.to_owned());
        // 1700000000
        assert_eq!(told_of(b"\x08\x80\xe2\xcf\xaa\x06", Sense::Seconds), time("2023-11-14T22:13:20Z"));
        // 1700000000123
        assert_eq!(told_of(b"\x08\xfb\xd0\x95\xff\xbc\x31", Sense::Millis), time("2023-11-14T22:13:20.123Z"));
        let message = b"\x0a\x0a\x08\x80\xe2\xcf\xaa\x06\x10\xc0\x84\x3d";
        assert_eq!(told_of(message, Sense::Timestamp), time("2023-11-14T22:13:20.001Z"));
        assert_eq!(told_of(b"\x08\x01", Sense::Bool), time("true"));
        assert_eq!(told_of(b"\x0a\x04\x0a\x00\x00\x01", Sense::Address), time("10.0.0.1"));
    }

    #[test]
    fn a_value_that_does_not_allow_it_is_not_told() {
        assert_eq!(told_of(b"\x08\x05", Sense::Bool), None);
        assert_eq!(told_of(b"\x0a\x03abc", Sense::Address), None);
        assert_eq!(told_of(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f", Sense::Seconds), None);
        assert_eq!(told_of(b"\x08\x05", Sense::Port), None);
    }
}
