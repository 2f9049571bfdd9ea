//! From the path of a profile file to a profile.
//!
//! Out: a [`Profile`] with the schema that its file names. Not responsible for where profiles are looked for by name.

use super::{Profile, ProfileError, ProfileFile, Source};
use std::path::Path;
use std::sync::Arc;

impl Profile {
    /// Loads a profile file (`docs/formats.md`, "Profile files") and the schema that it names.
    ///
    /// ```
    /// let profile = deframe::profile::Profile::open("samples/kv.toml")?;
    /// assert_eq!(profile.ports, [8087]);
    /// assert!(profile.schema.is_some_and(|schema| schema.find("kv.GetRequest").is_some()));
    /// # Ok::<(), deframe::profile::ProfileError>(())
    /// ```
    ///
    /// # Errors
    /// If it cannot be read, is not valid, or its schema cannot be loaded.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ProfileError> {
        let path = path.as_ref();
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|source| ProfileError::Unreadable { path: path.to_owned(), source })?;
        let file = ProfileFile::parse(&text, &path.display().to_string())?;
        let schema = file.own_schema(path)?.map(Arc::new);
        file.resolve(Source::File(path.to_owned()), schema)
    }
}
