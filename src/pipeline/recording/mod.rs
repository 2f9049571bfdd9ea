//! From records to the sink: what is counted over the whole run, and what is passed on.

mod decisions;
mod hints;
mod intake;
mod recorder;
mod totals;

pub(super) use intake::Intake;
pub(super) use recorder::Recorder;
