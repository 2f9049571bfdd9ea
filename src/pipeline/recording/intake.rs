//! What is known of a run before its messages.

use crate::capture::CaptureFacts;
use crate::packet::Decoder;
use crate::pipeline::packets::Gate;
use crate::record::CapUse;

/// What came in: what is known of a run before its messages.
pub(in crate::pipeline) struct Intake<'a> {
    pub capture: &'a CaptureFacts,
    pub decoder: &'a Decoder,
    pub gate: &'a Gate<'a>,
    /// How much of each cap was used; empty unless that is of interest.
    pub caps: Vec<CapUse>,
}
