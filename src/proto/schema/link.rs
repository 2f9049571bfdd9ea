//! From drafts to tables: names become indexes.

use super::SchemaError;
use super::check::Check;
use super::compile::Drafts;
use super::draft::FieldDraft;
use super::lookup::Schema;
use super::tables::{Cardinality, EnumId, Field, FieldKind, MessageType, TypeId, WellKnown};
use crate::limits;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

/// Field number from which on fields are no longer found by one array read. Numbers up to 15 take one byte on the wire;
/// generated schemas seldom pass 64.
const SMALL_NUMBERS: u32 = 64;

/// The schema of all drafts.
pub(super) fn link(drafts: Drafts, warnings: Vec<SchemaError>) -> Schema {
    let by_name: HashMap<String, TypeId> =
        (0..).zip(&drafts.types).map(|(index, draft)| (draft.name.clone(), TypeId(index))).collect();
    let enums_by_name: HashMap<String, EnumId> =
        (0..).zip(&drafts.enums).map(|(index, draft)| (draft.name.clone(), EnumId(index))).collect();
    let mut extensions: HashMap<String, Vec<FieldDraft>> = HashMap::new();
    for (extended, draft) in drafts.extensions {
        extensions.entry(extended).or_default().push(draft);
    }
    let used = used_types(&drafts.types);
    let mut schema = Schema { enums: drafts.enums, warnings, ..Schema::default() };
    for mut draft in drafts.types {
        draft.fields.extend(extensions.remove(&draft.name).unwrap_or_default());
        draft.fields.sort_by_key(|field| field.row.number);
        let start = len32(&schema.fields);
        schema.fields.extend(draft.fields.into_iter().map(|field| resolve(field, &by_name, &enums_by_name)));
        let fields = start..len32(&schema.fields);
        let small_numbers = add_small_numbers(&mut schema, fields.clone());
        let own = schema.fields.get(fields.start as usize..).unwrap_or_default();
        schema.types.push(MessageType {
            is_root: !used.contains(&draft.name) || drafts.method_types.contains(&draft.name),
            well_known: WellKnown::by_name(&draft.name),
            structure: 0,
            required_count: own.iter().map(|field| u32::from(field.cardinality == Cardinality::Required)).sum(),
            small_tags: own.iter().fold(0, |tags, field| tags | field.small_tags()),
            wrong_small_tags: own.iter().fold(0, |tags, field| tags | field.wrong_small_tags()),
            has_oneof: own.iter().any(|field| field.oneof.is_some()),
            name: draft.name.into(),
            fields,
            small_numbers_start: small_numbers.start,
            small_numbers_len: small_numbers.end - small_numbers.start,
            is_map_entry: draft.is_map_entry,
        });
    }
    schema.by_name = by_name;
    set_structures(&mut schema);
    schema
}

/// Numbers the structures of all types. Every round looks one level deeper.
fn set_structures(schema: &mut Schema) {
    for _ in 0..limits::STRUCTURE_LEVELS {
        let of_type = |id: TypeId| schema.message(id).map_or(0, |message| message.structure);
        let of_field = |field: &Field, hasher: &mut DefaultHasher| {
            (field.number, field.kind, field.cardinality, field.presence).hash(hasher);
            field.enum_type.and_then(|id| schema.enum_type(id)).map(|of| of.values.len()).hash(hasher);
            field.message_type.map(of_type).hash(hasher);
        };
        let ids = (0..len32(&schema.types)).map(TypeId);
        let structures: Vec<u64> = ids
            .map(|id| {
                let mut hasher = DefaultHasher::new();
                schema.fields_of(id).iter().for_each(|field| of_field(field, &mut hasher));
                hasher.finish()
            })
            .collect();
        for (message, structure) in schema.types.iter_mut().zip(structures) {
            message.structure = structure;
        }
    }
}

fn used_types(types: &[super::compile::TypeDraft]) -> HashSet<String> {
    types
        .iter()
        .flat_map(|draft| {
            draft.fields.iter().filter_map(|field| field.type_name.clone()).filter(|name| *name != draft.name)
        })
        .collect()
}

fn resolve(draft: FieldDraft, types: &HashMap<String, TypeId>, enums: &HashMap<String, EnumId>) -> Field {
    let mut field = draft.row;
    match (field.kind, draft.type_name) {
        (FieldKind::Enum, Some(name)) => field.enum_type = enums.get(&name).copied(),
        (_, Some(name)) => field.message_type = types.get(&name).copied(),
        (_, None) => {}
    }
    field
}

/// Adds the part of a type, whose fields are the last ones, to the table of small numbers, and gives its range there.
fn add_small_numbers(schema: &mut Schema, fields: Range<u32>) -> Range<u32> {
    let start = len32(&schema.small_numbers);
    let rows = schema.fields.get(fields.start as usize..).unwrap_or_default();
    let small = || rows.iter().map(|field| field.number).filter(|number| *number < SMALL_NUMBERS);
    let len = small().max().map_or(0, |number| number + 1);
    schema.small_numbers.resize((start + len) as usize, 0);
    schema.small_checks.resize((start + len) as usize, Check::NO_FIELD);
    for ((number, index), row) in small().zip(fields.start..).zip(rows) {
        let at = (start + number) as usize;
        if let Some((slot, check)) = schema.small_numbers.get_mut(at).zip(schema.small_checks.get_mut(at)) {
            *slot = index + 1;
            *check = Check::of(row, &schema.enums);
        }
    }
    start..start + len
}

fn len32<T>(rows: &[T]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}
