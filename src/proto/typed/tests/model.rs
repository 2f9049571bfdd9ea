//! What a slow reader sees that is written down as the wire format and the schema say it, without the walk, its cursor
//! and its tables. It tells all that a type says of a payload, once and in full; who refuses what is asked of it
//! afterwards.

use crate::limits;
use crate::proto::schema::{Cardinality, Field, FieldKind, TypeId};
use crate::proto::wire::MAX_NUMBER;
use crate::proto::{ProblemKind, Schema, WireType};
use std::ops::Range;

/// All that is to be seen in a payload.
pub(super) struct Model<'a> {
    schema: &'a Schema,
    payload: &'a [u8],
    /// Depth, number, start and end of each field that is as declared, in the order of the bytes.
    pub(super) declared: Vec<(u16, u32, usize, usize)>,
    /// Where the fields are that are not; what is inside of them nobody says here.
    pub(super) undeclared: Vec<Range<usize>>,
    pub(super) problems: Vec<(usize, ProblemKind)>,
    /// Whether an element of a list is longer than it needs to be.
    pub(super) has_overlong_element: bool,
    /// There is a group that is not declared: what is behind it is not known.
    pub(super) is_vague: bool,
}

/// One field on the wire.
struct Raw {
    number: u32,
    wire_type: u64,
    is_overlong: bool,
    value_start: usize,
    end: usize,
    value: u64,
}

enum Ended {
    /// Behind this byte.
    At(usize),
    Broken,
}

impl<'a> Model<'a> {
    pub(super) fn of(schema: &'a Schema, id: TypeId, payload: &'a [u8]) -> Self {
        let (declared, undeclared, problems) = (Vec::new(), Vec::new(), Vec::new());
        let mut model =
            Self { schema, payload, declared, undeclared, problems, has_overlong_element: false, is_vague: false };
        model.message(0..payload.len(), id, 0, None);
        model.problems.sort_unstable();
        model
    }

    fn message(&mut self, content: Range<usize>, id: TypeId, depth: u16, group: Option<u32>) -> Ended {
        let (mut at, mut came) = (content.start, Vec::new());
        let ended = loop {
            if at == content.end && group.is_none() {
                break Ended::At(at);
            }
            if at == content.end {
                self.problems.push((content.start, ProblemKind::BadGroup));
                break Ended::Broken;
            }
            let raw = match field_at(&self.payload[..content.end], at) {
                Ok(raw) => raw,
                Err(problem) => {
                    self.problems.push(problem);
                    break Ended::Broken;
                }
            };
            if raw.wire_type == 4 && group == Some(raw.number) {
                break Ended::At(raw.end);
            }
            if raw.wire_type == 4 {
                self.problems.push((at, ProblemKind::BadGroup));
                break Ended::Broken;
            }
            came.push(raw.number);
            match self.field(at, &raw, content.end, id, depth) {
                Ended::At(end) => at = end,
                Ended::Broken => break Ended::Broken,
            }
        };
        let fields = self.schema.fields_of(id).iter();
        for field in fields.filter(|field| field.cardinality == Cardinality::Required && !came.contains(&field.number))
        {
            self.problems.push((content.start, ProblemKind::MissingRequired));
            assert!(field.number > 0);
        }
        ended
    }

    fn field(&mut self, start: usize, raw: &Raw, end_of_message: usize, id: TypeId, depth: u16) -> Ended {
        let row = self.schema.fields_of(id).iter().find(|field| field.number == raw.number);
        let is_packed = raw.wire_type == 2 && row.is_some_and(Field::is_packable);
        let Some(row) = row.filter(|row| row.kind.wire_type() as u64 == raw.wire_type || is_packed) else {
            if row.is_some() {
                self.problems.push((start, ProblemKind::WrongWireType));
            }
            self.is_vague |= raw.wire_type == WireType::StartGroup as u64;
            self.undeclared.push(start..raw.end);
            return if self.is_vague { Ended::Broken } else { Ended::At(raw.end) };
        };
        if raw.is_overlong {
            self.problems.push((start, ProblemKind::OverlongVarint));
        }
        let is_too_deep = depth >= limits::DEPTH && matches!(row.kind, FieldKind::Message | FieldKind::Group);
        if is_too_deep {
            self.problems.push((start, ProblemKind::TooDeep));
        }
        if is_too_deep && row.kind == FieldKind::Group {
            return Ended::Broken;
        }
        let index = self.declared.len();
        self.declared.push((depth, raw.number, start, raw.end));
        let content = raw.value_start..raw.end;
        match row.kind {
            _ if is_too_deep => {}
            _ if is_packed => self.packed(row, content),
            FieldKind::Message => {
                self.message(content, row.message_type.unwrap(), depth + 1, None);
            }
            FieldKind::Group => {
                let inside = raw.end..end_of_message;
                let ended = self.message(inside, row.message_type.unwrap(), depth + 1, Some(raw.number));
                self.declared[index].3 = if let Ended::At(end) = ended { end } else { end_of_message };
                return ended;
            }
            FieldKind::String if std::str::from_utf8(&self.payload[content.clone()]).is_err() => {
                self.problems.push((raw.value_start, ProblemKind::BadUtf8));
            }
            _ if raw.wire_type == 0 => {
                self.problems.extend(self.wrong(row, raw.value).map(|kind| (raw.value_start, kind)));
            }
            _ => {}
        }
        Ended::At(raw.end)
    }

