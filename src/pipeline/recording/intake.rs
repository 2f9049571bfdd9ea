//! What is known of a run before its messages.

use crate::capture::CaptureFacts;
use crate::packet::Decoder;
use crate::pipeline::misfit::PortMisfit;
use crate::pipeline::packets::Gate;
use crate::record::CapUse;

/// What a run took in: its facts apart from messages.
pub(in crate::pipeline) struct Intake<'a> {
    pub capture: &'a CaptureFacts,
    pub decoder: &'a Decoder,
    pub gate: &'a Gate,
    /// How much of each cap was used.
    pub caps: Vec<CapUse>,
    /// The server ports whose layout fits poorly; known at the end of the run.
    pub misfits: Vec<PortMisfit>,
}
