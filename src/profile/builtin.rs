//! The profiles that are part of the program.

use super::{Profile, ProfileError, ProfileFile, Source};
use crate::proto::Schema;
use std::sync::Arc;

/// A profile that is part of the program: its file, and the schema files that it names.
#[derive(Debug)]
pub struct BuiltIn {
    /// Name of the profile, as `--profile` takes it.
    pub name: &'static str,
    /// Text of the profile file.
    pub text: &'static str,
    /// Name and text of the profile's schema file.
    pub schema: (&'static str, &'static str),
}

/// The built-in profiles, in the order in which they are listed.
pub const BUILT_IN: &[BuiltIn] = &[BuiltIn {
    name: "star-network",
    text: include_str!("../../schemas/star-network.toml"),
    schema: ("star_network.proto", include_str!("../../schemas/star_network.proto")),
}];

impl BuiltIn {
    /// Parses the profile file.
    ///
    /// # Errors
    /// None in a program that passes its tests.
    pub fn file(&self) -> Result<ProfileFile, ProfileError> {
        ProfileFile::parse(self.text, self.name)
    }

    /// Loads the profile's own schema.
    ///
    /// # Errors
    /// None in a program that passes its tests.
    pub fn schema(&self) -> Result<Arc<Schema>, ProfileError> {
        let (name, text) = self.schema;
        let loaded = Schema::from_text(name, text);
        loaded.map(Arc::new).map_err(|source| ProfileError::Schema { origin: self.name.to_owned(), source })
    }

    /// Makes the profile, with its own schema.
    ///
    /// # Errors
    /// None in a program that passes its tests.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        self.file()?.resolve(Source::BuiltIn, Some(self.schema()?))
    }
}
