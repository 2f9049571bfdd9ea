//! Fields of the short and plain kind: where they end, without their values.
//!
//! In: a [`Cursor`]. Out: tags and lengths of the next fields, up to one whose tag is not one byte, or whose varint or
//! length is not; few are. Invariant: what it says is what [`Cursor::next_field`] says. No jump depends on the wire
//! type: how kinds of fields follow each other is what no processor foresees.

use super::Cursor;

/// A field of the short and plain kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::proto) struct ShortField {
    /// Tag of the field, 8 to 127.
    pub(in crate::proto) tag: u8,
    /// Bytes of the tag and, if it has one, the length.
    pub(in crate::proto) header_len: u32,
    /// Bytes of the field.
    pub(in crate::proto) len: u32,
}

/// How fields of one wire type are written shortly. Eight bytes, for an index that is a shift.
struct Form {
    /// The byte behind the tag must be less than this.
    below: u16,
    header_len: u16,
    /// Bytes of the field, without content.
    len: u16,
    /// The bits of the byte behind the tag that are the length of the content.
    content: u16,
}

const NEVER: Form = Form { below: 0, header_len: 0, len: 0, content: 0 };

/// Short forms of fields, by wire type.
static FORMS: [Form; 8] = [
    Form { below: 0x80, header_len: 1, len: 2, content: 0 },
    NEVER,
    Form { below: 0x80, header_len: 2, len: 2, content: 0x7f },
    NEVER,
    NEVER,
    Form { below: 0x100, header_len: 1, len: 5, content: 0 },
    NEVER,
    NEVER,
];

/// Fields of the short and plain kind, one behind the other.
pub(in crate::proto) struct ShortFields<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// The next fields up to one that is not short. Does not move.
    #[inline(always)]
    pub(in crate::proto) fn short_fields(&self) -> ShortFields<'a> {
        ShortFields { rest: self.bytes.get(self.at..).unwrap_or_default() }
    }

    /// Moves past the next fields up to one that is not short.
    #[inline]
    pub(in crate::proto) fn skip_short(&mut self) {
        self.at += self.short_fields().map(|field| field.len as usize).sum::<usize>();
    }

    /// Moves to `position`, where a field starts.
    #[inline(always)]
    pub(in crate::proto) fn move_to(&mut self, position: u32) {
        self.at = position as usize;
    }
}

impl Iterator for ShortFields<'_> {
    type Item = ShortField;

    #[inline(always)]
    fn next(&mut self) -> Option<ShortField> {
        let [tag @ 8..=0x7f, second, ..] = *self.rest else { return None };
        let form = FORMS.get(usize::from(tag & 7))?;
        let second = u16::from(second);
        if second >= form.below {
            return None;
        }
        let len = form.len + (second & form.content);
        self.rest = self.rest.get(usize::from(len)..)?;
        Some(ShortField { tag, header_len: form.header_len.into(), len: len.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_fields_are_what_the_next_fields_are(
            bytes in prop::collection::vec(prop::sample::select(vec![0, 1, 2, 5, 8, 0x0a, 0x0d, 0x09, 0x0b, 0x0c, 0x7a, 0x7f, 0x80, 0xff]), 0..12)
        ) {
            let (mut position, mut slow) = (0, Cursor::new(&bytes));
            for ShortField { tag, header_len, len } in Cursor::new(&bytes).short_fields() {
                let field = slow.next_field().unwrap().unwrap();
                prop_assert_eq!(u32::from(tag), field.number << 3 | field.wire_type as u32);
                prop_assert_eq!((position + header_len, position + len), (field.value_start, field.value_end));
                position += len;
                prop_assert_eq!(position, slow.position());
            }
        }

        #[test]
        fn most_fields_are_short(number in 1..16_u8, kind in prop::sample::select(vec![0, 2, 5]), content in 0..100_u8) {
            let bytes = [vec![number << 3 | kind, content], vec![7; 100]].concat();
            prop_assert!(Cursor::new(&bytes).short_fields().next().is_some());
        }
    }
}
