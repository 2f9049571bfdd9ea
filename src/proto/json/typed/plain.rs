//! Messages as encoders write them: every field declared and as declared, by number, singular ones once.
//!
//! Nearly all messages are, and their fields can be written as they stand, without being put in order first. Of the others
//! nothing is written here.

use super::members::Member;
use super::{Content, Writer};
use crate::proto::element::packed;
use crate::proto::schema::{Cardinality, Field, TypeId};
use crate::proto::{Node, Shape};

impl<'a> Writer<'a, '_> {
    /// Writes a message if it is plain. False, and nothing is written, if it is not.
    pub(super) fn plain(&mut self, id: TypeId, content: &Content) -> bool {
        let first = match content {
            Content::Payload => 0,
            Content::Inside(index) => match self.node(*index as usize) {
                // Without content the next node is not inside.
                Some(node) if node.next > index + 1 => *index as usize + 1,
                _ => usize::MAX,
            },
            Content::Merged(_) | Content::Empty => return false,
        };
        if self.style.defaults || !self.is_plain(id, first) {
            return false;
        }
        self.out.push(b'{');
        let start = self.out.len();
        let mut next = self.sibling(first, None);
        while let Some((index, node, field)) = next {
            let mark = self.out.len();
            self.key(field, mark == start);
            next = if field.cardinality == Cardinality::Repeated {
                self.plain_list(index, node, field, mark)
            } else {
                if field.presence || !self.source.is_default(field, node) {
                    self.value(field, Member { node, index, field: Some(field) });
                } else {
                    self.out.truncate(mark);
                }
                self.sibling(node.next as usize, Some(node.depth))
            };
        }
        self.out.push(b'}');
        true
    }

    /// Writes the elements of a list, whose key stands at `mark`; what follows them.
    fn plain_list(
        &mut self,
        mut index: u32,
        mut node: &'a Node,
        field: &'a Field,
        mark: usize,
    ) -> Option<(u32, &'a Node, &'a Field)> {
        let start = self.out.len();
        let next = loop {
            if node.shape == Shape::Packed {
                for value in packed(self.source.content(node), field.kind.shape()) {
                    self.separator(start, b'[');
                    self.scalar(field, value);
                }
            } else {
                self.separator(start, b'[');
                self.value(field, Member { node, index, field: Some(field) });
            }
            match self.sibling(node.next as usize, Some(node.depth)) {
                Some((at, same, _)) if same.number == field.number => (index, node) = (at, same),
                next => break next,
            }
        };
        if self.out.len() == start {
            self.out.truncate(mark);
        } else {
            self.out.push(b']');
        }
        next
    }

    fn is_plain(&self, id: TypeId, first: usize) -> bool {
        let Some(message) = self.source.schema.message(id).filter(|message| message.well_known.is_none()) else {
            return false;
        };
        let (mut last, mut oneofs) = (0, 0_u64);
        let mut at = first;
        let mut depth = None;
        while let Some(node) = self.node(at).filter(|node| depth.is_none_or(|depth| node.depth == depth)) {
            let Some(field) = node.field.and_then(|id| self.source.schema.field(id)) else { return false };
            let is_list = field.cardinality == Cardinality::Repeated;
            let in_order = node.number > last || (is_list && node.number == last);
            let fits = node.shape == field.kind.shape() || (node.shape == Shape::Packed && is_list);
            if !in_order || !fits || field.is_extension || field.cardinality == Cardinality::Map {
                return false;
            }
            if message.has_oneof
                && let Some(oneof) = field.oneof
            {
                let Some(bit) = 1_u64.checked_shl(oneof).filter(|bit| oneofs & bit == 0) else { return false };
                oneofs |= bit;
            }
            last = node.number;
            depth = Some(node.depth);
            at = node.next as usize;
        }
        true
    }

    fn node(&self, index: usize) -> Option<&'a Node> {
        self.source.reading.nodes.get(index)
    }

    /// The node at `index` and its field, if it is one of those at `depth`.
    fn sibling(&self, index: usize, depth: Option<u16>) -> Option<(u32, &'a Node, &'a Field)> {
        let node = self.node(index).filter(|node| depth.is_none_or(|depth| node.depth == depth))?;
        let field = node.field.and_then(|id| self.source.schema.field(id))?;
        Some((u32::try_from(index).unwrap_or(u32::MAX), node, field))
    }
}
