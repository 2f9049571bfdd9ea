//! Whether servers send what nobody asked for, so that the only request that waits need not be the one that is
//! answered.
//!
//! In: the messages of a port, and in which places values pair them. Out: whether answers outnumber requests where
//! nothing is missing. Not responsible for messages that a value pairs.

use super::places::PlaceIndex;
use super::seen::Seen;
use crate::units::{Both, Direction, StreamOffset};
use std::collections::HashMap;

/// Messages that nobody asked for, which are no accident.
const LEAST: u32 = 2;

/// What is known of a connection on the way.
#[derive(Debug, Default)]
struct Way {
    asked: u32,
    waiting: u32,
    ends: Both<Option<StreamOffset>>,
    /// The packet that completed the last message of the server.
    packet: u64,
    /// Whether bytes are missing, after which nobody knows what waits.
    is_over: bool,
}

/// Whether servers answer more than was asked, apart from what goes `by_value` in places of requests and answers.
pub(super) fn are_sent(seen: &[Seen], by_value: Option<(PlaceIndex, PlaceIndex)>) -> bool {
    let (mut ways, mut unasked) = (HashMap::<u16, Way>::new(), 0);
    for one in seen {
        let way = ways.entry(one.connection).or_default();
        way.is_over |= way.ends.of_mut(one.direction).replace(one.end).is_some_and(|end| end != one.start);
        if way.is_over {
            continue;
        }
        let is_request = one.direction == Direction::ClientToServer;
        let place = by_value.map(|(request, answer)| if is_request { request } else { answer });
        if place.is_some_and(|place| one.value(place).is_some()) {
            continue;
        }
        if is_request {
            (way.asked, way.waiting) = (way.asked + 1, way.waiting + 1);
        } else if std::mem::replace(&mut way.packet, one.packet) == one.packet {
            // What comes with the message before belongs to it.
        } else if way.waiting > 0 {
            way.waiting -= 1;
        } else {
            // What comes before anything was asked is a greeting.
            unasked += u32::from(way.asked > 0 || by_value.is_some());
        }
    }
    unasked >= LEAST
}
