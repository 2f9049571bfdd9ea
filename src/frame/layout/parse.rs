//! Text becomes a layout.
//!
//! In: one line of items, or the name of a preset. Out: a [`Layout`] that holds together, or the first
//! fault. The grammar is in `docs/formats.md`. [`token`](super::token) reads what stands inside an item;
//! here is which items may stand where.

use super::anchor::Anchor;
use super::checksum::Crc;
use super::display::full_mask;
use super::error::Fault;
use super::field::{Field, FieldKind, Role};
use super::length::{Counts, Length};
use super::preset::{PRESETS, nearest, preset};
use super::token::Cursor;
use super::{Layout, LayoutError};
use crate::limits;
use crate::units::{Both, Direction};
use std::ops::Range;

const ITEM: &str = "an item: NAME:TYPE, magic:HEX, skip:N, max:SIZE, payload or tail";

impl Layout {
    /// Parses the layout of one direction, or the name of a preset. [`Layout::parse_sides`] parses what people give for
    /// a protocol, which has two.
    ///
    /// ```
    /// use deframe::frame::layout::Layout;
    /// let layout = Layout::parse("len:u32be&7fffffff*4 payload crc32:u32le")?;
    /// assert_eq!(layout.to_string(), "len:u32be&7fffffff*4 payload crc32:u32le");
    /// assert_eq!(Layout::parse("steam")?.to_string(), "len:u32le magic:56543031 payload");
    /// # Ok::<(), deframe::frame::layout::LayoutError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first fault in the text, with its place and what was expected there.
    pub fn parse(text: &str) -> Result<Self, LayoutError> {
        one_side(text).map(|layouts| layouts.to_server).map_err(|fault| fault.within(text))
    }
}

/// The layout of one side, for both directions.
pub(super) fn one_side(text: &str) -> Result<Both<Layout>, Fault> {
    layouts(text, Speaker::One)
}

/// The layouts of a text that says no side but, perhaps, that of its `skip`.
pub(super) fn both_sides(text: &str) -> Result<Both<Layout>, Fault> {
    layouts(text, Speaker::Both)
}

fn layouts(text: &str, of: Speaker) -> Result<Both<Layout>, Fault> {
    let mut items = items(text);
    let single = items.next().filter(|_| items.next().is_none());
    if let Some(item) = single.filter(|item| !item.text.contains(':') && item.text != "payload") {
        return match preset(item.text) {
            Some(preset) => draft(preset.text, of),
            None => Err(Fault::new(item.span(), unknown_preset(item.text))),
        };
    }
    draft(text, of)
}

fn unknown_preset(name: &str) -> String {
    match nearest(name) {
        Some(nearest) => format!("a layout such as `len:u32be payload`, or a preset's name: did you mean `{nearest}`?"),
        None => {
            let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            format!("a layout such as `len:u32be payload`, or a preset's name: {}", names.join(", "))
        }
    }
}

fn draft(text: &str, of: Speaker) -> Result<Both<Layout>, Fault> {
    let mut draft = Draft { of, ..Draft::default() };
    for (index, item) in items(text).enumerate() {
        draft.push(&item, index)?;
    }
    draft.finish(text.trim_end().len())
}

#[derive(Clone, Copy)]
struct Item<'t> {
    text: &'t str,
    start: usize,
}

impl Item<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

fn items(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).filter_map(move |word| {
        let start = at;
        at += word.len();
        let text = word.trim_end();
        (!text.is_empty()).then_some(Item { text, start })
    })
}

/// Whose frames a text describes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Speaker {
    /// The frames are those that one side sends.
    #[default]
    One,
    /// The frames are those of both sides, which look alike.
    Both,
}

/// A layout under construction: what the items so far say.
#[derive(Default)]
struct Draft {
    of: Speaker,
    /// Bytes before the first frame of each direction.
    skip: Both<Option<u64>>,
    max: Option<(usize, Range<usize>)>,
    header: Vec<Field>,
    length: Option<Length>,
    inner: Option<Range<usize>>,
    payload: bool,
    tail: bool,
    trailer: Vec<Field>,
}

