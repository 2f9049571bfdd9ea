//! A payload without a type as JSON, printed while it is read.
//!
//! In: a payload and its [`Paths`]. Out: what [`json::write`] makes of [`Reading::read_learned`], without the nodes between
//! them, for payloads without a problem; these are nearly all. Invariant: what is printed is the same to the byte, or
//! nothing is printed. Values of paths that are not decided are read into nodes, each by itself. Not responsible
//! for problems: where one is met, the payload is left to a reading.

use super::read::Walk;
use super::{Paths, ROOT, State, Verdict, key};
use crate::limits;
use crate::proto::element::packed_len;
use crate::proto::json::{self, push_content, push_key, push_number, push_plain};
use crate::proto::wire::Cursor;
use crate::proto::{Reading, Sense, Shape, WireType};

/// Runs of one message of which any may go on later. A message in which more keys take turns is left to a reading, which
/// sorts them.
const RUNS: usize = 256;

/// Prints payloads; what it needs for one is used again for the next.
#[derive(Debug, Default)]
pub struct Printer {
    /// The runs of the messages that are open, outermost first.
    runs: Vec<Run>,
    /// A message in the order of its keys.
    ordered: Vec<u8>,
    /// A value that decides for itself.
    reading: Reading,
}

/// Neighbours with one field number, and where they stand in the output.
#[derive(Debug)]
struct Run {
    number: u32,
    /// Where its key starts, and where its value does.
    key: u32,
    value: u32,
    /// Whether the value is a list already.
    is_list: bool,
    /// Whether it is the first of its number.
    is_first: bool,
    /// The next one of its number, which is never the first of all; 0 if there is none.
    later: u32,
}

impl Printer {
    /// Appends `payload`, read by `paths`, as an object keyed by field numbers; see [`json::write`]. Returns whether it did:
    /// a payload that may have a problem must be read, and then nothing is appended.
    pub fn print(&mut self, payload: &[u8], paths: &Paths, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        self.runs.clear();
        let Self { runs, ordered, reading } = self;
        let mut print = Print { paths, runs, ordered, reading, left: limits::FIELDS, out };
        let done = print.object(Cursor::new(payload), ROOT, 0).is_some();
        if !done {
            out.truncate(start);
        }
        done
    }
}

struct Print<'a> {
    paths: &'a Paths,
    runs: &'a mut Vec<Run>,
    ordered: &'a mut Vec<u8>,
    reading: &'a mut Reading,
    /// Fields that may still come.
    left: usize,
    out: &'a mut Vec<u8>,
}

/// All of them return none where the payload must be read.
impl<'a> Print<'a> {
    /// The fields of the place `up`, up to the end of `cursor`.
    fn object(&mut self, mut cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        if depth > limits::DEPTH {
            return None;
        }
        let level = self.runs.len();
        let (mut hint, mut last, mut largest) = (0, 0, 0);
        let (mut is_list, mut is_scattered) = (false, false);
        let paths = self.paths;
        let inside = &*paths.place(up)?.inside;
        while let Some(field) = cursor.next_field() {
            let field = field.ok().filter(|field| !field.overlong)?;
            self.left = self.left.checked_sub(1)?;
            if field.number == last {
                self.out.push(b',');
            } else {
                if is_list {
                    self.out.push(b']');
                }
                let separator = if last == 0 { b'{' } else { b',' };
                is_list = cursor.next_number() == Some(field.number);
                is_scattered |= self.begin_run(level, separator, field.number, largest, is_list)?;
                (last, largest) = (field.number, largest.max(field.number));
            }
            let found = paths.find_in(inside, key(field.number, field.wire_type), &mut hint);
            let is_done = match found {
                Some((_, verdict)) if is_number(field.wire_type) => self.number(verdict, field.value),
                Some((at, verdict)) if field.wire_type == WireType::Len => {
                    let content = cursor.bytes().get(field.value_start as usize..field.value_end as usize)?;
                    match verdict.shape {
                        Shape::Message if is_decided(verdict) => {
                            let inside = Cursor::within(cursor.bytes(), field.value_start, field.value_end);
                            self.object(inside, at, depth + 1)?;
                            true
                        }
                        _ => self.content(verdict, content),
                    }
                }
                _ => false,
            };
            if !is_done {
                self.alone(Cursor::within(cursor.bytes(), field.start, cursor.end()), up, depth)?;
            }
        }
        if last == 0 {
            self.out.push(b'{');
        }
        if is_list {
            self.out.push(b']');
        }
        if is_scattered {
            self.gather(level);
        }
        self.runs.truncate(level);
        self.out.push(b'}');
        Some(())
    }

