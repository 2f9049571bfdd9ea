//! How much of the memory that a run may use it did use.

/// How much of a cap was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapUse {
    /// Name of the cap, which says what is capped and in what unit: `connections`, `pending_bytes`.
    pub name: &'static str,
    /// The most that was used at once.
    pub peak: u64,
    /// The cap itself.
    pub limit: u64,
}
