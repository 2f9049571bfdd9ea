//! Where files are found by the names under which others import them.
//!
//! In: a name such as `google/protobuf/any.proto`. Out: the file as the compiler takes it, with [`Amendments`]. Not
//! responsible for what a file needs of others.

use super::amendments::Amendments;
use super::editions::{self, Unsupported};
use super::sets::Set;
use super::{SchemaError, guard};
use protox::file::{File, FileResolver as _, GoogleFileResolver, IncludeFileResolver};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{fs, path};

/// A file that was found.
pub(super) struct Found {
    pub(super) file: File,
    pub(super) amendments: Amendments,
}

/// Why there is no file.
pub(super) enum Fault {
    /// The file is nowhere.
    NotFound,
    /// The file is somewhere, and cannot be used.
    Refused(SchemaError),
}

/// Looks for the files of one source: in the source itself, in its folders, in the other sources, among protobuf's own.
pub(super) struct Finder<'a> {
    /// Path of the source as it was given.
    pub(super) source: &'a Path,
    pub(super) own: Option<Rc<Set>>,
    pub(super) roots: Vec<PathBuf>,
    pub(super) others: Vec<Rc<Set>>,
    pub(super) other_roots: Vec<PathBuf>,
    /// Paths to name files by, where that of the source is not enough.
    pub(super) paths: HashMap<String, PathBuf>,
}

impl Finder<'_> {
    /// The name of a file by its absolute path.
    pub(super) fn name_of(&self, path: &Path) -> Option<String> {
        self.roots.iter().find_map(|root| IncludeFileResolver::new(root.clone()).resolve_path(path))
    }

    /// Opens the file that is called `name`.
    pub(super) fn open(&self, name: &str) -> Result<Found, Fault> {
        let places = self.own.iter().find_map(|set| self.in_set(set, name));
        let places = places.or_else(|| self.roots.iter().find_map(|root| self.in_folder(root, name)));
        let places = places.or_else(|| self.others.iter().find_map(|set| self.in_set(set, name)));
        let places = places.or_else(|| self.other_roots.iter().find_map(|root| self.in_folder(root, name)));
        let own = || GoogleFileResolver::new().open_file(name).ok().map(|file| Ok(Found::plain(file)));
        places.or_else(own).unwrap_or(Err(Fault::NotFound))
    }

    /// An error of the compiler about the file that is called `name`.
    pub(super) fn refused(&self, name: &str, message: String) -> SchemaError {
        SchemaError::Compile { path: self.path_of(name), message }
    }

    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.paths.get(name).map_or_else(|| self.source.to_owned(), PathBuf::clone)
    }

    fn in_set(&self, set: &Set, name: &str) -> Option<Result<Found, Fault>> {
        Some(match set.files.get(name)? {
            Ok((file, amendments)) => Ok(Found { file: file.clone(), amendments: amendments.clone() }),
            Err(reason) => Err(self.unsupported(name, reason.to_string())),
        })
    }

    fn in_folder(&self, root: &Path, name: &str) -> Option<Result<Found, Fault>> {
        match IncludeFileResolver::new(root.to_owned()).open_file(name) {
            Ok(file) => Some(self.unshadowed(name, file)),
            Err(err) if err.is_file_not_found() => None,
            Err(err) => {
                let text = if err.is_parse() { fs::read_to_string(root.join(name)).ok() } else { None };
                let edition = text.and_then(|text| editions::as_proto3(&text));
                Some(match edition {
                    Some(text) => self.of_edition(name, text),
                    None => Err(Fault::Refused(self.refused(name, format!("{err:?}")))),
                })
            }
        }
    }

    /// Refuses a file that was given by its path, where another one is found under its name.
    fn unshadowed(&self, name: &str, file: File) -> Result<Found, Fault> {
        let given = self.paths.get(name).map(|path| absolute(path));
        match (given, file.path()) {
            (Some(given), Some(found)) if !is_same(&given, found) => {
                Err(Fault::Refused(self.refused(name, format!("{name} is shadowed by {}", found.display()))))
            }
            _ => Ok(Found::plain(file)),
        }
    }

    fn of_edition(&self, name: &str, text: Result<String, Unsupported>) -> Result<Found, Fault> {
        let text = text.map_err(|reason| self.unsupported(name, reason.to_string()))?;
        let parsed = File::from_source(name, &text).map_err(|err| self.unsupported(name, format!("{err:?}")))?;
        let mut file = parsed.file_descriptor_proto().clone();
        let amendments =
            editions::convert_parsed(&mut file).map_err(|reason| self.unsupported(name, reason.to_string()))?;
        Ok(Found { file: File::from_file_descriptor_proto(file), amendments })
    }

    fn unsupported(&self, name: &str, reason: String) -> Fault {
        Fault::Refused(SchemaError::Editions { path: self.path_of(name), file: name.to_owned(), reason })
    }
}

impl Found {
    fn plain(file: File) -> Self {
        Self { file, amendments: Amendments::default() }
    }

    /// Refuses a file that the compiler must not see.
    pub(super) fn check(&self) -> Result<(), guard::Refusal> {
        guard::check(self.file.file_descriptor_proto())
    }
}

pub(super) fn absolute(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || fs::canonicalize(a).ok().zip(fs::canonicalize(b).ok()).is_some_and(|(a, b)| a == b)
}
