//! From compiled files to drafts of table rows, which name types instead of numbering them.
//!
//! Drafts of several sources are joined here: what two sources define alike is one type, what they define
//! differently is an error. protobuf's own types are exempt: their files differ between releases, and the first wins.

use super::super::json;
use super::tables::{Cardinality, EnumType, Field, Kind};
use super::{Schema, SchemaError, link};
use prost_reflect::prost_types::EnumValueDescriptorProto;
use prost_reflect::{
    Cardinality as DeclaredCardinality, DescriptorPool, EnumDescriptor, ExtensionDescriptor, FieldDescriptor,
    Kind as DeclaredKind, MessageDescriptor, Syntax,
};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Where files come from, for people.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) source: &'a Path,
}

impl Origin<'_> {
    fn of(self, file: &str) -> String {
        let source = self.source.display();
        if self.source.ends_with(file) { source.to_string() } else { format!("{file} (in {source})") }
    }
}

/// A field that names its type and its enum; the ids in `row` are not set yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldDraft {
    pub(super) row: Field,
    pub(super) type_name: Option<String>,
}

#[derive(Debug)]
pub(super) struct TypeDraft {
    pub(super) name: String,
    pub(super) fields: Vec<FieldDraft>,
    pub(super) is_map_entry: bool,
    origin: String,
}

/// All that was compiled so far.
#[derive(Default)]
pub(super) struct Drafts {
    pub(super) types: Vec<TypeDraft>,
    pub(super) enums: Vec<EnumType>,
    /// Full name of the extended type, the extension.
    pub(super) extensions: Vec<(String, FieldDraft)>,
    /// Types that are the input or output of a method.
    pub(super) method_types: HashSet<String>,
    type_index: HashMap<String, usize>,
    enum_index: HashMap<String, (usize, String)>,
    extension_index: HashMap<(String, u32), (usize, String)>,
}

impl Drafts {
    /// Adds everything in a pool.
    ///
    /// # Errors
    ///
    /// If it defines a name differently than an earlier one.
    pub(super) fn add(&mut self, pool: &DescriptorPool, origin: Origin<'_>) -> Result<(), SchemaError> {
        for file in pool.files() {
            let label = origin.of(file.name());
            for enumeration in file.enums() {
                self.add_enum(&enumeration, &label)?;
            }
            let mut open: Vec<MessageDescriptor> = file.messages().collect();
            open.reverse();
            while let Some(message) = open.pop() {
                self.add_type(&message, &label)?;
                for enumeration in message.child_enums() {
                    self.add_enum(&enumeration, &label)?;
                }
                let children = open.len();
                open.extend(message.child_messages());
                open.get_mut(children..).unwrap_or_default().reverse();
            }
        }
        for extension in pool.all_extensions() {
            self.add_extension(&extension, &origin.of(extension.parent_file().name()))?;
        }
        for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            self.method_types.insert(method.input().full_name().to_owned());
            self.method_types.insert(method.output().full_name().to_owned());
        }
        Ok(())
    }

    /// The schema of all drafts.
    pub(super) fn link(self, warnings: Vec<SchemaError>) -> Schema {
        link::link(self, warnings)
    }

    fn add_type(&mut self, message: &MessageDescriptor, origin: &str) -> Result<(), SchemaError> {
        let name = message.full_name().to_owned();
        let mut fields: Vec<FieldDraft> = message.fields().map(|field| field_draft(&field)).collect();
        fields.sort_by_key(|field| field.row.number);
        if let Some(earlier) = self.type_index.get(&name).and_then(|index| self.types.get(*index)) {
            return if earlier.fields == fields { Ok(()) } else { conflict(&name, &earlier.origin, origin) };
        }
        self.type_index.insert(name.clone(), self.types.len());
        self.types.push(TypeDraft { name, fields, is_map_entry: message.is_map_entry(), origin: origin.to_owned() });
        Ok(())
    }

    fn add_enum(&mut self, enumeration: &EnumDescriptor, origin: &str) -> Result<(), SchemaError> {
        let draft = enum_type(enumeration);
        if let Some((index, earlier)) = self.enum_index.get(&draft.name) {
            let is_same = self.enums.get(*index) == Some(&draft);
            return if is_same { Ok(()) } else { conflict(&draft.name, earlier, origin) };
        }
        self.enum_index.insert(draft.name.clone(), (self.enums.len(), origin.to_owned()));
        self.enums.push(draft);
        Ok(())
    }

    fn add_extension(&mut self, extension: &ExtensionDescriptor, origin: &str) -> Result<(), SchemaError> {
        let extended = extension.containing_message().full_name().to_owned();
        let draft = extension_draft(extension);
        let key = (extended.clone(), draft.row.number);
        if let Some((index, earlier)) = self.extension_index.get(&key) {
            let is_same = self.extensions.get(*index).is_some_and(|(_, same)| *same == draft);
            return if is_same { Ok(()) } else { conflict(extension.full_name(), earlier, origin) };
        }
        self.extension_index.insert(key, (self.extensions.len(), origin.to_owned()));
        self.extensions.push((extended, draft));
        Ok(())
    }
}

