//! Which kind of message a message is, by the fields of its header that say that, and its label.
//!
//! In: the messages that went one way. Out: [`Sorter`], which tells their kinds: by the header fields that have few
//! values, each of which comes often. Then [`Kinds`], some of these kinds, which later messages are asked of.
//! Invariant: there are at most [`Sorter::MOST`] kinds, each of which came often. Not responsible for which kinds ask
//! and which answer.

use super::places::{PlaceIndex, Places};
use super::seen::{Seen, digest};
use crate::header::{self, HeaderField};
use crate::profile::{Id, Place};
use crate::units::Direction;
use std::collections::HashSet;

/// Tells the kinds of the messages that went one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorter(Vec<PlaceIndex>);

/// Some of the kinds of messages that went one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Names of the header fields that tell kinds.
    fields: Vec<String>,
    kinds: Vec<u64>,
}

impl Sorter {
    /// Kinds that are told apart.
    const MOST: usize = 16;
    /// Messages that each kind has on average at least.
    const EACH: usize = 6;

    pub(super) fn of(seen: &[Seen], places: &Places, direction: Direction) -> Self {
        let way = || seen.iter().filter(|one| one.direction == direction);
        let count = way().count();
        let is_few = |kinds: usize| kinds <= Self::MOST && kinds * Self::EACH <= count;
        let mut fields: Vec<(usize, PlaceIndex)> = places
            .headers()
            .filter_map(|place| {
                let mut values = HashSet::new();
                for one in way() {
                    values.insert(one.value(place));
                    if values.len() > Self::MOST {
                        break;
                    }
                }
                (values.len() > 1 && is_few(values.len())).then_some((values.len(), place))
            })
            .collect();
        fields.sort_unstable();
        let mut sorter = Self::default();
        for (_, place) in fields {
            sorter.0.push(place);
            let mut kinds = HashSet::new();
            kinds.extend(way().map(|one| sorter.kind(one, None)));
            if !is_few(kinds.len()) {
                sorter.0.pop();
            }
        }
        sorter
    }

    /// The kind of a message, whatever its value in a place is.
    pub(super) fn kind(&self, of: &Seen, except: Option<PlaceIndex>) -> u64 {
        let fields = self.0.iter().filter(|place| Some(**place) != except);
        digest((of.label, fields.map(|place| of.value(*place)).collect::<Vec<_>>()))
    }

    /// Some kinds, as later messages are asked of them.
    pub(super) fn kinds(&self, places: &Places, except: PlaceIndex, kinds: Vec<u64>) -> Kinds {
        let fields = self.0.iter().filter(|place| **place != except).filter_map(|place| match places.get(*place) {
            Some(Place::Header(name)) => Some(name.clone()),
            _ => None,
        });
        Kinds { fields: fields.collect(), kinds }
    }
}

impl Kinds {
    /// Whether a message with these header fields and this label is of one of the kinds.
    #[must_use]
    pub fn have(&self, header: &[HeaderField<'_>], label: Option<&str>) -> bool {
        let value = |name: &String| header::find(header, name).and_then(Id::of_header);
        let values: Vec<_> = self.fields.iter().map(value).collect();
        let kind = digest((digest(label), values.iter().map(Option::as_ref).collect::<Vec<_>>()));
        self.kinds.contains(&kind)
    }

    /// Whether header fields tell the kinds.
    #[must_use]
    pub const fn reads_header(&self) -> bool {
        !self.fields.is_empty()
    }
}
