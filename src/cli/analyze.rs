//! `deframe analyze`.

use super::Outcome;
use super::args::AnalyzeArgs;
use super::failure::Failure;
use super::output::{self, Output};
use super::setup;
use crate::report::{Table, TableOptions};
use crate::{capture, pipeline};

/// Runs it.
pub(super) fn run(args: &AnalyzeArgs) -> Result<Outcome, Failure> {
    let setup = setup::of(&args.protocol, &args.traffic, &args.filter, args.limit)?;
    let mut captures = capture::open(&args.captures.captures)?;
    let path = args.output.output.as_deref();
    let mut output = Output::beside(path, &args.captures.captures)?;
    let options = TableOptions { width: output::width(args.width, path), messages: !args.summary };
    let mut report = Table::new(&mut output.writer, options);
    let run = pipeline::run(&mut captures, &setup, &mut report);
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    Ok(super::outcome(args.strict, &setup, &summary))
}
