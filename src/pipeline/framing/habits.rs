//! What frames begin with on each server port.
//!
//! In: the frames of framed connections. Out: the [`Habit`] of a direction, by which frames are known behind a hole.
//! Invariant: what is kept is bounded by [`limits::HABIT_PORTS`]. Layouts whose magic tells headers from anything else
//! need none.

use crate::frame::{Habit, Probe};
use crate::limits;
use crate::payload::PayloadKind;
use crate::profile::Profile;
use crate::proto;
use crate::units::{Both, Direction};

/// The habits of all server ports.
#[derive(Debug, Default)]
pub(super) struct Habits(Vec<(u16, usize, Both<Habit>)>);

/// Where the habits of a connection are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Place {
    /// Nobody has looked yet.
    #[default]
    New,
    At(u8),
    Nowhere,
}

impl Habits {
    /// Finds the place of a connection to `port` that is read with the candidate `index`, its `profile`, if nobody has.
    pub(super) fn find(&mut self, place: &mut Place, port: u16, index: usize, profile: &Profile) {
        if let Place::New = place {
            *place = self.open(port, index, profile).map_or(Place::Nowhere, Place::At);
        }
    }

    /// The habit of a direction at a place.
    pub(super) fn at(&mut self, place: Place, direction: Direction) -> Option<&mut Habit> {
        let Place::At(index) = place else { return None };
        self.0.get_mut(usize::from(index)).map(|(_, _, both)| both.of_mut(direction))
    }

    /// The place of a port's habits, for which room is made if there is any.
    fn open(&mut self, port: u16, index: usize, profile: &Profile) -> Option<u8> {
        if Direction::BOTH.iter().all(|direction| profile.layout(*direction).knows_its_headers()) {
            return None;
        }
        let known = self.0.iter().position(|(of, with, _)| (*of, *with) == (port, index));
        let place = match known {
            Some(place) => place,
            None if self.0.len() == limits::HABIT_PORTS => return None,
            None => {
                self.0.push((port, index, Both::from_fn(|_| Habit::new(probe(profile)))));
                self.0.len() - 1
            }
        };
        u8::try_from(place).ok()
    }
}

/// What payloads are asked behind a hole. Those that are said to be something else than protobuf speak for no header.
pub(super) fn probe(profile: &Profile) -> Option<Probe> {
    let is_protobuf = profile.payload.is_none_or(|kind| kind == PayloadKind::Protobuf);
    is_protobuf.then_some(proto::looks_like_fields as Probe)
}
