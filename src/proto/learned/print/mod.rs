//! A payload without a type as JSON, printed while it is read.
//!
//! In: a payload and its [`Paths`]. Out: what [`json::write`] makes of [`Reading::read_learned`], without the nodes
//! between them, for payloads without a problem; these are nearly all. Invariant: what is printed is the same to the
//! byte, or nothing is printed. Values of paths that are not decided are read into nodes, each by itself. Not
//! responsible for problems: where one is met, the payload is left to a reading.

mod runs;

use super::paths::{Paths, Place, ROOT};
use super::read::{Inside, Reader};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::json::{self, Encodings, GivesBytes, push_bytes, push_content, push_key, push_number, push_plain};
use crate::proto::untyped::{self, Placed, Visitor};
use crate::proto::wire::{Cursor, Token, WireError};
use crate::proto::{Reading, Shape};
use runs::{Level, Runs};
use std::mem;

/// Prints payloads; what it needs for one is used again for the next.
#[derive(Debug, Default)]
pub struct Printer {
    /// The places in which keys took turns. Elsewhere nobody takes note of runs.
    takes_turns: Vec<bool>,
    runs: Runs,
    /// The reading of a value that decides for itself.
    reading: Reading,
    /// What was seen of the payload that was printed last.
    encodings: Encodings,
}

impl Printer {
    /// Appends `payload`, read by `paths`, as an object keyed by field numbers; see [`json::write`]. Returns whether it
    /// did: a payload that may have a problem must be read, and then nothing is appended.
    pub fn print(&mut self, payload: &[u8], paths: &Paths, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        self.runs.clear();
        let mut print =
            Print { paths, printer: self, left: limits::FIELDS, out: mem::take(out), encodings: Encodings::default() };
        let done = print.message(Cursor::new(payload), ROOT, 0).is_some();
        let encodings = print.encodings;
        *out = print.out;
        self.encodings = encodings;
        if !done {
            out.truncate(start);
        }
        done
    }

    /// Keeps at most `len` bytes of the memory for each thing that printing needs.
    pub(crate) fn shrink_to(&mut self, len: usize) {
        self.runs.shrink_to(len);
        self.reading.shrink_to(len);
    }

    /// Whether what was printed last [says which bytes](json::gives_bytes) the payload has.
    #[must_use]
    pub const fn gives_bytes(&self) -> GivesBytes {
        self.encodings.give_bytes()
    }
}

struct Print<'a> {
    out: Vec<u8>,
    paths: &'a Paths,
    printer: &'a mut Printer,
    /// Number of fields that may still come.
    left: usize,
    encodings: Encodings,
}

/// Why a message is not printed to its end.
#[derive(PartialEq, Eq)]
enum Stop {
    /// The message may have a problem: the payload must be read.
    MustBeRead,
    /// Keys take turns in the message, of which nobody took note.
    TakesTurns,
}

impl From<WireError> for Stop {
    fn from(_: WireError) -> Self {
        Self::MustBeRead
    }
}

impl<'a> Print<'a> {
    /// Prints the fields of the place `up`, the rest of `cursor`; `depth` is their nesting. None where the payload must
    /// be read.
    fn message(&mut self, cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        let start = self.out.len();
        let place = up as usize;
        if self.printer.takes_turns.get(place) != Some(&true) {
            match self.object::<false>(cursor, up, depth) {
                Ok(()) => return Some(()),
                Err(Stop::MustBeRead) => return None,
                Err(Stop::TakesTurns) => {}
            }
            // Once more, this time with an eye on the runs; of this place for good.
            self.out.truncate(start);
            let places = self.printer.takes_turns.len().max(place + 1);
            self.printer.takes_turns.resize(places, false);
            self.printer.takes_turns.get_mut(place).into_iter().for_each(|takes_turns| *takes_turns = true);
        }
        self.object::<true>(cursor, up, depth).ok()
    }

    /// Prints fields as [`Print::message`] does; without `NOTES` only as long as keys come in their order.
    fn object<const NOTES: bool>(&mut self, cursor: Cursor<'a>, up: u32, depth: u16) -> Result<(), Stop> {
        let inside = &*self.paths.place(up).ok_or(Stop::MustBeRead)?.inside;
        let mut members = Members {
            up,
            inside,
            next: 0,
            found: None,
            runs: self.printer.runs.level(),
            last: 0,
            largest: 0,
            count: 0,
            separator: b'{',
            is_list: false,
            is_scattered: false,
        };
        untyped::message(&mut Object::<NOTES>(self), cursor, &mut members, depth)?;
        if members.last == 0 {
            self.out.push(members.separator);
        }
        if members.is_list {
            self.out.push(b']');
        }
        if members.is_scattered {
            self.encodings |= if up == ROOT { Encodings::TURNS } else { Encodings::UNSEEN };
            self.printer.runs.gather(members.runs, &mut self.out);
        }
        if NOTES {
            self.printer.runs.close(members.runs);
        }
        self.out.push(b'}');
        self.left = self.left.checked_sub(members.count).ok_or(Stop::MustBeRead)?;
        Ok(())
    }

