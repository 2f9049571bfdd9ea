//! Maps: entries become members of an object, sorted by key, the last one of each key.

use super::scalar;
use super::writer::{Content, Member, Source, Writer};
use crate::proto::element::Number;
use crate::proto::schema::Field;
use std::ops::Range;

/// Numbers of the fields of a map entry.
const KEY: u32 = 1;
const VALUE: u32 = 2;

/// A key of a map as it is sorted. All keys of a map are of one kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Text(&'a [u8]),
}

impl Writer<'_, '_> {
    /// Writes the map whose entries stand at `run` of the order.
    pub(super) fn map(&mut self, field: &Field, run: Range<usize>) {
        let source = self.source;
        let entries = self.order.get_mut(run.clone()).unwrap_or_default();
        entries.sort_unstable_by(|a, b| source.key(a).cmp(&source.key(b)).then(a.index.cmp(&b.index)));
        self.out.push(b'{');
        let start = self.out.len();
        for position in run.clone() {
            let Some(entry) = self.at(position) else { continue };
            let key = source.key(&entry);
            let next = self.at(position + 1).filter(|_| position + 1 < run.end);
            if next.is_some_and(|next| source.key(&next) == key) {
                continue;
            }
            if self.out.len() > start {
                self.out.push(b',');
            }
            self.map_key(key);
            self.out.push(b':');
            self.entry_value(field, entry.index);
        }
        self.out.push(b'}');
    }

    fn map_key(&mut self, key: Key<'_>) {
        match key {
            Key::Text(text) => self.string(text),
            Key::Bool(value) => scalar::quoted(Number::Bool(value), self.out),
            Key::Signed(value) => scalar::quoted(Number::Signed(value), self.out),
            Key::Unsigned(value) => scalar::quoted(Number::Unsigned(value), self.out),
        }
    }

    fn entry_value(&mut self, field: &Field, entry: u32) {
        let declared = field.message_type.and_then(|id| self.source.schema.field_by_number(id, VALUE));
        let Some((_, declared)) = declared else { return };
        match (declared.message_type, self.source.last_inside(entry, VALUE)) {
            (Some(id), _) => {
                // A value that comes twice in one entry is two parts of one message.
                let start = self.order.len();
                let parts = self.source.inside(entry).filter(|member| member.node.number == VALUE);
                self.order.extend(parts);
                self.message(id, &Content::Merged(start..self.order.len()));
                self.order.truncate(start);
            }
            (None, Some(member)) => self.value(declared, member),
            (None, None) => self.default_value(declared),
        }
    }
}

impl<'a> Source<'a> {
    /// The key of an entry; an entry without one has the default.
    fn key(self, entry: &Member<'_>) -> Key<'a> {
        let declared = entry.node.message_type.and_then(|id| self.schema.field_by_number(id, KEY));
        let node = self.last_inside(entry.index, KEY).map(|member| member.node);
        let value = node.map_or(0, |node| node.value);
        match declared.and_then(|(_, field)| scalar::number(field.kind, value)) {
            Some(Number::Bool(value)) => Key::Bool(value),
            Some(Number::Signed(value)) => Key::Signed(value),
            Some(Number::Unsigned(value)) => Key::Unsigned(value),
            _ => Key::Text(node.map_or(&[], |node| self.content(node))),
        }
    }
}
