//! What is checked of a file before the compiler sees it, because the compiler would not survive it well.
//!
//! prost-reflect panics on a syntax that it does not know, and takes time in the square of the number of names that
//! are defined twice.

use super::amendments::full_name;
use crate::limits;
use prost_reflect::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use std::collections::HashSet;
use std::fmt;

/// Why a file is not passed on.
#[derive(PartialEq, Eq)]
pub(super) struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// Refuses a file with many names that are defined twice.
pub(super) fn check(file: &FileDescriptorProto) -> Result<(), Refusal> {
    if !matches!(file.syntax(), "" | "proto2" | "proto3") {
        return Err(Refusal(format!("{} has the unknown syntax '{}'", file.name(), file.syntax())));
    }
    let (mut seen, mut twice) = (HashSet::new(), 0);
    let mut first = None;
    // Of a message that comes twice, the fields do so anyway.
    let mut met = HashSet::new();
    let new = messages(file).into_iter().filter(|(name, _)| met.insert(name.clone()));
    let fields = new.flat_map(|(name, message)| {
        message.field.iter().map(move |field| full_name(&name, field.name())).collect::<Vec<_>>()
    });
    for name in names(file).chain(fields) {
        if seen.contains(&name) {
            twice += 1;
            first.get_or_insert(name);
        } else {
            seen.insert(name);
        }
    }
    match first {
        Some(name) if twice > limits::DUPLICATES => {
            Err(Refusal(format!("{} defines {twice} names twice, the first is '{name}'", file.name())))
        }
        _ => Ok(()),
    }
}

/// Full names of all messages and enums of a file.
pub(super) fn type_names(file: &FileDescriptorProto) -> impl Iterator<Item = String> {
    let messages = messages(file);
    let enums: Vec<String> = enums(file, &messages).into_iter().map(|(name, ..)| name).collect();
    messages.into_iter().map(|(name, _)| name).chain(enums)
}

/// Full names of everything that a file defines at its top or inside a message, but fields.
pub(super) fn names(file: &FileDescriptorProto) -> impl Iterator<Item = String> {
    let messages = messages(file);
    let mut names = Vec::new();
    for (name, scope, enumeration) in enums(file, &messages) {
        names.extend(enumeration.value.iter().map(|value| full_name(&scope, value.name())));
        names.push(name);
    }
    let inner = messages.iter().flat_map(|(name, message)| message.extension.iter().map(move |field| (&**name, field)));
    let extensions = file.extension.iter().map(|field| (file.package(), field)).chain(inner);
    names.extend(extensions.map(|(scope, field)| full_name(scope, field.name())));
    names.extend(file.service.iter().map(|service| full_name(file.package(), service.name())));
    messages.into_iter().map(|(name, _)| name).chain(names)
}

/// All messages by their full names.
fn messages(file: &FileDescriptorProto) -> Vec<(String, &DescriptorProto)> {
    let mut found: Vec<(String, &DescriptorProto)> =
        file.message_type.iter().map(|message| (full_name(file.package(), message.name()), message)).collect();
    let mut next = 0;
    while let Some((name, message)) = found.get(next) {
        let nested: Vec<_> = message.nested_type.iter().map(|inner| (full_name(name, inner.name()), inner)).collect();
        found.extend(nested);
        next += 1;
    }
    found
}

/// All enums: full name, the scope of the name and of its values, the enum.
fn enums<'a>(
    file: &'a FileDescriptorProto,
    messages: &[(String, &'a DescriptorProto)],
) -> Vec<(String, String, &'a EnumDescriptorProto)> {
    let inner = messages.iter().flat_map(|(name, message)| message.enum_type.iter().map(move |inner| (&**name, inner)));
    let all = file.enum_type.iter().map(|top| (file.package(), top)).chain(inner);
    all.map(|(scope, found)| (full_name(scope, found.name()), scope.to_owned(), found)).collect()
}