fn conflict(name: &str, first: &str, second: &str) -> Result<(), SchemaError> {
    if name.starts_with("google.protobuf.") {
        return Ok(());
    }
    Err(SchemaError::Conflict { name: name.to_owned(), first: first.to_owned(), second: second.to_owned() })
}

fn field_draft(field: &FieldDescriptor) -> FieldDraft {
    let declared = field.kind();
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
    let explicit = field.supports_presence() && oneof.is_none() && declared.as_message().is_none();
    let row = Field {
        number: field.number(),
        name: field.name().to_owned(),
        json_name: field.json_name().to_owned(),
        json_key: json_key(field.json_name()),
        kind: kind(&declared, field.is_group()),
        cardinality,
        message_type: None,
        enum_type: None,
        oneof,
        presence: field.supports_presence(),
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

fn extension_draft(extension: &ExtensionDescriptor) -> FieldDraft {
    let declared = extension.kind();
    let value = value_text(&declared, extension.package_name());
    let row = Field {
        number: extension.number(),
        name: extension.json_name().to_owned(),
        json_name: extension.json_name().to_owned(),
        json_key: json_key(extension.json_name()),
        kind: kind(&declared, extension.is_group()),
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

fn json_key(name: &str) -> Box<[u8]> {
    let mut key = Vec::new();
    json::push_string(&mut key, name);
    key.push(b':');
    key.into()
}

fn enum_type(enumeration: &EnumDescriptor) -> EnumType {
    let declared = &enumeration.enum_descriptor_proto().value;
    let mut values: Vec<(i32, String)> =
        declared.iter().map(|value| (value.number(), value.name().to_owned())).collect();
    values.sort_by_key(|(number, _)| *number);
    values.dedup_by_key(|(number, _)| *number);
    EnumType {
        name: enumeration.full_name().to_owned(),
        values,
        default: declared.first().map_or(0, EnumValueDescriptorProto::number),
        is_closed: enumeration.parent_file().syntax() == Syntax::Proto2,
        is_null: enumeration.full_name() == "google.protobuf.NullValue",
    }
}

fn kind(declared: &DeclaredKind, is_group: bool) -> Kind {
    match declared {
        DeclaredKind::Double => Kind::Double,
        DeclaredKind::Float => Kind::Float,
        DeclaredKind::Int32 => Kind::Int32,
        DeclaredKind::Int64 => Kind::Int64,
        DeclaredKind::Uint32 => Kind::Uint32,
        DeclaredKind::Uint64 => Kind::Uint64,
        DeclaredKind::Sint32 => Kind::Sint32,
        DeclaredKind::Sint64 => Kind::Sint64,
        DeclaredKind::Fixed32 => Kind::Fixed32,
        DeclaredKind::Fixed64 => Kind::Fixed64,
        DeclaredKind::Sfixed32 => Kind::Sfixed32,
        DeclaredKind::Sfixed64 => Kind::Sfixed64,
        DeclaredKind::Bool => Kind::Bool,
        DeclaredKind::String => Kind::String,
        DeclaredKind::Bytes => Kind::Bytes,
        DeclaredKind::Enum(_) => Kind::Enum,
        DeclaredKind::Message(_) if is_group => Kind::Group,
        DeclaredKind::Message(_) => Kind::Message,
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