    fn packed(&mut self, row: &Field, content: Range<usize>) {
        let (start, bytes) = (content.start, &self.payload[content]);
        if let width @ (4 | 8) = [0, 8, 0, 0, 0, 4][row.kind.wire_type() as usize] {
            self.problems.extend((bytes.len() % width != 0).then_some((start, ProblemKind::Truncated)));
            return;
        }
        let (mut at, mut kinds) = (0, Vec::new());
        while at < bytes.len() {
            match varint_at(bytes, at) {
                Err((_, kind)) => {
                    // How far the list goes is not known, and so it has no elements that could be wrong.
                    self.problems.push((start, kind));
                    return;
                }
                Ok((value, end, is_overlong)) => {
                    kinds.extend(is_overlong.then_some(ProblemKind::OverlongVarint));
                    kinds.extend(self.wrong(row, value));
                    self.has_overlong_element |= is_overlong;
                    at = end;
                }
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        self.problems.extend(kinds.into_iter().map(|kind| (start, kind)));
    }

    /// What is wrong with a varint as a value.
    fn wrong(&self, row: &Field, value: u64) -> Option<ProblemKind> {
        let signed = value.cast_signed();
        let holds = match row.kind {
            FieldKind::Int32 | FieldKind::Enum => (i64::from(i32::MIN)..=i64::from(i32::MAX)).contains(&signed),
            FieldKind::Uint32 | FieldKind::Sint32 => value < 1 << 32,
            FieldKind::Bool => value < 2,
            _ => true,
        };
        if !holds {
            return Some(ProblemKind::OutOfRange);
        }
        let of = self.schema.enum_type(row.enum_type?).unwrap();
        let is_named = of.values.iter().any(|(number, _)| i64::from(*number) == signed);
        (of.is_closed && !is_named).then_some(ProblemKind::UnknownEnumValue)
    }
}

fn field_at(payload: &[u8], at: usize) -> Result<Raw, (usize, ProblemKind)> {
    let (tag, value_at, is_tag_overlong) = varint_at(payload, at)?;
    let (number, wire_type) = (tag >> 3, tag & 7);
    if number == 0 || number > MAX_NUMBER.into() || wire_type > 5 {
        return Err((at, ProblemKind::BadTag));
    }
    let left = payload.len() - value_at;
    let (value, len, value_start, is_overlong) = match wire_type {
        0 => {
            let (value, end, is_overlong) = varint_at(payload, value_at)?;
            (value, end - value_at, value_at, is_overlong)
        }
        1 => (0, 8, value_at, false),
        5 => (0, 4, value_at, false),
        2 => {
            let (len, start, is_overlong) = varint_at(payload, value_at)?;
            (0, usize::try_from(len).unwrap_or(usize::MAX), start, is_overlong)
        }
        _ => (0, 0, value_at, false),
    };
    if len > left - (value_start - value_at) {
        return Err((value_at, ProblemKind::Truncated));
    }
    let (number, end) = (u32::try_from(number).unwrap(), value_start + len);
    Ok(Raw { number, wire_type, is_overlong: is_tag_overlong || is_overlong, value_start, end, value })
}

/// The value, where it ends, and whether it has more bytes than it needs.
fn varint_at(payload: &[u8], at: usize) -> Result<(u64, usize, bool), (usize, ProblemKind)> {
    let bytes = &payload[at..];
    let Some(last) = bytes.iter().take(10).position(|byte| byte & 0x80 == 0) else {
        return Err((at, if bytes.len() < 10 { ProblemKind::Truncated } else { ProblemKind::BadVarint }));
    };
    let sum = (0..=last).map(|index| u128::from(bytes[index] & 0x7f) << (7 * index)).sum::<u128>();
    let value = u64::try_from(sum).map_err(|_| (at, ProblemKind::BadVarint))?;
    Ok((value, at + last + 1, last > 0 && bytes[last] == 0))
}
