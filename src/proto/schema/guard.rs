//! What is checked of a file before the compiler sees it, because the compiler would not survive it well.
//!
//! prost-reflect panics on a syntax that it does not know, and takes time in the square of the number of names that
//! are defined twice.

use prost_reflect::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use std::collections::HashSet;
use std::fmt;

/// Names defined twice in one file that are left to the compiler, which tells their lines.
const DUPLICATES: usize = 16;

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

/// Whether the file uses `edition = …`, or anything else that is not proto2 or proto3.
pub(super) fn uses_editions(file: &FileDescriptorProto) -> bool {
    !matches!(file.syntax(), "" | "proto2" | "proto3")
}

/// Whether the text of a file declares an edition; the compiler only says that it did not expect the word.
pub(super) fn declares_edition(text: &str) -> bool {
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("edition"))
        .any(|rest| rest.trim_start().starts_with('='))
}

/// Refuses a file with many names that are defined twice.
pub(super) fn check(file: &FileDescriptorProto) -> Result<(), Refusal> {
    if uses_editions(file) {
        return Err(Refusal(format!("{} has the unknown syntax '{}'", file.name(), file.syntax())));
    }
    let mut names = Names::default();
    names.scope(String::new(), &file.message_type, &file.enum_type);
    match names.first_duplicate {
        Some(name) if names.duplicates > DUPLICATES => {
            Err(Refusal(format!("{} defines {} names twice, the first is '{name}'", file.name(), names.duplicates)))
        }
        _ => Ok(()),
    }
}

#[derive(Default)]
struct Names {
    seen: HashSet<String>,
    duplicates: usize,
    first_duplicate: Option<String>,
}

impl Names {
    fn scope(&mut self, prefix: String, messages: &[DescriptorProto], enums: &[EnumDescriptorProto]) {
        let mut open = vec![(prefix, messages, enums)];
        while let Some((prefix, messages, enums)) = open.pop() {
            for enumeration in enums {
                self.add(format!("{prefix}{}", enumeration.name()));
                for value in &enumeration.value {
                    self.add(format!("{prefix}{}", value.name()));
                }
            }
            for message in messages {
                let name = format!("{prefix}{}", message.name());
                if !self.add(name.clone()) {
                    continue;
                }
                for field in &message.field {
                    self.add(format!("{name}.{}", field.name()));
                }
                open.push((format!("{name}."), &message.nested_type, &message.enum_type));
            }
        }
    }

    /// Whether the name is new.
    fn add(&mut self, name: String) -> bool {
        let is_new = !self.seen.contains(&name);
        if is_new {
            self.seen.insert(name);
        } else {
            self.duplicates += 1;
            self.first_duplicate.get_or_insert(name);
        }
        is_new
    }
}