impl Draft {
    fn push(&mut self, item: &Item<'_>, index: usize) -> Result<(), Fault> {
        let Some((name, _)) = item.text.split_once(':') else { return self.push_word(item) };
        let name_span = item.start..item.start + name.len();
        let mut cursor = Cursor::new(item.text, item.start, name.len() + 1);
        match name {
            "skip" if index > self.skip.values().flatten().count() => {
                return Err(Fault::new(item.span(), "skip to be the first item"));
            }
            "skip" => self.push_skip(&mut cursor, item)?,
            "max" if self.max.is_some() => return Err(only_one(name_span, name)),
            "max" => self.max = Some((cursor.size()?, item.span())),
            "payload" => return Err(Fault::new(item.span(), "payload alone: its length comes from `len`")),
            "len" | "inner" | "magic" if self.payload => {
                return Err(Fault::new(item.span(), format!("{name} to stand before payload")));
            }
            "len" => self.push_length(&mut cursor, name_span)?,
            "inner" => {
                let kind = cursor.number_kind()?;
                self.push_field(name, Role::Inner, kind, item)?;
                self.inner = Some(item.span());
            }
            "magic" => {
                let kind = FieldKind::Magic(cursor.alternatives()?);
                self.header.push(Field { name: name.to_owned(), role: Role::Shown, kind });
            }
            "crc32" => self.push_checksum(name, Crc::Crc32, &mut cursor, item)?,
            "crc32c" => self.push_checksum(name, Crc::Crc32c, &mut cursor, item)?,
            _ => {
                check_name(name, name_span)?;
                let kind = cursor.kind()?;
                self.push_field(name, Role::Shown, kind, item)?;
            }
        }
        cursor.end()?;
        let part = if self.payload { &self.trailer } else { &self.header };
        let part_len: usize = part.iter().map(|field| field.kind.max_width()).sum();
        if part_len > limits::HEADER_LEN {
            let expected = format!("at most {} bytes, but this item ends at byte {part_len}", limits::HEADER_LEN);
            return Err(Fault::new(item.span(), expected));
        }
        Ok(())
    }

    /// Takes an item without a colon.
    fn push_word(&mut self, item: &Item<'_>) -> Result<(), Fault> {
        match item.text {
            "payload" if self.payload => Err(only_one(item.span(), "payload")),
            "payload" => {
                self.payload = true;
                Ok(())
            }
            "tail" if self.tail => Err(only_one(item.span(), "tail")),
            "tail" if !self.payload || !self.trailer.is_empty() => {
                Err(Fault::new(item.span(), "tail to stand right after payload"))
            }
            "tail" if self.inner.is_none() => {
                Err(Fault::new(item.span(), "tail:N, because without `inner` nothing is left over after the payload"))
            }
            "tail" => {
                self.tail = true;
                Ok(())
            }
            _ => Err(Fault::new(item.span(), ITEM)),
        }
    }

    /// Takes the bytes before the first frame. They are nearly always those of one side, such as a greeting or a
    /// preface, so a text about both says which: taking them from both would lose frames of the other without a word.
    fn push_skip(&mut self, cursor: &mut Cursor<'_>, item: &Item<'_>) -> Result<(), Fault> {
        let named = match (cursor.side(), self.of) {
            (Some(_), Speaker::One) => return Err(Fault::new(item.span(), "skip:N: the layout is that of one side")),
            (None, Speaker::Both) => {
                let count = cursor.number()?;
                let expected =
                    format!("whose bytes these are: skip:client:{count} or skip:server:{count}, or one of each");
                return Err(Fault::new(item.span(), expected));
            }
            (named, _) => named,
        };
        let count = cursor.number()?;
        for direction in Direction::BOTH {
            if named.is_none_or(|named| named == direction) && self.skip.of_mut(direction).replace(count).is_some() {
                return Err(only_one(item.span(), "skip"));
            }
        }
        Ok(())
    }

