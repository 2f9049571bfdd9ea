//! Layouts that are like another but for how its length is read.
//!
//! In: a layout. Out: others, to be compared with it on the same bytes. Invariant: each could have been written as
//! text. Not responsible for which of them fits.

use super::Layout;
use super::anchor::Anchor;
use super::display::full_mask;
use super::field::{FieldKind, Order, Role};
use super::length::{Counts, Length};
use crate::limits;

/// Types that a length may have instead, those first that protocols have most.
const KINDS: [FieldKind; 9] = [
    FieldKind::Uint { width: 4, order: Order::Big },
    FieldKind::Uint { width: 4, order: Order::Little },
    FieldKind::Uint { width: 2, order: Order::Big },
    FieldKind::Uint { width: 2, order: Order::Little },
    FieldKind::Uint { width: 3, order: Order::Big },
    FieldKind::Uint { width: 3, order: Order::Little },
    FieldKind::Varint,
    FieldKind::Uint { width: 1, order: Order::Big },
    FieldKind::Uint { width: 8, order: Order::Big },
];

impl Layout {
    /// Layouts with the same fields whose length has another width or order, or counts something else; this one is not
    /// among them. Those that count what this one counts come first.
    #[must_use]
    pub fn variants(&self) -> Vec<Self> {
        let Some(own) = self.header.iter().find(|field| field.role == Role::Length).map(|field| &field.kind) else {
            return Vec::new();
        };
        let all = [Counts::Payload, Counts::Rest, Counts::Frame];
        let counts =
            std::iter::once(self.length.counts).chain(all.into_iter().filter(|one| *one != self.length.counts));
        let mut found = Vec::new();
        for counts in counts {
            for kind in std::iter::once(own).chain(KINDS.iter().filter(|kind| *kind != own)) {
                let mask = if kind == own { self.length.mask } else { full_mask(kind) };
                let length = Length { mask, counts, ..self.length };
                for length in [length, Length { adjust: 0, ..length }] {
                    let variant = self.with_length(kind, length);
                    found.extend(variant.filter(|layout| layout != self && !found.contains(layout)));
                }
            }
        }
        found
    }

    /// The layout with another length, if there can be such.
    fn with_length(&self, kind: &FieldKind, length: Length) -> Option<Self> {
        let mut layout = self.clone();
        layout.length = length;
        let field = layout.header.iter_mut().find(|field| field.role == Role::Length)?;
        field.kind = kind.clone();
        layout.anchor = Anchor::of(&layout.header);
        let len = layout.max_header_len();
        (len <= limits::HEADER_LEN && len + layout.trailer_len <= layout.max).then_some(layout)
    }

    /// The layout with nothing before its first frame.
    #[must_use]
    pub fn without_skip(&self) -> Self {
        Self { skip: 0, ..self.clone() }
    }
}
