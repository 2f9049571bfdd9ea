//! What is kept of the connections that are followed now, each in the slot of its connection.
//!
//! In and out: a value for a slot. Slots are small numbers that are used again, so a value is found without a search,
//! and those of many connections take no more room than they must.

/// The place of a connection among those that are followed now, 0-based. Once a connection was told to be
/// closed, its slot is used for another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// The slot with this 0-based index. Fewer connections are followed at once than 32 bits count.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The 0-based index of the slot.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One value for each [`Slot`] that has one.
#[derive(Debug)]
pub struct Slots<T> {
    places: Vec<Option<T>>,
    /// Stands for the value of a slot past the end, so that nobody has to ask whether there is one.
    beyond: Option<T>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { places: Vec::new(), beyond: None }
    }
}

impl<T> Slots<T> {
    /// The value in `slot`.
    #[must_use]
    pub fn at(&self, slot: Slot) -> Option<&T> {
        self.places.get(slot.index())?.as_ref()
    }

    /// The value in `slot`, to be changed.
    pub fn at_mut(&mut self, slot: Slot) -> Option<&mut T> {
        self.places.get_mut(slot.index())?.as_mut()
    }

    /// The value in `slot`, which is made if there is none.
    #[inline]
    pub fn at_or_insert_with(&mut self, slot: Slot, make: impl FnOnce() -> T) -> &mut T {
        if self.places.len() <= slot.index() {
            self.places.resize_with(slot.index() + 1, || None);
        }
        self.places.get_mut(slot.index()).unwrap_or(&mut self.beyond).get_or_insert_with(make)
    }

    /// Takes the value out of `slot`.
    pub fn take(&mut self, slot: Slot) -> Option<T> {
        self.places.get_mut(slot.index())?.take()
    }

    /// Empties `slot`.
    pub fn clear(&mut self, slot: Slot) {
        if let Some(place) = self.places.get_mut(slot.index()) {
            *place = None;
        }
    }

    /// The values of all slots, by index.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_that_was_emptied_is_used_again_and_those_beside_it_keep_their_values() {
        let (mut slots, [first, second, third]) = (Slots::default(), [0, 1, 2].map(Slot::new));
        *slots.at_or_insert_with(third, || 30) += 1;
        slots.at_or_insert_with(first, || 10);
        assert_eq!(*slots.at_or_insert_with(third, || 0), 31);
        assert_eq!((slots.take(first), slots.take(first), slots.at(second)), (Some(10), None, None));
        slots.at_or_insert_with(first, || 11);
        assert_eq!(slots.iter().collect::<Vec<_>>(), [&11, &31]);
    }
}
