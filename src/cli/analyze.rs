//! `deframe analyze`.

use super::args::AnalyzeArgs;
use super::failure::Failure;
use super::outcome::{Outcome, outcome};
use super::output::{self, Output};
use super::{progress, setup, verbose};
use crate::pipeline;
use crate::report::{Table, TableOptions};

/// Runs `deframe analyze`.
pub(super) fn run(args: &AnalyzeArgs) -> Result<Outcome, Failure> {
    let setup = setup::of_files(&args.run, args.limit, &args.threads)?;
    verbose::setup(&setup, &args.run.protocol);
    let mut captures = progress::open(&args.captures, false)?;
    let path = args.run.output.output.as_deref();
    let mut output = Output::beside(path, &args.captures.captures)?;
    let options = TableOptions { width: output::width(args.width.columns, path), messages: !args.summary };
    let mut report = Table::new(&mut output.writer, options)
        .with_style(setup::style(&args.run.style))
        .with_hints(!args.captures.talk.quiet);
    let run = pipeline::run(&mut captures, &setup, &mut report);
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    Ok(outcome(args.run.strict, captures.is_partial(), &setup, &summary))
}
