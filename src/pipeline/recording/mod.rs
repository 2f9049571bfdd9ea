//! From records to the sink: what is counted over the whole run, and what is passed on.

mod hints;
mod recorder;
mod totals;

pub(super) use recorder::Recorder;
pub(super) use totals::Intake;
