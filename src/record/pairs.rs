//! What requests and answers of a server port share.
//!
//! In: what was found in the traffic. Out: plain data, with the evidence. Not responsible for finding it.

use crate::conversation::Correlation;
use crate::units::Direction;

/// What requests and answers on a server port were found to have in common, by which answers then find their requests.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pairs {
    /// TCP port of the server.
    pub port: u16,
    /// Direction of the requests.
    pub requests: Direction,
    /// Where requests and answers have the value.
    pub correlation: Correlation,
    /// Number of answers that were compared.
    pub answers: u32,
    /// Number of these that had the value of a request that waited.
    pub matched: u32,
}

impl Pairs {
    /// What was found for requests of a direction at a server port; `counts` are answers, and how many matched.
    #[must_use]
    pub(crate) fn of(port: u16, requests: Direction, correlation: &Correlation, counts: (u32, u32)) -> Self {
        Self { port, requests, correlation: correlation.clone(), answers: counts.0, matched: counts.1 }
    }
}
