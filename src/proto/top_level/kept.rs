//! Top levels of payloads that wait to be read further.
//!
//! In: top levels, each as its payload begins to wait. Out: the same, first in, first out. Copying one costs less than
//! walking over the payload again. Not responsible for the payloads, nor for a cap: whoever waits has one.

use super::{Glance, TopField, TopLevel};
use std::collections::VecDeque;

/// The top levels of payloads, in the order in which they were kept.
#[derive(Debug, Default)]
pub struct KeptTopLevels {
    /// Fields of all of them, one after the other.
    fields: VecDeque<TopField>,
    /// For each, how many fields it has, and what they say.
    each: VecDeque<(usize, Glance)>,
}

impl KeptTopLevels {
    /// Keeps a copy of `top`.
    pub fn push(&mut self, top: &TopLevel) {
        self.fields.extend(top.fields());
        self.each.push_back((top.len, top.glance));
    }

    /// Puts the one that was kept first in place of what is in `top`, and forgets it. Without one `top` stays as it is.
    pub fn pop(&mut self, top: &mut TopLevel) {
        let Some((len, glance)) = self.each.pop_front() else { return };
        let kept = self.fields.drain(..len.min(self.fields.len()));
        top.fields.iter_mut().zip(kept).for_each(|(place, field)| *place = field);
        (top.len, top.glance) = (len, glance);
    }

    /// Memory that one that is like `top` takes, in bytes, in lists that may have as much room again.
    #[must_use]
    pub fn held_len(top: &TopLevel) -> usize {
        2 * (top.len * size_of::<TopField>() + size_of::<(usize, Glance)>())
    }
}
