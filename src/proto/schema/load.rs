//! From paths to compiled files: what a source is, where its imports are, and what one broken file costs.
//!
//! Each source is compiled on its own and the results are joined by the full names of their types, so that two sources
//! may hold the same file. What a source lacks of its imports may be in another one.

use super::assemble::{Assembly, assemble};
use super::compile::{Drafts, Origin};
use super::finder::{Finder, absolute};
use super::link::link;
use super::sets::Set;
use super::{Schema, SchemaError};
use protox::file::File;
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(super) fn load(sources: &[PathBuf], includes: &[PathBuf]) -> Result<Schema, SchemaError> {
    includes.iter().try_for_each(|include| exists(include))?;
    let inputs: Vec<Input> = sources.iter().map(|source| Input::open(source)).collect::<Result<_, _>>()?;
    let mut loading = Loading::default();
    for (index, (source, input)) in sources.iter().zip(&inputs).enumerate() {
        let others = || inputs.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, input)| input);
        let mut finder = input.finder(source, includes);
        finder.others = others().filter_map(Input::set).collect();
        finder.other_roots = others().filter_map(Input::folder).collect();
        loading.add(input, &mut finder)?;
    }
    loading.finish()
}

pub(super) fn from_text(name: &str, text: &str) -> Result<Schema, SchemaError> {
    let path = Path::new(name);
    let refused = |err: protox::Error| SchemaError::Compile { path: path.to_owned(), message: format!("{err:?}") };
    let input = Input::Set(Rc::new(Set::single(File::from_source(name, text).map_err(refused)?)));
    let mut loading = Loading::default();
    loading.add(&input, &mut input.finder(path, &[]))?;
    loading.finish()
}

/// What a source is.
enum Input {
    File(PathBuf),
    /// A folder, with all `.proto` files in it.
    Folder(PathBuf, Vec<PathBuf>),
    Set(Rc<Set>),
}

impl Input {
    fn open(source: &Path) -> Result<Self, SchemaError> {
        exists(source)?;
        let unreadable = |err| SchemaError::Read { path: source.to_owned(), source: err };
        if source.is_dir() {
            let (folder, mut files) = (absolute(source), Vec::new());
            proto_files(&folder, &mut files)?;
            if files.is_empty() {
                return Err(SchemaError::EmptyFolder { path: source.to_owned() });
            }
            return Ok(Self::Folder(folder, files));
        }
        let bytes = fs::read(source).map_err(unreadable)?;
        Ok(match Set::decode(source, &bytes)? {
            Some(set) => Self::Set(Rc::new(set)),
            None => Self::File(absolute(source)),
        })
    }

    fn set(&self) -> Option<Rc<Set>> {
        if let Self::Set(set) = self { Some(Rc::clone(set)) } else { None }
    }

    /// The folder that the source is, or is in; none for a set, whose files have no place.
    fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.parent().unwrap_or(Path::new("/")).to_owned()),
            Self::Folder(path, _) => Some(path.clone()),
            Self::Set(_) => None,
        }
    }

    fn finder<'a>(&self, source: &'a Path, includes: &[PathBuf]) -> Finder<'a> {
        Finder {
            source,
            own: self.set(),
            roots: self.roots(includes),
            others: Vec::new(),
            other_roots: Vec::new(),
            paths: HashMap::new(),
        }
    }

    /// Where imports are looked for. An include path around the source or in it comes first, so that a file has the
    /// same name as when another one imports it; then its own folder, then the other include paths.
    fn roots(&self, includes: &[PathBuf]) -> Vec<PathBuf> {
        let is_near = |include: &PathBuf| match self {
            Self::File(path) => path.starts_with(include),
            Self::Folder(path, _) => path.starts_with(include) || include.starts_with(path),
            Self::Set(_) => false,
        };
        let (mut roots, others): (Vec<PathBuf>, Vec<PathBuf>) =
            includes.iter().map(|include| absolute(include)).partition(is_near);
        roots.extend(self.folder());
        roots.extend(others);
        roots
    }

    /// The files of the source, by the names under which others import them.
    fn names(&self, finder: &mut Finder<'_>) -> Vec<String> {
        let (folder, files) = match self {
            Self::Set(set) => return set.names.clone(),
            Self::File(path) => (None, std::slice::from_ref(path)),
            Self::Folder(folder, files) => (Some(folder), &files[..]),
        };
        let mut names = Vec::with_capacity(files.len());
        for path in files {
            let Some(name) = finder.name_of(path) else { continue };
            let shown = folder.and_then(|folder| path.strip_prefix(folder).ok());
            let shown = shown.map_or_else(|| finder.source.to_owned(), |rest| finder.source.join(rest));
            finder.paths.insert(name.clone(), shown);
            names.push(name);
        }
        names
    }
}

#[derive(Default)]
struct Loading {
    drafts: Drafts,
    warnings: Vec<SchemaError>,
}

impl Loading {
    /// # Errors
    ///
    /// If nothing of the source can be used, or it contradicts an earlier one.
    fn add(&mut self, input: &Input, finder: &mut Finder<'_>) -> Result<(), SchemaError> {
        let names = input.names(finder);
        let Assembly { pool, amendments, mut refused, incomplete } = assemble(finder, &names);
        // A set brings protobuf's own files along.
        let is_own = |name: &String| !name.starts_with("google/protobuf/") && names.contains(name);
        let own = names.iter().filter(|name| is_own(name)).count();
        let refused_own = refused.iter().filter(|(name, _)| is_own(name)).count();
        if refused_own == own
            && let Some(first) = refused.iter().position(|(name, _)| is_own(name))
        {
            return Err(refused.swap_remove(first).1);
        }
        self.warnings.extend(refused.into_iter().map(|(_, error)| error));
        self.warnings.extend(incomplete);
        self.drafts.add(&pool, &amendments, Origin { source: finder.source })
    }

    fn finish(mut self) -> Result<Schema, SchemaError> {
        if self.drafts.needs_well_known() {
            let source = Path::new("protobuf");
            let input = Input::Set(Rc::default());
            let finder = input.finder(source, &[]);
            let known = assemble(&finder, &WELL_KNOWN.map(|name| format!("google/protobuf/{name}.proto")));
            self.drafts.add(&known.pool, &known.amendments, Origin { source })?;
        }
        Ok(link(self.drafts, self.warnings))
    }
}

/// Protobuf's own files that are loaded where there is an `Any`, which may hold what nobody imported.
const WELL_KNOWN: [&str; 7] = ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"];

fn exists(path: &Path) -> Result<(), SchemaError> {
    match fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(err) if err.kind() == ErrorKind::NotFound => Err(SchemaError::NotFound { path: path.to_owned() }),
        Err(err) => Err(SchemaError::Read { path: path.to_owned(), source: err }),
    }
}

/// All `.proto` files below a folder, sorted by path. Hidden folders and links to folders are left out.
fn proto_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), SchemaError> {
    let unreadable = |err| SchemaError::Read { path: folder.to_owned(), source: err };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>().map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !is_hidden {
                proto_files(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "proto") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
