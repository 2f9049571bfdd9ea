//! Messages as encoders write them: every field declared and as declared, by number, singular ones once.
//!
//! Nearly all messages are, which the reading notes ([`Node::is_plain`]), and their fields can be written as they stand, without
//! being put in order first. Of the others nothing is written here.

use super::members::Member;
use super::{Content, Writer};
use crate::proto::element::packed;
use crate::proto::schema::{Cardinality, Field, TypeId};
use crate::proto::{Node, Shape};

impl<'a> Writer<'a, '_> {
    /// Writes a message if it is plain. False, and nothing is written, if it is not.
    pub(super) fn plain(&mut self, id: TypeId, content: &Content) -> bool {
        let (is_plain, first) = match content {
            Content::Payload => (self.source.reading.is_plain, 0),
            Content::Inside(index) => match self.node(*index as usize) {
                // Without content the next node is not inside.
                Some(node) if node.next > index + 1 => (node.is_plain, *index as usize + 1),
                node => (node.is_some_and(|node| node.is_plain), usize::MAX),
            },
            Content::Merged(_) | Content::Empty => return false,
        };
        if !is_plain || self.style.defaults || self.source.schema.well_known(id).is_some() {
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
