//! From one descriptor to one row of a table, which names types instead of numbering them.

use super::amendments::Amendments;
use super::tables::{Cardinality, EnumType, Field, FieldKind};
use prost_reflect::prost_types::EnumValueDescriptorProto;
use prost_reflect::{
    Cardinality as DeclaredCardinality, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind as DeclaredKind,
    Syntax,
};

/// A field that names its type and its enum; the ids in `row` are not set yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldDraft {
    pub(super) row: Field,
    pub(super) type_name: Option<String>,
}

pub(super) fn field_draft(field: &FieldDescriptor, amendments: &Amendments) -> FieldDraft {
    let declared = field.kind();
    let place = (field.parent_message().full_name().to_owned(), field.number());
    let is_group = field.is_group() || (amendments.delimited.contains(&place) && !field.is_map());
    let is_message = declared.as_message().is_some();
    let presence = field.supports_presence() && (is_message || !amendments.implicit.contains(&place));
    let cardinality = match field.cardinality() {
        DeclaredCardinality::Required => Cardinality::Required,
        DeclaredCardinality::Repeated if field.is_map() => Cardinality::Map,
        DeclaredCardinality::Repeated => Cardinality::Repeated,
        DeclaredCardinality::Optional => Cardinality::Singular,
    };
    let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
    let oneof = oneof.and_then(|oneof| oneof.path().last().and_then(|index| u32::try_from(*index).ok()));
    let package = field.parent_message().package_name();
    let value = value_text(&declared, package);
    let explicit = presence && oneof.is_none() && !is_message;
    let row = Field {
        number: field.number(),
        name: field.name().to_owned(),
        json_name: field.json_name().to_owned(),
        has_plain_names: is_plain(field.name()) && is_plain(field.json_name()),
        kind: kind(&declared, is_group),
        cardinality,
        message_type: None,
        enum_type: None,
        oneof,
        presence,
        is_extension: false,
        type_text: match (cardinality, declared.as_message()) {
            (Cardinality::Map, Some(entry)) => {
                let part =
                    |number| entry.get_field(number).map_or(String::new(), |part| value_text(&part.kind(), package));
                format!("map<{}, {}>", part(1), part(2))
            }
            (Cardinality::Repeated, _) => format!("repeated {value}"),
            (Cardinality::Required, _) => format!("required {value}"),
            _ if explicit => format!("optional {value}"),
            _ => value,
        },
    };
    FieldDraft { row, type_name: type_name(&declared) }
}

pub(super) fn extension_draft(extension: &ExtensionDescriptor, amendments: &Amendments) -> FieldDraft {
    let declared = extension.kind();
    let place = (extension.full_name().to_owned(), extension.number());
    let is_group = extension.is_group() || amendments.delimited.contains(&place);
    let value = value_text(&declared, extension.package_name());
    let row = Field {
        number: extension.number(),
        name: extension.json_name().to_owned(),
        json_name: extension.json_name().to_owned(),
        has_plain_names: is_plain(extension.json_name()),
        kind: kind(&declared, is_group),
        cardinality: if extension.is_list() { Cardinality::Repeated } else { Cardinality::Singular },
        message_type: None,
        enum_type: None,
        oneof: None,
        presence: extension.supports_presence(),
        is_extension: true,
        type_text: if extension.is_list() { format!("repeated {value}") } else { value },
    };
    FieldDraft { row, type_name: type_name(&declared) }
}

/// Whether a name is what the `.proto` language calls one, or a full name in brackets. Names for JSON may be anything.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte))
}

pub(super) fn enum_type(enumeration: &EnumDescriptor, amendments: &Amendments) -> EnumType {
    let declared = &enumeration.enum_descriptor_proto().value;
    let mut values: Vec<(i32, String)> =
        declared.iter().map(|value| (value.number(), value.name().to_owned())).collect();
    values.sort_by_key(|(number, _)| *number);
    values.dedup_by_key(|(number, _)| *number);
    EnumType {
        name: enumeration.full_name().to_owned(),
        values,
        default: declared.first().map_or(0, EnumValueDescriptorProto::number),
        is_closed: enumeration.parent_file().syntax() == Syntax::Proto2
            && !amendments.open_enums.contains(enumeration.full_name()),
        is_null: enumeration.full_name() == "google.protobuf.NullValue",
    }
}

fn kind(declared: &DeclaredKind, is_group: bool) -> FieldKind {
    match declared {
        DeclaredKind::Double => FieldKind::Double,
        DeclaredKind::Float => FieldKind::Float,
        DeclaredKind::Int32 => FieldKind::Int32,
        DeclaredKind::Int64 => FieldKind::Int64,
        DeclaredKind::Uint32 => FieldKind::Uint32,
        DeclaredKind::Uint64 => FieldKind::Uint64,
        DeclaredKind::Sint32 => FieldKind::Sint32,
        DeclaredKind::Sint64 => FieldKind::Sint64,
        DeclaredKind::Fixed32 => FieldKind::Fixed32,
        DeclaredKind::Fixed64 => FieldKind::Fixed64,
        DeclaredKind::Sfixed32 => FieldKind::Sfixed32,
        DeclaredKind::Sfixed64 => FieldKind::Sfixed64,
        DeclaredKind::Bool => FieldKind::Bool,
        DeclaredKind::String => FieldKind::String,
        DeclaredKind::Bytes => FieldKind::Bytes,
        DeclaredKind::Enum(_) => FieldKind::Enum,
        DeclaredKind::Message(_) if is_group => FieldKind::Group,
        DeclaredKind::Message(_) => FieldKind::Message,
    }
}

fn type_name(declared: &DeclaredKind) -> Option<String> {
    match declared {
        DeclaredKind::Message(message) => Some(message.full_name().to_owned()),
        DeclaredKind::Enum(enumeration) => Some(enumeration.full_name().to_owned()),
        _ => None,
    }
}

/// The type of one value for people; names of the same package without it.
fn value_text(declared: &DeclaredKind, package: &str) -> String {
    let Some(full) = type_name(declared) else {
        return kind(declared, false).as_str().to_owned();
    };
    let inside = full.strip_prefix(package).and_then(|rest| rest.strip_prefix('.'));
    inside.map_or_else(|| full.clone(), str::to_owned)
}
