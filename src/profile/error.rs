//! What can be wrong with a profile.

use crate::frame::layout::{LayoutError, preset};
use crate::proto::schema::SchemaError;
use std::path::PathBuf;

/// Where the options of the program come from, in errors.
pub(crate) const COMMAND_LINE: &str = "the command line";

/// Why a profile could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Neither a built-in profile, nor one of the user's, nor a file.
    #[error("there is no profile `{name}`")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Names of the profiles that there are.
        known: Vec<String>,
    },
    /// The file cannot be read.
    #[error("cannot read the profile {}", path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The text is not the TOML that `docs/formats.md` describes.
    #[error("the profile {origin} is not valid")]
    Syntax {
        /// The file or the profile's name.
        origin: String,
        /// The message of the TOML parser, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A value that TOML allows but a profile does not.
    #[error("the profile {origin} is not valid: {what}")]
    Value {
        /// The file or the profile's name.
        origin: String,
        /// What is wrong, where, and what is expected.
        what: String,
    },
    /// A layout does not parse.
    #[error("the layout of {origin} is not valid")]
    Layout {
        /// The file, the profile's name, or the option.
        origin: String,
        /// What is wrong, with a caret under it.
        source: LayoutError,
    },
    /// A schema does not load.
    #[error("the schema of {origin} cannot be loaded")]
    Schema {
        /// The file, the profile's name, or the option.
        origin: String,
        /// Why the schema does not load.
        source: SchemaError,
    },
    /// A message type is named that the schema does not have.
    #[error("the schema has no message type `{name}` ({origin})")]
    UnknownMessage {
        /// Who names the type: the file, the profile, or the option.
        origin: String,
        /// Name of the message type.
        name: String,
        /// The nearest names that the schema has.
        nearest: Vec<String>,
    },
    /// A message type is named but there is no schema.
    #[error("{origin} names the message type `{name}` but there is no schema")]
    NoSchema {
        /// Who names the type: the file, the profile, or the option.
        origin: String,
        /// Name of the message type.
        name: String,
    },
}

impl ProfileError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { name, .. } if preset(name).is_some() => {
                Some(format!("`{name}` is a layout preset: --frame {name}"))
            }
            Self::Unknown { known, .. } => {
                Some(format!("give one of {}, or the path of a profile file", known.join(", ")))
            }
            Self::UnknownMessage { nearest, .. } if nearest.is_empty() => None,
            Self::UnknownMessage { nearest, .. } => Some(format!("the nearest names are {}", nearest.join(", "))),
            Self::NoSchema { .. } => Some("give a schema with --schema FILE.proto".to_owned()),
            Self::Schema { origin, source } => {
                let hint = source.hint()?;
                let from_options = origin == COMMAND_LINE;
                let place = if from_options { "the current folder" } else { "the folder of the profile" };
                Some(hint.replace("the current folder", place))
            }
            Self::Unreadable { .. } => Some("`deframe profiles` lists the profiles that are known by name".to_owned()),
            Self::Layout { .. } => {
                Some("docs/formats.md describes layouts, `deframe profiles` lists presets".to_owned())
            }
            Self::Syntax { .. } => Some("`deframe profiles show star-network` prints one to start from".to_owned()),
            Self::Value { .. } => None,
        }
    }
}
