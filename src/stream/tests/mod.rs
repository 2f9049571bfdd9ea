//! The stream stage as scripts: segments in, what the sink was told out.

mod connections;
mod gaps;
mod model;
mod order;
mod properties;
mod queue;
mod script;
mod snapped;
mod start;
