//! `deframe streams`.

use super::Outcome;
use super::args::StreamsArgs;
use super::failure::Failure;
use super::output::{self, Output};
use super::progress;
use crate::pipeline;
use crate::pipeline::{Filter, Setup};
use crate::report::StreamsTable;

/// Runs it.
pub(super) fn run(args: &StreamsArgs) -> Result<Outcome, Failure> {
    let filter = Filter { connections: args.connection.clone(), ..Filter::default() };
    let setup = Setup { server_ports: args.port.clone(), filter, ..Setup::default() };
    let mut captures = progress::open(&args.captures, args.output.output.is_none())?;
    let path = args.output.output.as_deref();
    let mut output = Output::beside(path, &args.captures.captures)?;
    let mut report = StreamsTable::new(&mut output.writer, output::width(args.width, path));
    let run = pipeline::run(&mut captures, &setup, &mut report);
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    super::filters::warn(&setup, &summary);
    Ok(Outcome::Done)
}
