//! A payload without a type as JSON, printed while it is read.
//!
//! In: a payload and its [`Paths`]. Out: what [`json::write`] makes of [`Reading::read_learned`], without the nodes between
//! them, for payloads without a problem; these are nearly all. Invariant: what is printed is the same to the byte, or
//! nothing is printed. Values of paths that are not decided are read into nodes, each by itself. Not responsible
//! for problems: where one is met, the payload is left to a reading.

mod runs;

use super::read::Walk;
use super::{Paths, Place, ROOT};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::json::{self, push_bytes, push_content, push_key, push_number, push_plain};
use crate::proto::wire::{Cursor, Token};
use crate::proto::{Reading, Shape};
use runs::Runs;
use std::mem;

/// Prints payloads; what it needs for one is used again for the next.
#[derive(Debug, Default)]
pub struct Printer {
    /// The places in which keys took turns. Elsewhere nobody takes note of runs.
    takes_turns: Vec<bool>,
    runs: Runs,
    /// A value that decides for itself.
    reading: Reading,
}

impl Printer {
    /// Appends `payload`, read by `paths`, as an object keyed by field numbers; see [`json::write`]. Returns whether it did:
    /// a payload that may have a problem must be read, and then nothing is appended.
    pub fn print(&mut self, payload: &[u8], paths: &Paths, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        self.runs.clear();
        let mut print = Print { paths, printer: self, left: limits::FIELDS, out: mem::take(out) };
        let done = print.message(Cursor::new(payload), ROOT, 0).is_some();
        *out = print.out;
        if !done {
            out.truncate(start);
        }
        done
    }
}

struct Print<'a> {
    out: Vec<u8>,
    paths: &'a Paths,
    printer: &'a mut Printer,
    /// Fields that may still come.
    left: usize,
}

/// Whether a message is printed to its end, or keys take turns in it.
#[derive(PartialEq, Eq)]
enum Printed {
    Whole,
    TakesTurns,
}

/// All of them return none where the payload must be read.
impl<'a> Print<'a> {
    /// The fields of the place `up`, up to the end of `cursor`.
    fn message(&mut self, cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        if depth > limits::DEPTH {
            return None;
        }
        let start = self.out.len();
        let place = up as usize;
        if self.printer.takes_turns.get(place) != Some(&true) {
            if self.object::<false>(cursor, up, depth)? == Printed::Whole {
                return Some(());
            }
            // Once more, this time with an eye on the runs; of this place for good.
            self.out.truncate(start);
            let places = self.printer.takes_turns.len().max(place + 1);
            self.printer.takes_turns.resize(places, false);
            self.printer.takes_turns.get_mut(place).into_iter().for_each(|takes_turns| *takes_turns = true);
        }
        self.object::<true>(cursor, up, depth).map(|_| ())
    }

    /// The same; without `NOTES` only as long as keys come in their order.
    fn object<const NOTES: bool>(&mut self, mut cursor: Cursor<'a>, up: u32, depth: u16) -> Option<Printed> {
        let level = self.printer.runs.level();
        let (mut last, mut largest, mut count) = (0, 0, 0);
        let (mut separator, mut is_list, mut is_scattered) = (b'{', false, false);
        let paths = self.paths;
        let inside = &*paths.place(up)?.inside;
        let (mut next, mut found) = (0, None);
        while !cursor.rest().is_empty() {
            let start = cursor;
            let Token { key, value } = cursor.next_token()?;
            let number = key >> 3;
            count += 1;
            if key == last {
                self.out.push(b',');
            } else {
                found = paths.find_from(inside, key, &mut next);
                if number == last >> 3 {
                    self.out.push(b',');
                } else {
                    if is_list {
                        self.out.push(b']');
                    }
                    is_list = cursor.next_number() == Some(number);
                    if !NOTES && number <= largest {
                        return Some(Printed::TakesTurns);
                    }
                    let key = self.out.len() + 1;
                    push_key(&mut self.out, Some(separator), number, is_list);
                    if NOTES {
                        let value = self.out.len() - usize::from(is_list);
                        let run = (key, value, is_list);
                        is_scattered |= self.printer.runs.push(level, number, run, number <= largest)?;
                    }
                    (separator, largest) = (b',', largest.max(number));
                }
                last = key;
            }
            let is_done = match found {
                Some((at, Place { printed: Shape::Message, .. })) => {
                    self.message(cursor.last(value)?, at, depth + 1)?;
                    true
                }
                Some((_, place)) => self.value(place, &cursor, value),
                None => false,
            };
            if !is_done {
                self.alone(start, up, depth)?;
            }
        }
        if last == 0 {
            self.out.push(separator);
        }
        if is_list {
            self.out.push(b']');
        }
        if is_scattered {
            self.printer.runs.gather(level, &mut self.out);
        }
        if NOTES {
            self.printer.runs.close(level);
        }
        self.out.push(b'}');
        self.left = self.left.checked_sub(count)?;
        Some(Printed::Whole)
    }

    /// A value that is no message, which `cursor` has just stepped over, if it is what its path says. Returns whether it is.
    #[inline(always)]
    fn value(&mut self, place: &Place, cursor: &Cursor<'a>, value: u64) -> bool {
        let content = || cursor.last(value).map(|content| content.rest()).unwrap_or_default();
        match place.printed {
            Shape::Unparsed => return false,
            Shape::Bool if value > 1 => return false,
            Shape::Text => return push_plain(&mut self.out, content()),
            Shape::Bytes => push_bytes(&mut self.out, content()),
            Shape::Packed => return self.packed(place.verdict.element, content()),
            shape => push_number(&mut self.out, shape, value),
        }
        true
    }

    #[inline(never)]
    fn packed(&mut self, element: Shape, content: &[u8]) -> bool {
        let is_whole = packed_len(content, element) == content.len();
        if is_whole {
            push_content(&mut self.out, Shape::Packed, element, content);
        }
        is_whole
    }

    /// The next field, which decides for itself, or is not what its path says.
    #[inline(never)]
    fn alone(&mut self, mut cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        let field = cursor.next_field()?.ok()?;
        if field.wire_type.is_group() {
            return None;
        }
        let Self { paths, printer: Printer { reading, .. }, left, out } = self;
        reading.clear();
        let mut walk = Walk { reading, paths, payload: cursor.bytes() };
        walk.field(&mut cursor, &field, up, &mut 0, depth).ok()?;
        *left = left.checked_sub(reading.nodes.len().saturating_sub(1))?;
        reading.problems.is_empty().then(|| json::push_node(reading, cursor.bytes(), 0, out))
    }
}

#[cfg(test)]
mod tests;
