//! The files of one source, compiled, imports before importers.
//!
//! In: a [`Finder`] and the names of the files that are wanted. Out: a pool of everything that can be used, and what
//! cannot be and why. Invariant: a file that is missing or refused costs its importers the fields that need it, and
//! nothing else. The compiler never sees a name twice: it takes time in the square of such errors.

use super::amendments::{Amendments, Place};
use super::finder::{Fault, Finder, Found};
use super::{SchemaError, guard, mend};
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorProto;
use protox::Compiler;
use protox::file::{File, FileResolver};
use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What assembling the files of a source gives.
pub(super) struct Assembly {
    pub(super) pool: DescriptorPool,
    pub(super) amendments: Amendments,
    /// Files that cannot be used, by name, imports before importers.
    pub(super) refused: Vec<(String, SchemaError)>,
    /// What other files lack because of refused ones, or because of imports that are nowhere.
    pub(super) incomplete: Vec<SchemaError>,
}

/// Compiles the files called `names` and all that they import.
pub(super) fn assemble(finder: &Finder<'_>, names: &[String]) -> Assembly {
    let Gathered { order, mut files } = gather(finder, names);
    let mut assembler = Assembler::new(finder);
    for name in order {
        let done = match files.remove(&name) {
            Some(Ok(found)) => assembler.add(&name, found),
            Some(Err(Fault::Refused(error))) => Err(error),
            Some(Err(Fault::NotFound)) | None => continue,
        };
        if let Err(error) = done {
            assembler.refused.push((name, error));
        }
    }
    Assembly {
        pool: assembler.compiler.descriptor_pool(),
        amendments: assembler.amendments,
        refused: assembler.refused,
        incomplete: assembler.incomplete,
    }
}

struct Gathered {
    /// Names of files, imports before importers; in a circle, somewhere.
    order: Vec<String>,
    files: HashMap<String, Result<Found, Fault>>,
}

fn gather(finder: &Finder<'_>, names: &[String]) -> Gathered {
    let mut gathered = Gathered { order: Vec::new(), files: HashMap::new() };
    let mut open: Vec<(String, bool)> = names.iter().rev().map(|name| (name.clone(), false)).collect();
    while let Some((name, imports_are_done)) = open.pop() {
        if imports_are_done {
            gathered.order.push(name);
        } else if let Entry::Vacant(place) = gathered.files.entry(name) {
            let found = finder.open(place.key());
            open.push((place.key().clone(), true));
            let imports = found.as_ref().map_or(&[][..], |found| &found.file.file_descriptor_proto().dependency[..]);
            open.extend(imports.iter().rev().map(|import| (import.clone(), false)));
            place.insert(found);
        }
    }
    gathered
}

struct Assembler<'a> {
    finder: &'a Finder<'a>,
    compiler: Compiler,
    /// The file that the compiler is about to open.
    next: Rc<RefCell<Option<File>>>,
    /// Names of the files in the pool.
    compiled: HashSet<String>,
    /// Names of the files in the pool that lost something.
    mended: HashSet<String>,
    /// Files that define the same as another one under another name.
    twins: HashMap<String, String>,
    /// Full names of all definitions, and the file of each.
    names: HashMap<String, Rc<str>>,
    amendments: Amendments,
    refused: Vec<(String, SchemaError)>,
    incomplete: Vec<SchemaError>,
}

