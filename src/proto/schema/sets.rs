//! Descriptor sets: the files in them, by the names under which they import each other.

use super::SchemaError;
use super::amendments::Amendments;
use super::editions::{self, Unsupported};
use prost_reflect::prost_types::FileDescriptorSet;
use protox::file::File;
use protox::prost::Message as _;
use std::collections::HashMap;
use std::path::Path;

/// File name extensions that promise a descriptor set.
const EXTENSIONS: [&str; 6] = ["fds", "pb", "desc", "binpb", "bin", "protoset"];

/// A file of a set, ready for the compiler, or why it is not.
pub(super) type Prepared = Result<(File, Amendments), Unsupported>;

/// The files of a descriptor set.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// Names of the files, in the order of the set.
    pub(super) names: Vec<String>,
    pub(super) files: HashMap<String, Prepared>,
}

impl Set {
    /// The set in `bytes`, if it is one by the extension of its path or by its content.
    ///
    /// # Errors
    ///
    /// If the extension promises a set and the bytes are none.
    pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<Option<Self>, SchemaError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        let promised = extension.as_deref().is_some_and(|extension| EXTENSIONS.contains(&extension));
        if extension.as_deref() == Some("proto") {
            return Ok(None);
        }
        let wrong = |message: String| SchemaError::DescriptorSet { path: path.to_owned(), message };
        match FileDescriptorSet::decode(bytes) {
            Ok(set) if !set.file.is_empty() && set.file.iter().all(|file| !file.name().is_empty()) => {
                Ok(Some(Self::prepare(set, bytes)))
            }
            Ok(_) if promised => Err(wrong("it holds no file with a name".to_owned())),
            Err(err) if promised => Err(wrong(err.to_string())),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// A set of one file.
    pub(super) fn single(file: File) -> Self {
        let name = file.name().to_owned();
        Self { names: vec![name.clone()], files: HashMap::from([(name, Ok((file, Amendments::default())))]) }
    }

    fn prepare(set: FileDescriptorSet, bytes: &[u8]) -> Self {
        let mut skeletons =
            if set.file.iter().any(editions::is_edition) { editions::skeletons(bytes) } else { Vec::new() }.into_iter();
        let mut prepared = Self::default();
        for mut file in set.file {
            let skeleton = skeletons.next().unwrap_or_default();
            let amendments = if editions::is_edition(&file) {
                editions::convert(&mut file, &skeleton)
            } else {
                Ok(Amendments::default())
            };
            let name = file.name().to_owned();
            // Two files of one name: the first counts, as for imports.
            if !prepared.files.contains_key(&name) {
                prepared.names.push(name.clone());
                prepared
                    .files
                    .insert(name, amendments.map(|amendments| (File::from_file_descriptor_proto(file), amendments)));
            }
        }
        prepared
    }
}
