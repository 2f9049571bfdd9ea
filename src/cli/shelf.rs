//! Which profiles there are, and how they are loaded.
//!
//! In this order: `deframe.toml` in the current folder, the user's (`$XDG_CONFIG_HOME/deframe/*.toml`, else
//! `~/.config/deframe/*.toml`; XDG Base Directory Specification), the built-in ones.

use super::output::{hint, talk};
use crate::profile::{BUILT_IN, BuiltIn, Profile, ProfileError, ProfileFile, Source};
use crate::proto::Schema;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the profile file that is used where it is in the current folder.
const LOCAL: &str = "deframe.toml";

/// A profile that is there but not loaded.
#[derive(Clone, Debug)]
pub(super) enum Found {
    BuiltIn(&'static BuiltIn),
    File(PathBuf),
}

impl Found {
    pub(super) fn name(&self) -> String {
        match self {
            Self::BuiltIn(built_in) => built_in.name.to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    pub(super) fn is_local(&self) -> bool {
        matches!(self, Self::File(path) if path == Path::new(LOCAL))
    }

    pub(super) fn text(&self) -> Result<String, ProfileError> {
        match self {
            Self::BuiltIn(built_in) => Ok(built_in.text.to_owned()),
            Self::File(path) => {
                std::fs::read_to_string(path).map_err(|source| ProfileError::Unreadable { path: path.clone(), source })
            }
        }
    }
}

/// All profiles that are tried, in order.
pub(super) fn known() -> Vec<Found> {
    let local = Path::new(LOCAL).is_file().then(|| Found::File(PathBuf::from(LOCAL)));
    let own = own_folder().map(|folder| toml_files(&folder)).unwrap_or_default();
    local.into_iter().chain(own.into_iter().map(Found::File)).chain(BUILT_IN.iter().map(Found::BuiltIn)).collect()
}

fn own_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(base.join("deframe"))
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

/// The profile called `name`, or in the file `name`.
pub(super) fn find(name: &str) -> Result<Found, ProfileError> {
    let path = Path::new(name);
    if path.extension().is_some_and(|end| end == "toml") || path.components().count() > 1 || path.is_file() {
        return Ok(Found::File(path.to_owned()));
    }
    let known = known();
    let is_named = |found: &&Found| match found {
        Found::BuiltIn(built_in) => built_in.name == name,
        Found::File(path) => name_in(found).is_ok_and(|own| own == name) || path.file_stem().is_some_and(|s| s == name),
    };
    match known.iter().find(is_named) {
        Some(found) => Ok(found.clone()),
        None => Err(ProfileError::Unknown { name: name.to_owned(), known: known.iter().map(Found::name).collect() }),
    }
}

fn name_in(found: &Found) -> Result<String, ProfileError> {
    Ok(ProfileFile::parse(&found.text()?, &found.name())?.name)
}

/// Loads a profile; `schema` takes the place of its own.
pub(super) fn load(found: &Found, schema: Option<Arc<Schema>>) -> Result<Profile, ProfileError> {
    match found {
        Found::BuiltIn(built_in) => {
            let schema = schema.map_or_else(|| built_in.schema(), Ok)?;
            built_in.file()?.resolve(Source::BuiltIn, Some(schema))
        }
        Found::File(path) => {
            let file = ProfileFile::parse(&found.text()?, &found.name())?;
            let schema = match schema {
                None => file.own_schema(path)?.inspect(warn).map(Arc::new),
                given => given,
            };
            file.resolve(Source::File(path.clone()), schema)
        }
    }
}

/// Tells what of a schema could not be used, and what to do about it.
pub(super) fn warn(schema: &Schema) {
    let mut hints = Vec::new();
    for warning in schema.warnings() {
        talk(&format!("warning: {warning}"));
        hints.extend(warning.hint().filter(|hint| !hints.contains(hint)));
    }
    hints.iter().for_each(|text| hint(text));
}