    /// Prints a value that is no message, which `cursor` has just stepped over, if it is what its path says. Returns
    /// whether it is.
    #[inline(always)]
    fn value(&mut self, place: &Place, cursor: &Cursor<'a>, value: u64) -> bool {
        let content = || cursor.last(value).map(|content| content.rest()).unwrap_or_default();
        match place.printed {
            Shape::Unparsed => return false,
            Shape::Bool if value > 1 => return false,
            Shape::Text => return push_plain(&mut self.out, content()),
            Shape::Bytes => push_bytes(&mut self.out, content()),
            Shape::Packed => return self.packed(place.verdict.element, content()),
            shape @ (Shape::Unsigned | Shape::Signed) => push_number(&mut self.out, shape, value),
            shape => {
                self.encodings |= Encodings::of(shape, value);
                push_number(&mut self.out, shape, value);
            }
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

    /// Prints the field that `cursor` gives next, which decides for itself, or is not what its path says.
    #[inline(never)]
    fn alone(&mut self, mut cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        let field = cursor.next_field()?.ok()?;
        if field.wire_type.is_group() {
            return None;
        }
        let Self { paths, printer: Printer { reading, .. }, left, out, encodings } = self;
        reading.clear();
        untyped::field(&mut Reader { reading, paths }, &mut cursor, &field, &mut Inside::of(up), depth).ok()?;
        *left = left.checked_sub(reading.nodes.len().saturating_sub(1))?;
        *encodings |= Encodings::of_nodes(&reading.nodes);
        reading.problems.is_empty().then(|| json::push_node(reading, cursor.bytes(), 0, out))
    }
}

/// What is printed of the fields of one message.
struct Object<'o, 'a, const NOTES: bool>(&'o mut Print<'a>);

/// The members of an object so far.
struct Members<'a> {
    /// Place of the members' message, and the fields inside that.
    up: u32,
    inside: &'a [(u32, u32)],
    /// Where among the fields inside the next one is most likely found, and the one before it was.
    next: usize,
    found: Option<(u32, &'a Place)>,
    runs: Level,
    /// The tag of the last field, the largest number so far, and how many fields there were.
    last: u32,
    largest: u32,
    count: usize,
    /// What stands before the next key.
    separator: u8,
    /// Whether the value of the last key is a list.
    is_list: bool,
    is_scattered: bool,
}

impl<'a, const NOTES: bool> Visitor<'a> for Object<'_, 'a, NOTES> {
    type Form = Placed<'a>;
    type Level = Members<'a>;
    type Stop = Stop;

    #[inline(always)]
    fn field(
        &mut self,
        cursor: &mut Cursor<'a>,
        &Placed { token: Token { key, value }, before }: &Placed<'a>,
        members: &mut Members<'a>,
        depth: u16,
    ) -> Result<(), Stop> {
        let print = &mut *self.0;
        let number = key >> 3;
        members.count += 1;
        if key == members.last {
            print.out.push(b',');
        } else {
            members.found = print.paths.find_from(members.inside, key, &mut members.next);
            if number == members.last >> 3 {
                print.out.push(b',');
            } else {
                if members.is_list {
                    print.out.push(b']');
                }
                members.is_list = cursor.next_number() == Some(number);
                if !NOTES && number <= members.largest {
                    return Err(Stop::TakesTurns);
                }
                let key = print.out.len() + 1;
                push_key(&mut print.out, Some(members.separator), number, members.is_list);
                if NOTES {
                    let value = print.out.len() - usize::from(members.is_list);
                    let run = (key, value, members.is_list);
                    let is_later = print.printer.runs.push(members.runs, number, run, number <= members.largest);
                    members.is_scattered |= is_later.ok_or(Stop::MustBeRead)?;
                }
                (members.separator, members.largest) = (b',', members.largest.max(number));
            }
            members.last = key;
        }
        let is_done = match members.found {
            Some((at, Place { printed: Shape::Message, .. })) => {
                let content = cursor.last(value).ok_or(Stop::MustBeRead)?;
                print.message(content, at, depth + 1).ok_or(Stop::MustBeRead)?;
                true
            }
            Some((_, place)) => print.value(place, cursor, value),
            None => false,
        };
        if !is_done {
            print.alone(before, members.up, depth).ok_or(Stop::MustBeRead)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
