//! What a value that has the right encoding may still have wrong.

use super::super::schema::{Field, FieldKind, Schema};
use super::super::wire::decode_varint;
use super::super::{ProblemKind, WireType};

/// What is wrong with a varint of a declared field, if anything.
pub(in crate::proto) fn value(schema: &Schema, field: &Field, value: u64) -> Option<ProblemKind> {
    if !field.kind.holds(value) {
        return Some(ProblemKind::OutOfRange);
    }
    if field.kind != FieldKind::Enum {
        return None;
    }
    let closed = field.enum_type.and_then(|id| schema.enum_type(id)).filter(|enumeration| enumeration.is_closed)?;
    closed.value_name(low32(value)).is_none().then_some(ProblemKind::UnknownEnumValue)
}

/// The low 32 bits, as decoders read an `int32` or an enum.
#[expect(clippy::cast_possible_truncation, reason = "what is above is cut, as the encoding says")]
pub(in crate::proto) const fn low32(value: u64) -> i32 {
    value as i32
}

/// What is wrong with the elements of a packed list, each kind once.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::proto) struct ElementProblems {
    overlong: bool,
    out_of_range: bool,
    unknown_enum_value: bool,
}

impl ElementProblems {
    pub(in crate::proto) fn kinds(self) -> impl Iterator<Item = ProblemKind> {
        let kinds = [
            (self.overlong, ProblemKind::OverlongVarint),
            (self.out_of_range, ProblemKind::OutOfRange),
            (self.unknown_enum_value, ProblemKind::UnknownEnumValue),
        ];
        kinds.into_iter().filter_map(|(is_met, kind)| is_met.then_some(kind))
    }
}

/// Looks at all elements of a packed list.
///
/// # Errors
///
/// If the content is not a whole number of elements.
pub(in crate::proto) fn elements(
    schema: &Schema,
    field: &Field,
    content: &[u8],
) -> Result<ElementProblems, ProblemKind> {
    let width = match field.kind.wire_type() {
        WireType::I32 => 4,
        WireType::I64 => 8,
        _ => return varints(schema, field, content),
    };
    if content.len().is_multiple_of(width) { Ok(ElementProblems::default()) } else { Err(ProblemKind::Truncated) }
}

fn varints(schema: &Schema, field: &Field, mut content: &[u8]) -> Result<ElementProblems, ProblemKind> {
    let mut problems = ElementProblems::default();
    while !content.is_empty() {
        let Some((number, len)) = decode_varint(content) else {
            let is_cut = content.len() < 10 && content.iter().all(|byte| byte & 0x80 != 0);
            return Err(if is_cut { ProblemKind::Truncated } else { ProblemKind::BadVarint });
        };
        problems.overlong |= len > 1 && content.get(len - 1) == Some(&0);
        match value(schema, field, number) {
            Some(ProblemKind::OutOfRange) => problems.out_of_range = true,
            Some(_) => problems.unknown_enum_value = true,
            None => {}
        }
        content = content.get(len..).unwrap_or_default();
    }
    Ok(problems)
}
