//! What is left of a file when some of its imports cannot be used.
//!
//! In: a descriptor, the names that are defined elsewhere. Out: the descriptor without what leans on others, and the
//! fields of which nothing but number and name is known. Those become `bytes` for the compiler and are left
//! out of the tables, so that they are read as any unknown field is.

use super::amendments::{Place, full_name};
use super::guard;
use prost_reflect::prost_types::field_descriptor_proto::Type;
use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, MessageOptions,
    UninterpretedOption,
};
use std::collections::HashSet;

/// Takes imports out that `is_usable` refuses, and everything that needs them. `is_known` tells of full names that
/// other files define. Returns the fields that are left out.
pub(super) fn mend(
    file: &mut FileDescriptorProto,
    is_usable: impl Fn(&str) -> bool,
    is_known: impl Fn(&str) -> bool,
) -> Vec<Place> {
    drop_imports(file, is_usable);
    let own: HashSet<String> = guard::type_names(file).collect();
    let is_known = |name: &str| own.contains(name) || is_known(name);
    let mut mender = Mender { is_known: &is_known, left_out: Vec::new(), broken_entries: HashSet::new() };
    let scope = file.package().to_owned();
    for message in &mut file.message_type {
        mender.message(message, &scope);
    }
    mender.extensions(&mut file.extension, &scope);
    for service in &mut file.service {
        let scope = full_name(&scope, service.name());
        service.method.retain(|method| {
            mender.resolves(method.input_type(), &scope) && mender.resolves(method.output_type(), &scope)
        });
    }
    drop_options(file);
    mender.left_out
}

/// Drops imports that are not usable, also from the lists of public and weak ones, which are indices into the list of
/// imports.
fn drop_imports(file: &mut FileDescriptorProto, is_usable: impl Fn(&str) -> bool) {
    let (mut position, mut seen) = (0, HashSet::new());
    let places: Vec<Option<i32>> = file
        .dependency
        .iter()
        .map(|name| {
            let kept = (is_usable(name) && seen.insert(name.clone())).then_some(position);
            position += i32::from(kept.is_some());
            kept
        })
        .collect();
    let moved = |index: &i32| usize::try_from(*index).ok().and_then(|index| places.get(index).copied().flatten());
    file.public_dependency = file.public_dependency.iter().filter_map(moved).collect();
    file.weak_dependency = file.weak_dependency.iter().filter_map(moved).collect();
    let mut kept = places.iter().map(Option::is_some);
    file.dependency.retain(|_| kept.next().unwrap_or_default());
}

struct Mender<'a> {
    is_known: &'a dyn Fn(&str) -> bool,
    left_out: Vec<Place>,
    /// Map entries whose value has an unknown type.
    broken_entries: HashSet<String>,
}

impl Mender<'_> {
    fn message(&mut self, message: &mut DescriptorProto, scope: &str) {
        let name = full_name(scope, message.name());
        for nested in &mut message.nested_type {
            self.message(nested, &name);
        }
        self.extensions(&mut message.extension, &name);
        let is_entry = message.options.as_ref().is_some_and(MessageOptions::map_entry);
        for field in &mut message.field {
            if field.type_name.is_none() || self.resolves(field.type_name(), &name) {
                continue;
            }
            if is_entry {
                self.broken_entries.insert(name.clone());
            } else {
                self.left_out.push((name.clone(), field.number().cast_unsigned()));
            }
            *field = FieldDescriptorProto {
                name: field.name.take(),
                json_name: field.json_name.take(),
                number: field.number,
                label: field.label,
                oneof_index: field.oneof_index,
                proto3_optional: field.proto3_optional,
                r#type: Some(Type::Bytes as i32),
                ..FieldDescriptorProto::default()
            };
        }
    }

    fn extensions(&self, extensions: &mut Vec<FieldDescriptorProto>, scope: &str) {
        extensions.retain(|extension| {
            let is_typed = extension.type_name.is_none() || self.resolves(extension.type_name(), scope);
            is_typed && self.resolves(extension.extendee(), scope)
        });
    }

    /// Whether a name that stands in `scope` is defined: from the innermost scope outwards (protobuf, "Name
    /// Resolution").
    fn resolves(&self, name: &str, scope: &str) -> bool {
        let is_known = |full: &str| (self.is_known)(full) && !self.broken_entries.contains(full);
        if let Some(full) = name.strip_prefix('.') {
            return is_known(full);
        }
        let mut scope = scope;
        loop {
            if is_known(&full_name(scope, name)) {
                return true;
            }
            if scope.is_empty() {
                return false;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }
}

/// Drops the options that extensions define: they may need an import that is gone, and say nothing of how a payload is
/// read.
fn drop_options(file: &mut FileDescriptorProto) {
    if let Some(options) = &mut file.options {
        drop_extended(&mut options.uninterpreted_option);
    }
    for service in &mut file.service {
        service.options = None;
        for method in &mut service.method {
            method.options = None;
        }
    }
    file.extension.iter_mut().for_each(drop_field_options);
    file.message_type.iter_mut().for_each(drop_message_options);
    for enumeration in &mut file.enum_type {
        drop_enum_options(enumeration);
    }
}

fn drop_message_options(message: &mut DescriptorProto) {
    if let Some(options) = &mut message.options {
        drop_extended(&mut options.uninterpreted_option);
    }
    for oneof in &mut message.oneof_decl {
        oneof.options = None;
    }
    for range in &mut message.extension_range {
        range.options = None;
    }
    message.field.iter_mut().chain(&mut message.extension).for_each(drop_field_options);
    message.enum_type.iter_mut().for_each(drop_enum_options);
    message.nested_type.iter_mut().for_each(drop_message_options);
}

fn drop_field_options(field: &mut FieldDescriptorProto) {
    if let Some(options) = &mut field.options {
        drop_extended(&mut options.uninterpreted_option);
    }
}

fn drop_enum_options(enumeration: &mut EnumDescriptorProto) {
    if let Some(options) = &mut enumeration.options {
        drop_extended(&mut options.uninterpreted_option);
    }
    for value in &mut enumeration.value {
        value.options = None;
    }
}

fn drop_extended(options: &mut Vec<UninterpretedOption>) {
    options.retain(|option| option.name.iter().all(|part| !part.is_extension));
}
