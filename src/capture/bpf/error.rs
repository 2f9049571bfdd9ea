//! Why an expression is of no use, and where it goes wrong.

use std::fmt;

/// An expression that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BpfError {
    /// libpcap does not understand it, or not for this link type.
    Wrong {
        /// The expression.
        expression: String,
        /// Where in it, in characters: the first, and how many. libpcap does not always say.
        place: Option<(usize, usize)>,
        /// What libpcap says.
        message: String,
    },
    /// This build has no libpcap: it was made without the feature `live`.
    NotBuilt,
}

impl BpfError {
    pub(super) fn wrong(expression: &str, message: &str) -> Self {
        let message = message.strip_prefix("can't parse filter expression: ").unwrap_or(message);
        Self::Wrong {
            expression: expression.to_owned(),
            place: place(expression, message),
            message: message.to_owned(),
        }
    }

    /// Whether another link type would make no difference.
    pub(super) fn is_of_any_link(&self) -> bool {
        match self {
            Self::Wrong { message, .. } => message.starts_with("unknown ") || message == "syntax error",
            Self::NotBuilt => true,
        }
    }

    /// What libpcap says, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Wrong { message, .. } => message,
            Self::NotBuilt => "this build has no libpcap",
        }
    }
}

/// The expression, carets under what is meant where that is known, the message.
impl fmt::Display for BpfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Wrong { expression, place, .. } = self {
            writeln!(f, "{expression}")?;
            if let Some((start, len)) = place {
                writeln!(f, "{:start$}{}", "", "^".repeat(*len))?;
            }
        }
        f.write_str(self.message())
    }
}

impl std::error::Error for BpfError {}

/// Where the first thing stands that the message quotes, or names as a number.
fn place(expression: &str, message: &str) -> Option<(usize, usize)> {
    let quoted = message.split(['\'', '"']).skip(1).step_by(2);
    let numbers = message.split(' ').filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()));
    let (byte, found) =
        quoted.chain(numbers).filter(|part| !part.is_empty()).find_map(|part| Some((expression.find(part)?, part)))?;
    Some((expression.get(..byte)?.chars().count(), found.chars().count()))
}
