//! The fields of a message in the order and the number in which JSON shows them.

use super::writer::{Content, Member, Source, Writer};
use crate::proto::schema::{Cardinality, Field, FieldKind, TypeId};
use crate::proto::{Node, Shape};
use std::ops::Range;

/// Place of a member among the others. Members of one field stand together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Declared(u32),
    /// An extension, or what stands under a number; those that do not fit the extension stand apart from those that do.
    Other(u32, bool),
    Unparsed,
}

impl Member<'_> {
    fn rank(&self) -> Rank {
        match self.field {
            Some(field) if !field.is_extension => Rank::Declared(field.number),
            _ if self.node.shape == Shape::Unparsed => Rank::Unparsed,
            _ => Rank::Other(self.node.number, self.field.is_some()),
        }
    }
}

impl Writer<'_, '_> {
    /// Puts the fields of a message behind the order, in the order of their output, and gives their positions there.
    /// Nodes that a later member of their oneof overwrites are left out.
    pub(super) fn arrange(&mut self, id: TypeId, content: &Content) -> Range<usize> {
        let (start, source) = (self.order.len(), self.source);
        match content {
            Content::Payload => self.order.extend(source.top()),
            Content::Inside(index) => self.order.extend(source.inside(*index)),
            Content::Merged(parts) => {
                for part in parts.clone() {
                    let index = self.at(part).map(|member| member.index);
                    self.order.extend(index.into_iter().flat_map(|index| source.inside(index)));
                }
            }
            Content::Empty => {}
        }
        if source.schema.message(id).is_some_and(|message| message.has_oneof) {
            self.drop_overwritten(start);
        }
        let tail = self.order.get_mut(start..).unwrap_or_default();
        if !tail.is_sorted_by_key(Member::rank) {
            tail.sort_unstable_by_key(|member| (member.rank(), member.index));
        }
        start..self.order.len()
    }

    /// The positions of the members that are one field, from the first of them on.
    pub(super) fn run(&self, first: usize, end: usize) -> Range<usize> {
        let mut ranks = self.order.get(first..end).unwrap_or_default().iter().map(Member::rank);
        let wanted = ranks.next();
        first..first + 1 + ranks.take_while(|rank| Some(*rank) == wanted).count()
    }

    /// Drops the nodes behind `start` that come before one of another member of the same oneof.
    fn drop_overwritten(&mut self, start: usize) {
        // Per oneof the number of its last member, and whether another one was met before that.
        let mut winners: Vec<(u32, u32, bool)> = Vec::new();
        for position in (start..self.order.len()).rev() {
            let Some(field) = self.at(position).and_then(|member| member.field) else { continue };
            let Some(oneof) = field.oneof else { continue };
            match winners.iter_mut().find(|(of, ..)| *of == oneof) {
                None => winners.push((oneof, field.number, false)),
                Some((_, number, another_met)) => {
                    *another_met |= *number != field.number;
                    if *another_met && let Some(member) = self.order.get_mut(position) {
                        member.index = DROPPED;
                    }
                }
            }
        }
        self.order.retain(|member| member.index != DROPPED);
    }
}

/// Index that no node has: there are at most [`crate::limits::FIELDS`].
const DROPPED: u32 = u32::MAX;

impl<'a> Source<'a> {
    /// The fields of the payload, as members.
    fn top(self) -> impl Iterator<Item = Member<'a>> {
        self.reading.level(0).map(move |(index, node)| self.member(index, node))
    }

    /// The fields inside a node, as members.
    pub(super) fn inside(self, index: u32) -> impl Iterator<Item = Member<'a>> {
        self.reading.inside(index as usize).map(move |(index, node)| self.member(index, node))
    }

    fn member(self, index: usize, node: &'a Node) -> Member<'a> {
        let index = u32::try_from(index).unwrap_or(DROPPED);
        Member { node, index, field: self.declaration(node, index) }
    }

    fn declaration(self, node: &Node, index: u32) -> Option<&'a Field> {
        let field = node.field.and_then(|id| self.schema.field(id))?;
        let fits = match node.shape {
            Shape::Packed => field.is_packable(),
            // The content of an `Any`.
            Shape::Message if field.kind == FieldKind::Bytes => true,
            // JSON has no place for what a map entry has besides its key and its value.
            Shape::Message if field.cardinality == Cardinality::Map => {
                self.reading.inside(index as usize).all(|(_, node)| self.is_entry_part(node))
            }
            shape => shape == field.kind.shape(),
        };
        fits.then_some(field)
    }

    /// Whether a node of a map entry is what the entry declares.
    fn is_entry_part(self, node: &Node) -> bool {
        node.field.and_then(|id| self.schema.field(id)).is_some_and(|field| node.shape == field.kind.shape())
    }
}
