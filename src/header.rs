//! Header fields of a message: names and values, whatever protocol they stand in.
//!
//! In: whoever takes frames apart pushes one field after the other; a layout does today. Out: one list in the order of
//! the frame, for rules, tables and JSON alike. Invariant: nothing is copied, and the list's own memory is used again
//! for the next message ([`HeaderFields::give_back`]). Not responsible for how a header is encoded.

use std::ops::{Deref, Range};

/// One field of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderField<'a> {
    /// Name of the field. Several fields can have one name.
    pub name: &'a str,
    /// Value of the field.
    pub value: HeaderValue<'a>,
    /// Range of the field's bytes in the frame.
    pub place: Range<usize>,
    /// The field says how the frame is laid out, and nothing about the message: length, magic, checksum.
    pub is_framing: bool,
}

/// Value of a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// A number as it stands in the frame: a length is neither masked nor multiplied.
    Number(u64),
    /// Bytes of a field that is no number.
    Bytes(&'a [u8]),
}

/// The header fields of one message, in the order of the frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderFields<'a>(Vec<HeaderField<'a>>);

impl<'a> HeaderFields<'a> {
    /// Takes the fields of a message into memory that `spare` has, unless fields are there already.
    pub fn fill(&mut self, spare: &mut HeaderFields<'static>, fields: impl Iterator<Item = HeaderField<'a>>) {
        if self.0.is_empty() {
            *self = std::mem::take(spare);
            fields.for_each(|field| self.0.push(field));
        }
    }

    /// Gives the memory back, if there is any.
    pub fn give_back(self, spare: &mut HeaderFields<'static>) {
        if !self.0.is_empty() {
            *spare = self.emptied();
        }
    }

    /// An empty list that has the memory of this list, for a message that lives at another time.
    fn emptied<'b>(mut self) -> HeaderFields<'b> {
        self.0.clear();
        // There is nothing to map; collecting in place keeps the memory.
        HeaderFields(self.0.into_iter().map_while(|_| None).collect())
    }
}

impl<'a> Deref for HeaderFields<'a> {
    type Target = [HeaderField<'a>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The value of the first of `fields` that is called `name`.
#[must_use]
pub fn find<'a>(fields: &[HeaderField<'a>], name: &str) -> Option<HeaderValue<'a>> {
    fields.iter().find(|field| field.name == name).map(|field| field.value)
}

/// The fields that say something about the message.
pub fn of_message<'f, 'a>(fields: &'f [HeaderField<'a>]) -> impl Iterator<Item = &'f HeaderField<'a>> {
    fields.iter().filter(|field| !field.is_framing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, number: u64) -> HeaderField<'_> {
        HeaderField { name, value: HeaderValue::Number(number), place: 0..1, is_framing: name == "len" }
    }

    #[test]
    fn the_first_field_of_a_name_counts_and_framing_says_nothing_about_the_message() {
        let fields = [field("len", 9), field("code", 1), field("code", 2)];
        assert_eq!(find(&fields, "code"), Some(HeaderValue::Number(1)));
        assert_eq!(find(&fields, "id"), None);
        assert_eq!(of_message(&fields).collect::<Vec<_>>(), [&field("code", 1), &field("code", 2)]);
    }

    #[test]
    fn the_next_message_gets_the_memory_of_the_one_before() {
        let mut kept = HeaderFields::default();
        for names in [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]] {
            let (mut fields, before) = (HeaderFields::default(), kept.0.capacity());
            fields.fill(&mut kept, names.iter().map(|name| field(name, 0)));
            fields.fill(&mut kept, std::iter::once(field("too late", 0)));
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), names);
            fields.give_back(&mut kept);
            assert!(kept.is_empty() && kept.0.capacity() >= before.max(names.len()));
        }
    }
}
