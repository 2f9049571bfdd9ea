//! A payload without a type as JSON, printed while it is read.
//!
//! In: a payload and its [`Paths`]. Out: what [`json::write`] makes of [`Reading::read_learned`], without the nodes between
//! them, for payloads without a problem; these are nearly all. Invariant: what is printed is the same to the byte, or
//! nothing is printed. Values of paths that are not decided are read into nodes, each by itself. Not responsible
//! for problems: where one is met, the payload is left to a reading.

mod runs;

use super::read::Walk;
use super::{Paths, ROOT, State, Verdict};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::json::{self, push_content, push_key, push_number, push_plain};
use crate::proto::wire::{Cursor, Token};
use crate::proto::{Reading, Sense, Shape};
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
                Some((_, verdict)) if key & 7 != 2 => self.number(verdict, value),
                Some((at, verdict)) => {
                    let content = cursor.last(value)?;
                    match verdict.shape {
                        Shape::Message if is_decided(verdict) => {
                            self.message(content, at, depth + 1)?;
                            true
                        }
                        _ => self.content(verdict, content.rest()),
                    }
                }
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

    /// A number, if it is what its path says. Returns whether it is.
    #[inline(always)]
    fn number(&mut self, verdict: &Verdict, value: u64) -> bool {
        let is_done = match verdict.shape {
            Shape::Bool => value <= 1,
            Shape::Unparsed => false,
            _ => true,
        };
        if is_done && is_decided(verdict) {
            push_number(&mut self.out, verdict.shape, value);
            return true;
        }
        false
    }

    /// A length-delimited value that is no message, if it is what its path says. Returns whether it is.
    #[inline]
    fn content(&mut self, verdict: &Verdict, content: &[u8]) -> bool {
        let may_be = match verdict.shape {
            _ if !is_decided(verdict) => false,
            Shape::Text => return push_plain(&mut self.out, content),
            Shape::Packed => packed_len(content, verdict.element) == content.len(),
            Shape::Bytes => {
                let is_address = verdict.sense == Sense::Address && verdict.state == State::Given;
                !is_address || matches!(content.len(), 4 | 16)
            }
            _ => false,
        };
        if may_be {
            push_content(&mut self.out, verdict.shape, verdict.element, content);
        }
        may_be
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
        reading.problems.is_empty().then(|| json::push_value(reading, cursor.bytes(), 0, out))
    }
}

/// Whether values of the path are read as it says.
#[inline(always)]
fn is_decided(verdict: &Verdict) -> bool {
    !matches!(verdict.state, State::Open | State::Mixed)
}

#[cfg(test)]
mod tests;
