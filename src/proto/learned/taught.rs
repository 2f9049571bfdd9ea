//! Fields that have nothing left to teach.
//!
//! In: the fields of a payload, in order. Out: which of them learning passes over: those whose path is decided for good, as is
//! all that is inside them, without a field that was never seen. Weighing a value is most of the work of learning, and payloads
//! of a known kind bring little that is new. Invariant: what is learned from a payload is the same as if nothing were passed
//! over, but that what is passed over does not count as read ([`limits::FIELDS`]). Not responsible for payloads that break off.

use super::{Paths, ROOT, State, key};
use crate::limits;
use crate::proto::schemaless::reads_on;
use crate::proto::wire::{Cursor, RawField};
use crate::proto::{Shape, WireType};

/// Passes over fields of one payload.
pub(super) struct Taught<'p> {
    paths: &'p Paths,
    /// Where the last field of the payload itself was found.
    hint: usize,
}

impl<'p> Taught<'p> {
    pub(super) fn by(paths: &'p Paths) -> Self {
        Self { paths, hint: 0 }
    }

    /// Whether a field of the payload itself teaches nothing.
    pub(super) fn passes_over(&mut self, payload: &[u8], field: &RawField) -> bool {
        let mut hint = self.hint;
        let passes = self.field(payload, field, ROOT, &mut hint, 0);
        self.hint = hint;
        passes
    }

    /// Whether a field of the place `up` teaches nothing, nor does what is inside it.
    fn field(&self, payload: &[u8], field: &RawField, up: u32, hint: &mut usize, depth: u16) -> bool {
        let paths = self.paths;
        let Some((at, verdict)) = paths.find(up, key(field.number, field.wire_type), hint) else { return false };
        if !matches!(verdict.state, State::Frozen | State::Given) {
            return false;
        }
        match field.wire_type {
            WireType::Varint | WireType::I32 | WireType::I64 => true,
            WireType::Len => {
                let content = Cursor::within(payload, field.value_start, field.value_end);
                // What is no message teaches nothing of its inside.
                content.rest().is_empty() || reads_on(content).is_err() || {
                    verdict.shape == Shape::Message && self.fields(content, at, depth + 1)
                }
            }
            WireType::StartGroup | WireType::EndGroup => false,
        }
    }

    /// The same for all fields of a message.
    fn fields(&self, mut cursor: Cursor<'_>, up: u32, depth: u16) -> bool {
        let mut hint = 0;
        while let Some(Ok(field)) = cursor.next_field() {
            if depth > limits::DEPTH || !self.field(cursor.bytes(), &field, up, &mut hint, depth) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::learned::Scales;
    use crate::proto::schemaless::samples::{field, wire_like};
    use proptest::prelude::*;

    /// What payloads teach one after the other, with conclusions as they come; with every field weighed, and without those
    /// that are passed over. Says how many fields were.
    fn learn(payloads: &[Vec<u8>]) -> (Paths, Paths, usize) {
        let (mut whole, mut paths, mut scales, mut passed) = (Paths::default(), Paths::default(), Scales::default(), 0);
        for payload in payloads {
            let mut taught = Taught::by(&paths);
            let mut cursor = Cursor::new(payload);
            while let Some(Ok(field)) = cursor.next_field() {
                passed += usize::from(taught.passes_over(payload, &field));
            }
            paths.refine(payload, None, &mut scales);
            scales.reading.weigh(payload, &mut scales.weights, |_, _| false);
            whole.observe(payload, None, &mut scales);
            if whole.payloads.is_power_of_two() {
                whole.settle();
            }
        }
        (whole, paths, passed)
    }

    fn held_together(payloads: &[Vec<u8>]) -> usize {
        let (whole, paths, passed) = learn(payloads);
        assert_eq!(format!("{paths:?}"), format!("{whole:?}"), "{payloads:02x?}");
        passed
    }

    fn update(index: u8) -> Vec<u8> {
        let inside = [field(1, b"the name of it"), vec![0x10, index], field(3, b"a few more words")].concat();
        [field(1, b"what is decided"), field(2, &inside), field(3, &[0xff, index, 0xfe, 0x80].repeat(9))].concat()
    }

    #[test]
    fn what_is_decided_for_good_is_passed_over() {
        let payloads: Vec<_> = (0..40).map(update).collect();
        // Two of three fields, once they are decided; the number in the other one is not.
        assert!(held_together(&payloads) >= 40);
        let numbers: Vec<_> = (0..100).cycle().take(2100).map(|value| vec![0x08, value]).collect();
        assert!(held_together(&numbers) >= 1000);
    }

    #[test]
    fn what_is_new_inside_is_learned() {
        let text = |inside: &[u8]| field(2, &[field(1, b"the name of it"), inside.to_vec()].concat());
        let mut payloads = vec![text(&field(2, b"a few more words")); 40];
        assert!(held_together(&payloads) >= 10);
        payloads.extend(vec![text(&field(3, b"never seen so far")); 9]);
        held_together(&payloads);
        assert!(learn(&payloads).1.describe().iter().any(|learned| learned.path == "2.3" && learned.values == 9));
    }

    proptest! {
        #[test]
        fn passing_over_changes_nothing(
            taught in prop::collection::vec(wire_like(), 1..5),
            rounds in prop::collection::vec(0..5_usize, 0..80),
        ) {
            let payloads: Vec<_> = rounds.iter().map(|round| taught[round % taught.len()].clone()).collect();
            held_together(&payloads);
        }
    }
}
