//! `deframe streams`.

use super::args::{FollowFormat, ProtocolArgs, StreamsArgs};
use super::failure::Failure;
use super::folder::Folder;
use super::outcome::{Outcome, outcome};
use super::output::{self, Output};
use super::progress::{self, Watched};
use super::{setup, traffic, verbose};
use crate::pipeline::{self, Setup};
use crate::record::Sink;
use crate::report::text::plural;
use crate::report::{Dump, Follow, Lines, Raw, StreamsTable};
use std::io::{self, IsTerminal};

/// Runs `deframe streams`.
pub(super) fn run(args: &StreamsArgs) -> Result<Outcome, Failure> {
    let connections = args.follow.map_or_else(|| args.connection.clone(), |number| vec![number]);
    let setup = setup_of(args, connections)?;
    verbose::setup(&setup, &ProtocolArgs::default());
    match (&args.dump, args.follow) {
        (_, Some(_)) => follow(args, &setup),
        (Some(path), None) => {
            let captures = progress::open(&args.captures, args.output.output.is_none())?;
            let mut folder = Folder::new(path)?;
            let mut output = output_of(args)?;
            let mut report = Dump::new(table(args, &mut output.writer), &mut folder, args.fill_gaps);
            let told = tell(captures, &setup, &mut report);
            told.map_err(|error| match folder.failed() {
                Some(path) => Failure::writing(&path.display().to_string(), &error),
                None => Failure::writing(&output.name, &error),
            })
        }
        (None, None) => {
            let captures = progress::open(&args.captures, args.output.output.is_none())?;
            let mut output = output_of(args)?;
            let told = tell(captures, &setup, &mut table(args, &mut output.writer));
            told.map_err(|error| Failure::writing(&output.name, &error))
        }
    }
}

fn follow(args: &StreamsArgs, setup: &Setup) -> Result<Outcome, Failure> {
    let path = args.output.output.as_deref();
    if args.format == FollowFormat::Raw && path.is_none() && io::stdout().is_terminal() {
        return Err(Failure::usage("captured bytes do not go to a terminal as they are")
            .hint("give a file with -o, pipe them to a program, or take --as text"));
    }
    let captures = progress::open(&args.captures, args.output.output.is_none())?;
    let mut output = output_of(args)?;
    let direction = args.direction.map(setup::direction);
    let width = output::width(args.width.columns, path);
    let out = &mut output.writer;
    let told = match args.format {
        FollowFormat::Hex => tell(captures, setup, &mut Follow::new(out, Lines::hex(width), direction)),
        FollowFormat::Text => tell(captures, setup, &mut Follow::new(out, Lines::text(width), direction)),
        FollowFormat::Raw => {
            let mut report = Raw::new(out, direction);
            let told = tell(captures, setup, &mut report);
            if let (gaps @ 1.., missing) = report.left_out() {
                let (gaps, missing) = (plural(gaps, "gap"), plural(missing, "byte"));
                output::talk(&format!("warning: {gaps} of {missing} left out: these bytes were not captured"));
            }
            told
        }
    };
    told.map_err(|error| Failure::writing(&output.name, &error))
}

fn setup_of(args: &StreamsArgs, connections: Vec<usize>) -> Result<Setup, Failure> {
    let (expression, mut filter) = traffic::of(&args.traffic)?;
    filter.connections = connections;
    Ok(Setup { expression, filter, server_ports: args.traffic.server_port.clone(), ..Setup::default() })
}

fn output_of(args: &StreamsArgs) -> Result<Output, Failure> {
    Output::beside(args.output.output.as_deref(), &args.captures.captures)
}

fn table<W: io::Write>(args: &StreamsArgs, out: W) -> StreamsTable<W> {
    StreamsTable::new(out, output::width(args.width.columns, args.output.output.as_deref()))
}

/// Runs a report, and tells of filters that nothing passed.
fn tell(mut captures: Watched, setup: &Setup, report: &mut dyn Sink) -> io::Result<Outcome> {
    let summary = pipeline::run(&mut captures, setup, report)?;
    Ok(outcome(false, captures.is_partial(), setup, &summary))
}
