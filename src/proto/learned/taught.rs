//! Fields that have nothing left to teach.
//!
//! In: the fields of a payload, in order. Out: which of them learning passes over: those whose path is decided for
//! good, as is all that is inside them, without a field that was never seen. Weighing a value is most of the work of
//! learning, and payloads of a known kind bring little that is new. Invariant: what is learned from a payload is the
//! same as if nothing were passed over, but that what is passed over does not count as read
//! ([`crate::limits::FIELDS`]). Not responsible for payloads that break off.

use super::paths::{Paths, ROOT, State, key};
use super::read::Inside;
use crate::proto::untyped::{self, Visitor, reads_on};
use crate::proto::wire::{Cursor, RawField, WireError};
use crate::proto::{Shape, WireType};

/// Passes over fields of one payload.
pub(super) struct Taught<'t> {
    paths: &'t Paths,
    /// Where the last field of the payload itself was found.
    hint: usize,
}

/// Says that a field has something to teach.
pub(super) struct Teaches;

impl<'t> Taught<'t> {
    pub(super) fn by(paths: &'t Paths) -> Self {
        Self { paths, hint: 0 }
    }

    /// Whether a field of the payload itself teaches nothing, nor does what is inside it.
    pub(super) fn passes_over(&mut self, payload: &[u8], field: &RawField) -> bool {
        let mut inside = Inside { at: ROOT, hint: self.hint };
        let taught = self.field(&mut Cursor::new(payload), field, &mut inside, 0);
        self.hint = inside.hint;
        taught.is_ok()
    }
}

impl<'p> Visitor<'p> for Taught<'_> {
    type Form = RawField;
    type Level = Inside;
    type Stop = Teaches;

    fn field(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        inside: &mut Inside,
        depth: u16,
    ) -> Result<(), Teaches> {
        let paths = self.paths;
        let found = paths.find(inside.at, key(field.number, field.wire_type), &mut inside.hint);
        let (at, verdict) =
            found.filter(|(_, verdict)| matches!(verdict.state, State::Frozen | State::Given)).ok_or(Teaches)?;
        match field.wire_type {
            WireType::Varint | WireType::I32 | WireType::I64 => Ok(()),
            WireType::Len => {
                let content = Cursor::within(cursor.bytes(), field.value_start, field.value_end);
                // What is no message teaches nothing of its inside.
                if content.rest().is_empty() || reads_on(content).is_err() {
                    return Ok(());
                }
                if verdict.shape != Shape::Message {
                    return Err(Teaches);
                }
                untyped::message(self, content, &mut Inside::of(at), depth + 1)
            }
            WireType::StartGroup | WireType::EndGroup => Err(Teaches),
        }
    }
}

/// Lets what is too deep teach: it is left to whoever weighs it.
impl From<WireError> for Teaches {
    fn from(_: WireError) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::learned::Scales;
    use crate::proto::schemaless::samples::{field, wire_like};
    use proptest::prelude::*;

    /// What payloads teach one after the other, with conclusions as they come; with every field weighed, and without
    /// those that are passed over. Says how many fields were.
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
