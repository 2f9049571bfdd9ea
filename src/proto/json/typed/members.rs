//! The fields of a message in the order and the number in which JSON shows them.

use super::{Content, Source, Writer};
use crate::proto::Shape;
use crate::proto::schema::{Cardinality, Field, Kind, TypeId};
use std::ops::Range;

/// Where a field stands among the others: the declared ones first, what does not read last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    section: Section,
    number: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Declared,
    Others,
    Unparsed,
}

impl Writer<'_, '_> {
    /// Puts the fields of a message behind the order, in the order of their output; their positions there. Nodes that
    /// a later member of their oneof overwrites are left out.
    pub(super) fn arrange(&mut self, id: TypeId, content: &Content) -> Range<usize> {
        let (start, source) = (self.order.len(), self.source);
        match content {
            Content::Payload => {
                let nodes = source.reading.level(0).filter_map(|(index, _)| u32::try_from(index).ok());
                self.order.extend(nodes);
            }
            Content::Inside(index) => self.order.extend(source.inside(*index)),
            Content::Merged(parts) => {
                for part in parts.clone() {
                    let index = self.order.get(part).copied();
                    self.order.extend(index.into_iter().flat_map(|index| source.inside(index)));
                }
            }
            Content::Empty => {}
        }
        if source.schema.message(id).is_some_and(|message| message.has_oneof) {
            self.drop_overwritten(start);
        }
        let tail = self.order.get_mut(start..).unwrap_or_default();
        if !tail.is_sorted_by_key(|index| source.rank(*index)) {
            tail.sort_unstable_by_key(|index| (source.rank(*index), *index));
        }
        start..self.order.len()
    }

    /// The positions of the nodes that are one field, from the first of them on.
    pub(super) fn run(&self, first: usize, end: usize) -> Range<usize> {
        let rank = |position: usize| self.order.get(position).map(|index| self.source.rank(*index));
        let wanted = rank(first);
        let behind = (first + 1..end).find(|position| rank(*position) != wanted);
        first..behind.unwrap_or(end)
    }

    /// Drops the nodes behind `start` that come before one of another member of the same oneof.
    fn drop_overwritten(&mut self, start: usize) {
        let source = self.source;
        // Per oneof the number of its last member, and whether another one was met before that.
        let mut winners: Vec<(u32, u32, bool)> = Vec::new();
        let tail = self.order.get_mut(start..).unwrap_or_default();
        let mut has_overwritten = false;
        for slot in tail.iter_mut().rev() {
            let Some(field) = source.declaration(*slot) else { continue };
            let Some(oneof) = field.oneof else { continue };
            match winners.iter_mut().find(|(of, ..)| *of == oneof) {
                None => winners.push((oneof, field.number, false)),
                Some((_, number, is_alone)) => {
                    *is_alone |= *number != field.number;
                    if *is_alone {
                        *slot = u32::MAX;
                        has_overwritten = true;
                    }
                }
            }
        }
        if has_overwritten {
            self.order.retain(|index| *index != u32::MAX);
        }
    }
}

impl<'a> Source<'a> {
    fn rank(self, index: u32) -> Rank {
        let section = match self.declaration(index) {
            Some(field) if !field.is_extension => Section::Declared,
            _ => Section::Others,
        };
        match self.node(index) {
            Some(node) if node.shape != Shape::Unparsed => Rank { section, number: node.number },
            _ => Rank { section: Section::Unparsed, number: 0 },
        }
    }

    /// The field that a node is, if it fits its declaration.
    pub(super) fn declaration(self, index: u32) -> Option<&'a Field> {
        let node = self.node(index)?;
        let field = node.field.and_then(|id| self.schema.field(id))?;
        let fits = match node.shape {
            Shape::Packed => field.is_packable(),
            // The content of an `Any`.
            Shape::Message if field.kind == Kind::Bytes => true,
            // JSON has no place for what a map entry has besides its key and its value.
            Shape::Message if field.cardinality == Cardinality::Map => {
                self.inside(index).all(|index| self.declaration(index).is_some())
            }
            shape => shape == field.kind.shape(),
        };
        fits.then_some(field)
    }
}