    fn push_length(&mut self, cursor: &mut Cursor<'_>, name_span: Range<usize>) -> Result<(), Fault> {
        if self.length.is_some() {
            return Err(only_one(name_span, "len"));
        }
        let kind = cursor.number_kind()?;
        let modifiers = cursor.modifiers(full_mask(&kind))?;
        self.length = Some(Length {
            mask: modifiers.mask.unwrap_or(full_mask(&kind)),
            unit: modifiers.unit.unwrap_or(1),
            adjust: modifiers.adjust.unwrap_or(0),
            counts: modifiers.counts.unwrap_or(Counts::Payload),
        });
        self.header.push(Field { name: "len".to_owned(), role: Role::Length, kind });
        Ok(())
    }

    fn push_checksum(&mut self, name: &str, crc: Crc, cursor: &mut Cursor<'_>, item: &Item<'_>) -> Result<(), Fault> {
        if !self.payload {
            return Err(Fault::new(item.span(), format!("{name} to stand after payload: it covers all before it")));
        }
        if self.trailer.iter().any(|field| matches!(field.role, Role::Checksum(_))) {
            return Err(Fault::new(item.span(), "only one checksum"));
        }
        let kind = cursor.checksum_kind()?;
        self.push_field(name, Role::Checksum(crc), kind, item)
    }

    fn push_field(&mut self, name: &str, role: Role, kind: FieldKind, item: &Item<'_>) -> Result<(), Fault> {
        let name_span = item.start..item.start + name.len();
        let taken = self.header.iter().chain(&self.trailer).any(|field| field.name == name);
        if taken || (self.tail && name == "tail") {
            return Err(only_one(name_span, name));
        }
        if self.payload && kind.fixed_width().is_none() {
            return Err(Fault::new(item.span(), "a type of fixed width after payload: the trailer ends the frame"));
        }
        let part = if self.payload { &mut self.trailer } else { &mut self.header };
        part.push(Field { name: name.to_owned(), role, kind });
        Ok(())
    }

    /// Makes the layout of each direction, or says what it lacks; `end` is where the text ends, in bytes.
    fn finish(self, end: usize) -> Result<Both<Layout>, Fault> {
        let missing = |expected: &str| Fault::new(end..end, expected);
        let Some(length) = self.length else { return Err(missing("a length, such as `len:u32be`, before payload")) };
        if !self.payload {
            return Err(missing("payload"));
        }
        if let Some(inner) = self.inner.filter(|_| !self.tail) {
            return Err(Fault::new(inner, "no inner length, or `tail` after payload for what it leaves over"));
        }
        let trailer_len = self.trailer.iter().map(|field| field.kind.max_width()).sum();
        let header_len: usize = self.header.iter().map(|field| field.kind.fixed_width().unwrap_or(1)).sum();
        let default = usize::try_from(limits::FRAME_LEN).unwrap_or(usize::MAX);
        let (max, max_span) = self.max.unwrap_or((default, end..end));
        if max < header_len + trailer_len {
            let expected = format!("at least {}, the length of header and trailer", header_len + trailer_len);
            return Err(Fault::new(max_span, expected));
        }
        let anchor = Anchor::of(&self.header);
        let Self { header, tail, trailer, .. } = self;
        let layout = Layout { skip: 0, max, header, length, tail, trailer, trailer_len, anchor };
        Ok(self.skip.map(|skip| Layout { skip: skip.unwrap_or(0), ..layout.clone() }))
    }
}

fn only_one(span: Range<usize>, name: &str) -> Fault {
    Fault::new(span, format!("only one `{name}`"))
}

fn check_name(name: &str, span: Range<usize>) -> Result<(), Fault> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if starts_well && goes_on_well {
        return Ok(());
    }
    Err(Fault::new(span, "a name: an ASCII letter, then letters, digits, `_` or `-`"))
}