    /// A key behind `separator`. Returns whether its number had a run before in this message.
    #[inline]
    fn begin_run(&mut self, level: usize, separator: u8, number: u32, largest: u32, is_list: bool) -> Option<bool> {
        let is_first = number > largest || self.earlier_run(level, number)?;
        let key = self.out.len() + 1;
        push_key(self.out, Some(separator), number, is_list);
        let value = self.out.len() - usize::from(is_list);
        self.runs.push(Run { number, key: position(key)?, value: position(value)?, is_list, is_first, later: 0 });
        Some(!is_first)
    }

    /// Adds the run that is pushed next to the last one of `number`. Returns whether there is none.
    fn earlier_run(&mut self, level: usize, number: u32) -> Option<bool> {
        let next = position(self.runs.len())?;
        let runs = self.runs.get_mut(level..)?;
        if runs.len() > RUNS {
            return None;
        }
        let earlier = runs.iter_mut().rposition(|run| run.number == number);
        if let Some(run) = earlier.and_then(|at| runs.get_mut(at)) {
            run.later = next;
        }
        Some(earlier.is_none())
    }

    /// Brings runs of one number together, where the first of them is.
    fn gather(&mut self, level: usize) {
        let Self { runs, ordered, out, .. } = self;
        let end_of = |at: usize| runs.get(at + 1).map_or(out.len(), |next| next.key as usize - 1);
        let text = |from: u32, to: usize| out.get(from as usize..to).unwrap_or_default();
        ordered.clear();
        for (at, run) in runs.iter().enumerate().skip(level).filter(|(_, run)| run.is_first) {
            if !ordered.is_empty() {
                ordered.push(b',');
            }
            if run.later == 0 {
                ordered.extend_from_slice(text(run.key, end_of(at)));
                continue;
            }
            ordered.extend_from_slice(text(run.key, run.value as usize));
            let mut separator = b'[';
            let mut next = Some(at);
            while let Some((at, run)) = next.and_then(|at| Some((at, runs.get(at)?))) {
                ordered.push(separator);
                let without = usize::from(run.is_list);
                ordered.extend_from_slice(text(run.value + u32::from(run.is_list), end_of(at) - without));
                (separator, next) = (b',', Some(run.later as usize).filter(|later| *later > 0));
            }
            ordered.push(b']');
        }
        if let Some(first) = runs.get(level) {
            out.truncate(first.key as usize);
            out.extend_from_slice(ordered);
        }
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
            push_number(self.out, verdict.shape, value);
            return true;
        }
        false
    }

    /// A length-delimited value that is no message, if it is what its path says. Returns whether it is.
    #[inline]
    fn content(&mut self, verdict: &Verdict, content: &[u8]) -> bool {
        let may_be = match verdict.shape {
            _ if !is_decided(verdict) => false,
            Shape::Text => return push_plain(self.out, content),
            Shape::Packed => packed_len(content, verdict.element) == content.len(),
            Shape::Bytes => {
                let is_address = verdict.sense == Sense::Address && verdict.state == State::Given;
                !is_address || matches!(content.len(), 4 | 16)
            }
            _ => false,
        };
        if may_be {
            push_content(self.out, verdict.shape, verdict.element, content);
        }
        may_be
    }

    /// The next field, which decides for itself, or is not what its path says.
    #[inline(never)]
    fn alone(&mut self, mut cursor: Cursor<'a>, up: u32, depth: u16) -> Option<()> {
        let field = cursor.next_field()?.ok()?;
        if matches!(field.wire_type, WireType::StartGroup | WireType::EndGroup) {
            return None;
        }
        self.reading.clear();
        let mut walk = Walk { reading: self.reading, paths: self.paths, payload: cursor.bytes() };
        walk.field(&mut cursor, &field, up, &mut 0, depth).ok()?;
        self.left = self.left.checked_sub(self.reading.nodes.len().saturating_sub(1))?;
        self.reading.problems.is_empty().then(|| json::push_value(self.reading, cursor.bytes(), 0, self.out))
    }
}

/// None past 4 GiB.
#[inline(always)]
fn position(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}

/// Whether values of the path are read as it says.
#[inline(always)]
fn is_decided(verdict: &Verdict) -> bool {
    !matches!(verdict.state, State::Open | State::Mixed)
}

#[inline(always)]
fn is_number(wire_type: WireType) -> bool {
    matches!(wire_type, WireType::Varint | WireType::I32 | WireType::I64)
}

#[cfg(test)]
mod tests;
