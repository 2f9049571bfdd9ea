//! `deframe export`.

use super::args::{ExportArgs, Format};
use super::failure::Failure;
use super::outcome::{Outcome, outcome};
use super::output::{Output, hint, talk};
use super::{progress, setup, verbose};
use crate::pipeline;
use crate::record::Sink;
use crate::report::text::plural;
use crate::report::{Csv, Json, Ndjson, Sd};
use jiff::tz::TimeZone;

/// Runs `deframe export`.
pub(super) fn run(args: &ExportArgs) -> Result<Outcome, Failure> {
    if args.local && args.format != Format::Sd {
        let hint = "give it with --format sd; the times of the other formats are in UTC and say so";
        return Err(Failure::usage("this format has no local times").hint(hint));
    }
    let setup = if args.wait.no_wait {
        setup::of_pipe(&args.run, args.limit)?
    } else {
        setup::of_files(&args.run, args.limit, &args.threads)?
    };
    verbose::setup(&setup, &args.run.protocol);
    let mut captures = progress::open(&args.captures, args.run.output.output.is_none())?;
    let mut output = Output::waiting(args.wait, args.run.output.output.as_deref(), &args.captures.captures)?;
    let (out, style, at_once) = (&mut output.writer, setup::style(&args.run.style), args.wait.no_wait);
    let zone = if args.local { TimeZone::system() } else { TimeZone::UTC };
    let label = |profile: usize, payload: &[u8]| setup.candidates.get(profile)?.profile.sd.label(payload);
    let mut report: Box<dyn Sink + '_> = match args.format {
        Format::Json if at_once => Box::new(Json::new(out).with_style(style).at_once()),
        Format::Json => Box::new(Json::new(out).with_style(style)),
        Format::Ndjson if at_once => Box::new(Ndjson::new(out).with_style(style)),
        Format::Ndjson => Box::new(Ndjson::new(out).in_blocks().with_style(style)),
        Format::Sd if at_once => Box::new(Sd::new(out, zone, label).at_once()),
        Format::Sd => Box::new(Sd::new(out, zone, label)),
        Format::Csv if at_once => Box::new(Csv::new(out).with_style(style).at_once()),
        Format::Csv => Box::new(Csv::new(out).with_style(style)),
    };
    let run = pipeline::run(&mut captures, &setup, &mut *report);
    drop(report);
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    summary.hints.iter().for_each(|text| hint(text));
    let findings: u64 = summary.findings.iter().map(|(_, count)| count).sum();
    if matches!(args.format, Format::Csv | Format::Sd) && findings > 0 {
        let (count, are) = (plural(findings, "finding"), if findings == 1 { "is" } else { "are" });
        talk(&format!("note: {count} {are} not in this format; `analyze` and `export -f ndjson` tell all of them"));
    }
    Ok(outcome(args.run.strict, captures.is_partial(), &setup, &summary))
}
