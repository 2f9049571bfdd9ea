//! Why an expression is of no use, and where it goes wrong.

use std::fmt;

/// Words of the BPF language (`man pcap-filter`) that people mistype.
const WORDS: [&str; 28] = [
    "host",
    "net",
    "port",
    "portrange",
    "src",
    "dst",
    "and",
    "or",
    "not",
    "ether",
    "proto",
    "protochain",
    "tcp",
    "udp",
    "icmp",
    "ip",
    "ip6",
    "arp",
    "less",
    "greater",
    "len",
    "vlan",
    "mpls",
    "broadcast",
    "multicast",
    "gateway",
    "inbound",
    "outbound",
];

/// The whole message of libpcap where its grammar ends.
const SYNTAX: &str = "syntax error";

/// Why a BPF expression cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BpfError {
    /// libpcap does not understand the expression, or not for this link type.
    Wrong {
        /// The expression that cannot be compiled.
        expression: String,
        /// Where in the expression the fault is, in characters: the first, and how many. libpcap does not always say.
        place: Option<(usize, usize)>,
        /// What libpcap says.
        message: String,
    },
    /// This build has no libpcap: it was made without the feature `live`.
    NotBuilt,
}

impl BpfError {
    pub(in crate::capture) fn wrong(expression: &str, message: &str) -> Self {
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
            Self::Wrong { message, .. } => message.starts_with("unknown ") || message == SYNTAX,
            Self::NotBuilt => true,
        }
    }

    /// The word of the language that a word of the expression is most like, where libpcap does not say what is wrong.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let Self::Wrong { expression, message, .. } = self else { return None };
        let (word, meant) = slip(expression).filter(|_| message == SYNTAX)?;
        Some(format!("`{word}` may be meant to be `{meant}`"))
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

/// Writes the expression, carets under what is meant where that is known, and the message.
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

/// The first word of an expression that is one letter away from a word of the language, and the latter.
fn slip(expression: &str) -> Option<(&str, &'static str)> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() > 2 && !WORDS.contains(word)).find_map(|word| {
        let meant = WORDS.into_iter().find(|known| strsim::damerau_levenshtein(word, known) == 1)?;
        Some((word, meant))
    })
}

/// Where in an expression the first thing stands that the message quotes, or names as a number; else
/// the word that looks like a slip.
fn place(expression: &str, message: &str) -> Option<(usize, usize)> {
    let slip = slip(expression).filter(|_| message == SYNTAX).map(|(word, _)| word);
    let quoted = message.split(['\'', '"']).skip(1).step_by(2);
    let numbers = message.split(' ').filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()));
    let (byte, found) = quoted
        .chain(numbers)
        .chain(slip)
        .filter(|part| !part.is_empty())
        .find_map(|part| Some((expression.find(part)?, part)))?;
    Some((expression.get(..byte)?.chars().count(), found.chars().count()))
}
