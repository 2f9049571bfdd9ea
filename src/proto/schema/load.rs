//! From paths to compiled files: what a source is, where its imports are, and what one broken file costs.
//!
//! Each source is compiled on its own and the results are joined by the full names of their types, so that two sources
//! may hold the same file.

use super::compile::{Drafts, Origin};
use super::{Schema, SchemaError, guard};
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};
use protox::prost::Message as _;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, path};

/// Extensions that promise a descriptor set.
const SET_EXTENSIONS: [&str; 6] = ["fds", "pb", "desc", "binpb", "bin", "protoset"];

pub(super) fn load(sources: &[PathBuf], includes: &[PathBuf]) -> Result<Schema, SchemaError> {
    let mut drafts = Drafts::default();
    let mut warnings = Vec::new();
    for include in includes {
        exists(include)?;
    }
    for source in sources {
        exists(source)?;
        if source.is_dir() {
            load_folder(source, includes, &mut drafts, &mut warnings)?;
            continue;
        }
        let bytes = fs::read(source).map_err(|err| SchemaError::Read { path: source.clone(), source: err })?;
        match descriptor_set(source, &bytes)? {
            Some(set) => load_set(source, set, includes, &mut drafts)?,
            None => load_file(source, includes, &mut drafts)?,
        }
    }
    Ok(drafts.link(warnings))
}

pub(super) fn from_text(name: &str, text: &str) -> Result<Schema, SchemaError> {
    let refused = |err: protox::Error| SchemaError::Compile { path: PathBuf::from(name), message: format!("{err:?}") };
    let file = File::from_source(name, text).map_err(refused)?;
    let mut compiler = compiler(Named::single(file.into()), []);
    compiler.open_file(name).map_err(refused)?;
    let mut drafts = Drafts::default();
    drafts.add(&compiler.descriptor_pool(), Origin { source: Path::new(name) })?;
    Ok(drafts.link(Vec::new()))
}

fn exists(path: &Path) -> Result<(), SchemaError> {
    match fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(err) if err.kind() == ErrorKind::NotFound => Err(SchemaError::NotFound { path: path.to_owned() }),
        Err(err) => Err(SchemaError::Read { path: path.to_owned(), source: err }),
    }
}

fn load_file(source: &Path, includes: &[PathBuf], drafts: &mut Drafts) -> Result<(), SchemaError> {
    let file = absolute(source);
    let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
    let roots = roots(&file, folder, includes);
    let mut compiler = compiler(Named::default(), roots.iter().cloned());
    compiler.open_file(&file).map_err(|err| refused(source, &err, &roots))?;
    drafts.add(&compiler.descriptor_pool(), Origin { source })
}

fn load_folder(
    source: &Path,
    includes: &[PathBuf],
    drafts: &mut Drafts,
    warnings: &mut Vec<SchemaError>,
) -> Result<(), SchemaError> {
    let folder = absolute(source);
    let mut files = Vec::new();
    proto_files(&folder, &mut files)?;
    if files.is_empty() {
        return Err(SchemaError::EmptyFolder { path: source.to_owned() });
    }
    let roots = roots(&folder, folder.clone(), includes);
    let mut compiler = compiler(Named::default(), roots.iter().cloned());
    let mut failures = Vec::new();
    for file in &files {
        if let Err(err) = compiler.open_file(file) {
            let shown = file.strip_prefix(&folder).map_or_else(|_| file.clone(), |rest| source.join(rest));
            failures.push(refused(&shown, &err, &roots));
        }
    }
    if failures.len() == files.len() {
        return failures.into_iter().next().map_or(Ok(()), Err);
    }
    warnings.append(&mut failures);
    drafts.add(&compiler.descriptor_pool(), Origin { source })
}

fn load_set(
    source: &Path,
    set: FileDescriptorSet,
    includes: &[PathBuf],
    drafts: &mut Drafts,
) -> Result<(), SchemaError> {
    if let Some(file) = set.file.iter().find(|file| guard::uses_editions(file)) {
        return Err(SchemaError::Editions { path: source.to_owned(), file: file.name().to_owned() });
    }
    let names: Vec<String> = set.file.iter().map(|file| file.name().to_owned()).collect();
    let files = set.file.into_iter().map(|file| (file.name().to_owned(), file)).collect();
    let mut compiler = compiler(Named { files }, includes.iter().map(|include| absolute(include)));
    for name in &names {
        compiler.open_file(name).map_err(|err| refused(source, &err, &[]))?;
    }
    drafts.add(&compiler.descriptor_pool(), Origin { source })
}

/// The files of a descriptor set, if it is one by its extension or by its content.
fn descriptor_set(path: &Path, bytes: &[u8]) -> Result<Option<FileDescriptorSet>, SchemaError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let promised = extension.as_deref().is_some_and(|extension| SET_EXTENSIONS.contains(&extension));
    if extension.as_deref() == Some("proto") {
        return Ok(None);
    }
    let wrong = |message: String| SchemaError::DescriptorSet { path: path.to_owned(), message };
    match FileDescriptorSet::decode(bytes) {
        Ok(set) if !set.file.is_empty() && set.file.iter().all(|file| !file.name().is_empty()) => Ok(Some(set)),
        Ok(_) if promised => Err(wrong("it holds no file with a name".to_owned())),
        Err(err) if promised => Err(wrong(err.to_string())),
        Ok(_) | Err(_) => Ok(None),
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

/// Where imports are looked for. An include path that holds the source comes first, so that the source has the same
/// name as when another file imports it; then its own folder, then the other include paths.
fn roots(source: &Path, folder: PathBuf, includes: &[PathBuf]) -> Vec<PathBuf> {
    let (mut roots, others): (Vec<PathBuf>, Vec<PathBuf>) =
        includes.iter().map(|include| absolute(include)).partition(|include| source.starts_with(include));
    roots.push(folder);
    roots.extend(others);
    roots
}

fn absolute(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn refused(source: &Path, err: &protox::Error, roots: &[PathBuf]) -> SchemaError {
    let texts = || err.file().into_iter().flat_map(|name| roots.iter().map(move |root| root.join(name)));
    let editions = err.is_parse()
        && texts().find_map(|path| fs::read_to_string(path).ok()).is_some_and(|text| guard::declares_edition(&text));
    if editions {
        return SchemaError::Editions { path: source.to_owned(), file: err.file().unwrap_or_default().to_owned() };
    }
    SchemaError::Compile { path: source.to_owned(), message: format!("{err:?}") }
}

fn compiler(files: Named, roots: impl IntoIterator<Item = PathBuf>) -> Compiler {
    let mut chain = ChainFileResolver::new();
    chain.add(files);
    for root in roots {
        chain.add(IncludeFileResolver::new(root));
    }
    chain.add(GoogleFileResolver::new());
    Compiler::with_file_resolver(Guarded { chain })
}

/// Files that are in memory, by name.
#[derive(Default)]
struct Named {
    files: HashMap<String, FileDescriptorProto>,
}

impl Named {
    fn single(file: FileDescriptorProto) -> Self {
        Self { files: HashMap::from([(file.name().to_owned(), file)]) }
    }
}

impl FileResolver for Named {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let file = self.files.get(name).ok_or_else(|| protox::Error::file_not_found(name))?;
        Ok(File::from_file_descriptor_proto(file.clone()))
    }
}

/// Checks every file before the compiler sees it.
struct Guarded {
    chain: ChainFileResolver,
}

impl FileResolver for Guarded {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        self.chain.resolve_path(path)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let file = self.chain.open_file(name)?;
        guard::check(file.file_descriptor_proto()).map_err(protox::Error::new)?;
        Ok(file)
    }
}
