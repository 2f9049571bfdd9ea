//! The places of a message that may hold a value which names a request, by number.

use crate::header::{self, HeaderField};
use crate::limits;
use crate::payload::keys::{self, KeyPath};
use crate::profile::{Id, Place};
use crate::proto;
use crate::proto::path::FieldPath;
use smallvec::SmallVec;

/// 0-based number of a place.
pub(super) type PlaceIndex = u8;

/// The values of a message, each with the number of its place.
pub(super) type Values = Box<[(PlaceIndex, Id)]>;

/// Messages inside each other that are looked into.
const LEVELS: u16 = 2;

/// Every place that was seen, header fields first.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Place>);

impl Places {
    pub(super) fn get(&self, index: PlaceIndex) -> Option<&Place> {
        self.0.get(usize::from(index))
    }

    /// The values of a message; the last one of each place.
    pub(super) fn values(&mut self, header: &[HeaderField<'_>], payload: &[u8]) -> Values {
        let mut values = SmallVec::<[(PlaceIndex, Id); 16]>::new();
        for field in header::of_message(header) {
            let index = self.index(
                |place| matches!(place, Place::Header(name) if name == field.name),
                || Some(Place::Header(field.name.to_owned())),
            );
            // Of several fields with one name the first counts.
            if let (Some(index), Some(id)) = (index, Id::of_header(field.value))
                && values.iter().all(|(had, _)| *had != index)
            {
                values.push((index, id));
            }
        }
        let is_keyed = keys::values(payload, LEVELS.into(), |path, value| {
            let Some(id) = Id::of_scalar(value) else { return };
            let is = |place: &Place| matches!(place, Place::Key(known) if known.is(path));
            // A key that no path can name is none that a profile could.
            let Some(index) = self.index(is, || KeyPath::of(path).map(Place::Key)) else { return };
            // Of several values with one key the first counts.
            if values.iter().all(|(had, _)| *had != index) {
                values.push((index, id));
            }
        });
        if is_keyed {
            return values.into_iter().collect();
        }
        proto::values(payload, LEVELS, |path, value| {
            let Some(id) = Id::of_payload(value) else { return };
            let index = self.index(
                |place| matches!(place, Place::Payload(known) if known.numbers() == path),
                || Some(Place::Payload(FieldPath::of(path))),
            );
            let Some(index) = index else { return };
            match values.iter_mut().find(|(had, _)| *had == index) {
                Some((_, had)) => *had = id,
                None => values.push((index, id)),
            }
        });
        values.into_iter().collect()
    }

    /// The places in headers.
    pub(super) fn headers(&self) -> impl Iterator<Item = PlaceIndex> {
        (0..).zip(&self.0).filter(|(_, place)| place.is_header()).map(|(index, _)| index)
    }

    fn index(&mut self, is: impl Fn(&Place) -> bool, make: impl FnOnce() -> Option<Place>) -> Option<PlaceIndex> {
        let known = self.0.iter().position(is);
        let index = known.or_else(|| {
            let place = (self.0.len() < limits::COMPARED_PLACES).then(make)??;
            self.0.push(place);
            Some(self.0.len() - 1)
        });
        index.and_then(|index| PlaceIndex::try_from(index).ok())
    }
}
