//! The report for people, and the same live.

mod capture;
mod connections;
mod direction;
mod findings;
mod grid;
mod ledger;
mod live;
mod messages;
mod pairs;
mod phases;
mod rows;
mod sections;
mod types;

pub use live::{LiveOptions, LiveTable};
pub use sections::{Table, TableOptions};

pub(super) use connections::streams;
pub(super) use grid::{Column, leaves_out, render};
