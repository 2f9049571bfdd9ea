//! Why a schema cannot be loaded, in words for the person who gave it.

use crate::limits;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A schema source that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A source or an include path that does not exist.
    #[error("there is no schema at {path}", path = .path.display())]
    NotFound {
        /// Path as it was given.
        path: PathBuf,
    },
    /// A source that cannot be read.
    #[error("cannot read the schema {path}", path = .path.display())]
    Read {
        /// Path of the file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A folder without any `.proto` file.
    #[error("there is no .proto file in {path}", path = .path.display())]
    EmptyFolder {
        /// Path as it was given.
        path: PathBuf,
    },
    /// A file that the compiler refuses.
    #[error("cannot compile the schema {path}: {message}", path = .path.display())]
    Compile {
        /// Path of the source; the message names the file that is at fault, which may be an import.
        path: PathBuf,
        /// What the compiler said: `file:line:column: message` where it knows the position.
        message: String,
    },
    /// A file that should be a descriptor set and is not.
    #[error("{path} is not a descriptor set: {message}", path = .path.display())]
    DescriptorSet {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with its bytes.
        message: String,
    },
    /// A file with an edition that cannot be converted.
    #[error("{file} in {path} uses protobuf editions in a way that is not known: {reason}", path = .path.display())]
    Editions {
        /// Path of the source.
        path: PathBuf,
        /// The file in the source, as imports name it.
        file: String,
        /// The edition or feature that is not known.
        reason: String,
    },
    /// A file that lacks imports. The fields that need them are read without schema.
    #[error("{}", incomplete(path, missing, left_out))]
    Incomplete {
        /// Path of the file, or of the source that it is in.
        path: PathBuf,
        /// The file, as imports name it.
        file: String,
        /// Imports that are not found or cannot be used.
        missing: Vec<String>,
        /// Full names of the fields that are read without schema.
        left_out: Vec<String>,
    },
    /// A name that two sources define differently.
    #[error("{name} is defined differently in {first} and in {second}")]
    Conflict {
        /// Full name of the message, enum or extension.
        name: String,
        /// Source in which the name was met first.
        first: String,
        /// Source in which the definition differs.
        second: String,
    },
}

impl SchemaError {
    /// What to do about the error, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotFound { .. } => Some("paths are relative to the current folder"),
            Self::EmptyFolder { .. } => Some("give the folder that holds the .proto files, or a descriptor set"),
            Self::Compile { message, .. } if message.contains("is shadowed by") => {
                Some("an include path has another file of the same name; leave that include path out")
            }
            Self::Read { .. } | Self::Compile { .. } => None,
            Self::DescriptorSet { .. } => {
                Some("make one with `protoc --include_imports --descriptor_set_out=schema.fds FILE.proto`")
            }
            Self::Editions { .. } => Some(
                "give it as a descriptor set: `protoc --include_imports --descriptor_set_out=schema.fds FILE.proto`",
            ),
            Self::Incomplete { .. } => {
                Some("give the folder that the import is relative to (--include FOLDER; in a profile `include`)")
            }
            Self::Conflict { .. } => Some("give only one of the two, or load them in separate runs"),
        }
    }
}

fn incomplete(path: &Path, missing: &[String], left_out: &[String]) -> String {
    let mut text = path.display().to_string();
    match missing {
        [] => text.push_str(" needs what another file lost"),
        missing => {
            let _ = write!(text, " does without the import {}", list(missing));
        }
    }
    if !left_out.is_empty() {
        let _ = write!(text, "; read without schema: {}", list(left_out));
    }
    text
}

fn list(names: &[String]) -> String {
    let shown = names.get(..limits::NAMES_LISTED).unwrap_or(names).join(", ");
    match names.len().saturating_sub(limits::NAMES_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
