//! The drafts of all sources, joined.
//!
//! Drafts of several sources are joined here: what two sources define alike is one type, what they define
//! differently is an error. protobuf's own types are exempt: their files differ between releases, and the first wins.

use super::SchemaError;
use super::amendments::Amendments;
use super::draft::{FieldDraft, enum_type, extension_draft, field_draft};
use super::tables::EnumType;
use prost_reflect::{DescriptorPool, EnumDescriptor, ExtensionDescriptor, MessageDescriptor};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Where files come from, as errors say it.
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

#[derive(Debug)]
pub(super) struct TypeDraft {
    pub(super) name: String,
    pub(super) fields: Vec<FieldDraft>,
    pub(super) is_map_entry: bool,
    /// Whether some fields of the type are left out.
    is_partial: bool,
    origin: String,
}

/// All that was compiled so far.
#[derive(Default)]
pub(super) struct Drafts {
    pub(super) types: Vec<TypeDraft>,
    pub(super) enums: Vec<EnumType>,
    /// Extensions, each with the full name of the type that it extends.
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
    pub(super) fn add(
        &mut self,
        pool: &DescriptorPool,
        amendments: &Amendments,
        origin: Origin<'_>,
    ) -> Result<(), SchemaError> {
        for file in pool.files() {
            let label = origin.of(file.name());
            for enumeration in file.enums() {
                self.add_enum(&enumeration, amendments, &label)?;
            }
            let mut open: Vec<MessageDescriptor> = file.messages().collect();
            open.reverse();
            while let Some(message) = open.pop() {
                self.add_type(&message, amendments, &label)?;
                for enumeration in message.child_enums() {
                    self.add_enum(&enumeration, amendments, &label)?;
                }
                let children = open.len();
                open.extend(message.child_messages());
                open.get_mut(children..).unwrap_or_default().reverse();
            }
        }
        for extension in pool.all_extensions() {
            self.add_extension(&extension, amendments, &origin.of(extension.parent_file().name()))?;
        }
        for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            self.method_types.insert(method.input().full_name().to_owned());
            self.method_types.insert(method.output().full_name().to_owned());
        }
        Ok(())
    }

    /// Whether there is an `Any`, which may hold any of the well-known types.
    pub(super) fn needs_well_known(&self) -> bool {
        self.type_index.contains_key("google.protobuf.Any")
    }

    fn add_type(
        &mut self,
        message: &MessageDescriptor,
        amendments: &Amendments,
        origin: &str,
    ) -> Result<(), SchemaError> {
        let name = message.full_name().to_owned();
        let place = |number| (name.clone(), number);
        let known = message.fields().filter(|field| !amendments.left_out.contains(&place(field.number())));
        let mut fields: Vec<FieldDraft> = known.map(|field| field_draft(&field, amendments)).collect();
        fields.sort_by_key(|field| field.row.number);
        let is_partial = fields.len() < message.fields().len();
        let draft =
            TypeDraft { name, fields, is_map_entry: message.is_map_entry(), is_partial, origin: origin.to_owned() };
        let Some(earlier) = self.type_index.get(&draft.name).and_then(|index| self.types.get_mut(*index)) else {
            self.type_index.insert(draft.name.clone(), self.types.len());
            self.types.push(draft);
            return Ok(());
        };
        if !earlier.agrees(&draft) {
            return conflict(&draft.name, &earlier.origin, origin);
        }
        if earlier.is_partial && draft.fields.len() > earlier.fields.len() {
            *earlier = draft;
        }
        Ok(())
    }

    fn add_enum(
        &mut self,
        enumeration: &EnumDescriptor,
        amendments: &Amendments,
        origin: &str,
    ) -> Result<(), SchemaError> {
        let draft = enum_type(enumeration, amendments);
        if let Some((index, earlier)) = self.enum_index.get(&draft.name) {
            let is_same = self.enums.get(*index) == Some(&draft);
            return if is_same { Ok(()) } else { conflict(&draft.name, earlier, origin) };
        }
        self.enum_index.insert(draft.name.clone(), (self.enums.len(), origin.to_owned()));
        self.enums.push(draft);
        Ok(())
    }

    fn add_extension(
        &mut self,
        extension: &ExtensionDescriptor,
        amendments: &Amendments,
        origin: &str,
    ) -> Result<(), SchemaError> {
        let extended = extension.containing_message().full_name().to_owned();
        let draft = extension_draft(extension, amendments);
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

impl TypeDraft {
    /// Whether two drafts can be of one type: what both have is alike, and what one lacks was left out of it.
    fn agrees(&self, other: &Self) -> bool {
        let has = |fields: &[FieldDraft], field: &FieldDraft| {
            let same = fields.iter().find(|same| same.row.number == field.row.number);
            same.map(|same| same == field)
        };
        self.fields.iter().all(|field| has(&other.fields, field).unwrap_or(other.is_partial))
            && other.fields.iter().all(|field| has(&self.fields, field).unwrap_or(self.is_partial))
    }
}

fn conflict(name: &str, first: &str, second: &str) -> Result<(), SchemaError> {
    if name.starts_with("google.protobuf.") {
        return Ok(());
    }
    Err(SchemaError::Conflict { name: name.to_owned(), first: first.to_owned(), second: second.to_owned() })
}
