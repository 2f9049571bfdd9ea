//! What began the doubt on a connection, and what became of the places that a profile names.
//!
//! In: what pairing meets. Out: plain data for findings. Not responsible for their words.

/// Why it could not be told any more which request an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// Bytes are missing in which requests or answers may have been.
    Gap,
    /// So many requests waited at once.
    Open(u32),
    /// An answer came when no request waited, here or on other connections of the port: one request has several, or
    /// nobody had asked for it.
    Unasked,
    /// The value that tells requests apart may be that of more than one.
    Value,
}

/// Requests that had no answer though the protocol promises one for each, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unanswered {
    /// Number of requests without an answer; 0 unless more than one of them came before the last answer.
    pub requests: u32,
    /// Number of all requests.
    pub of: u32,
}

/// Whether messages were asked for a value, and how many had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Whether any message was asked.
    pub any: bool,
    /// Number of messages that had it.
    pub found: u32,
}

/// What became of one correlation of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// What became of its place in requests.
    pub requests: Looked,
    /// What became of its place in answers.
    pub answers: Looked,
    /// Number of answers that had the value of a request that they can be for.
    pub agreed: u32,
    /// Number of different values that requests had.
    pub values: u32,
    /// Number of these that answers had.
    pub answered: u32,
}

impl Doubt {
    /// The doubt of this many requests that waited at once.
    pub(super) fn of(open: usize) -> Self {
        Self::Open(u32::try_from(open).unwrap_or(u32::MAX))
    }
}

impl Use {
    /// Takes what became of the same correlation elsewhere.
    pub fn add(&mut self, other: Self) {
        self.requests.add(other.requests);
        self.answers.add(other.answers);
        self.agreed = self.agreed.saturating_add(other.agreed);
        self.values = self.values.saturating_add(other.values);
        self.answered = self.answered.saturating_add(other.answered);
    }
}

impl Looked {
    pub(in crate::conversation) fn note(&mut self, has_value: bool) {
        self.any = true;
        self.found = self.found.saturating_add(u32::from(has_value));
    }

    /// Takes what became of the same place elsewhere.
    fn add(&mut self, other: Self) {
        self.any |= other.any;
        self.found = self.found.saturating_add(other.found);
    }
}