impl<'a> Assembler<'a> {
    fn new(finder: &'a Finder<'a>) -> Self {
        let next = Rc::new(RefCell::new(None));
        Self {
            finder,
            compiler: Compiler::with_file_resolver(Next { file: Rc::clone(&next) }),
            next,
            compiled: HashSet::new(),
            mended: HashSet::new(),
            twins: HashMap::new(),
            names: HashMap::new(),
            amendments: Amendments::default(),
            refused: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, found: Found) -> Result<(), SchemaError> {
        found.check().map_err(|refusal| self.finder.refused(name, refusal.to_string()))?;
        if self.is_twin(name, &found)? {
            return Ok(());
        }
        let Found { file, amendments } = found;
        let descriptor = file.file_descriptor_proto();
        let names: Vec<String> = guard::names(descriptor).collect();
        let is_whole = |import: &String| self.compiled.contains(import) && !self.mended.contains(import);
        let (file, harm) = if descriptor.dependency.iter().all(is_whole) {
            (file, None)
        } else {
            let mut descriptor = descriptor.clone();
            let missing = self.redirect(&mut descriptor);
            let left_out = mend::mend(
                &mut descriptor,
                |import| self.compiled.contains(import),
                |full| self.names.contains_key(full),
            );
            let is_harmed = !missing.is_empty() || !left_out.is_empty();
            let harm = is_harmed.then_some((missing, left_out));
            (File::from_file_descriptor_proto(descriptor), harm)
        };
        self.compile(name, file)?;
        self.compiled.insert(name.to_owned());
        let owner: Rc<str> = name.into();
        self.names.extend(names.into_iter().map(|full| (full, Rc::clone(&owner))));
        self.amendments.add(amendments);
        if let Some((missing, left_out)) = harm {
            self.mended.insert(name.to_owned());
            self.tell(name, missing, &left_out);
            self.amendments.left_out.extend(left_out);
        }
        Ok(())
    }

    fn compile(&mut self, name: &str, file: File) -> Result<(), SchemaError> {
        *self.next.borrow_mut() = Some(file);
        match self.compiler.open_file(name) {
            Ok(_) => Ok(()),
            Err(err) => Err(self.finder.refused(name, format!("{err:?}"))),
        }
    }

    /// Whether the file repeats another one. That happens where one folder is reached in two ways, or holds copies.
    ///
    /// # Errors
    ///
    /// If it defines some names that another file defines too.
    fn is_twin(&mut self, name: &str, found: &Found) -> Result<bool, SchemaError> {
        let descriptor = found.file.file_descriptor_proto();
        let mut clashes = guard::names(descriptor).filter_map(|full| self.names.get(&full).map(|file| (full, file)));
        let Some((first, file)) = clashes.next() else { return Ok(false) };
        let others = clashes.count();
        let twin = file.to_string();
        let is_same = self.finder.open(&twin).is_ok_and(|other| {
            let plain = |file: &FileDescriptorProto| FileDescriptorProto {
                name: None,
                source_code_info: None,
                dependency: Vec::new(),
                ..file.clone()
            };
            plain(other.file.file_descriptor_proto()) == plain(descriptor)
        });
        if is_same {
            self.twins.insert(name.to_owned(), twin);
            return Ok(true);
        }
        let more = if others > 0 { format!(", and {others} more names") } else { String::new() };
        Err(self.finder.refused(name, format!("{name} defines '{first}', which {twin} defines too{more}")))
    }

    /// Points imports of twins to the file that was compiled; returns the imports that cannot be used.
    fn redirect(&self, descriptor: &mut FileDescriptorProto) -> Vec<String> {
        let mut missing = Vec::new();
        for import in &mut descriptor.dependency {
            if let Some(twin) = self.twins.get(import) {
                *import = twin.clone();
            }
            if !self.compiled.contains(import) {
                missing.push(import.clone());
            }
        }
        missing
    }

    fn tell(&mut self, name: &str, missing: Vec<String>, left_out: &[Place]) {
        let pool = self.compiler.descriptor_pool();
        let field = |(message, number): &Place| {
            let declared = pool.get_message_by_name(message).and_then(|message| message.get_field(*number));
            declared.map_or_else(|| format!("{message}.{number}"), |field| field.full_name().to_owned())
        };
        self.incomplete.push(SchemaError::Incomplete {
            path: self.finder.path_of(name),
            file: name.to_owned(),
            missing,
            left_out: left_out.iter().map(field).collect(),
        });
    }
}

/// Gives the compiler the one file that it opens; imports are open before.
struct Next {
    file: Rc<RefCell<Option<File>>>,
}

impl FileResolver for Next {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        self.file.borrow_mut().take_if(|file| file.name() == name).ok_or_else(|| protox::Error::file_not_found(name))
    }
}
