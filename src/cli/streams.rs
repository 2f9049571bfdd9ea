//! `deframe streams`.

use super::Outcome;
use super::args::StreamsArgs;
use super::failure::Failure;
use super::output::{self, Output};
use super::traffic;
use crate::pipeline::{Filter, Setup};
use crate::report::StreamsTable;
use crate::{capture, pipeline};

/// Runs it.
pub(super) fn run(args: &StreamsArgs) -> Result<Outcome, Failure> {
    let filter = Filter { connections: args.connection.clone(), ..Filter::default() };
    let setup = Setup { traffic: traffic::of(&args.traffic)?, filter, ..Setup::default() };
    let mut captures = capture::open(&args.captures.captures)?;
    let path = args.output.output.as_deref();
    let mut output = Output::beside(path, &args.captures.captures)?;
    let mut report = StreamsTable::new(&mut output.writer, output::width(args.width, path));
    let run = pipeline::run(&mut captures, &setup, &mut report);
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    super::filters::warn(&setup, &summary);
    Ok(Outcome::Done)
}
