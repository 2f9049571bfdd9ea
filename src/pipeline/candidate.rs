//! A profile that a run may use, and how far it is trusted.

use crate::profile::Profile;
use std::sync::Arc;

/// A profile that connections are tried with.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Profile that connections are tried with.
    pub profile: Arc<Profile>,
    /// How far the profile is trusted.
    pub trust: Trust,
}

/// How far a candidate is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The user asked for the profile: connections on its ports (or any, if it has none) are taken without a look at
    /// the bytes.
    Given,
    /// The profile is there to be tried: a connection on its ports must start with a header, or else, as any other,
    /// show its magic.
    Tried,
}
