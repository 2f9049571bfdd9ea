//! `deframe sniff`.
//!
//! In this order: everything that can be wrong with the options; interfaces and files, which may need root; giving up
//! being root; threads; packets. What a signal ends is told like what ends by itself.

mod interface;
mod privileges;
mod signals;
mod status;
mod watch;

use super::args::SniffArgs;
use super::failure::Failure;
use super::outcome::{Outcome, outcome};
use super::output::{self, LiveOutput, hint, talk};
use super::{refusal, setup, verbose};
use crate::capture::live::{self, Control, LiveOptions, Opened};
use crate::capture::save::{SaveError, SaveOptions, Saver};
use crate::limits::Caps;
use crate::pipeline::{self, Setup};
use crate::record::Sink;
use crate::report::text::plural;
use crate::report::{self, LiveTable, Ndjson};
use privileges::Unprivileged;
use status::Status;
use std::path::Path;
use watch::{Every, Watched};

/// Runs `deframe sniff`.
pub(super) fn run(args: &SniffArgs) -> Result<Outcome, Failure> {
    let mut setup = setup::of(&args.run, 0)?;
    setup.live = true;
    setup.caps = args.max_memory.map_or_else(Caps::default, Caps::within);
    // The kernel applies it.
    setup.expression = None;
    if let Some(path) = args.write.as_ref().filter(|path| args.run.output.output.as_ref() == Some(path)) {
        return Err(Failure::usage(format!("-w and -o would both write to {}", path.display()))
            .hint("give the packets and the report a file each"));
    }
    let user = Unprivileged::choose(args.user.as_deref(), args.no_drop)?;
    let (opened, because) = open(args, &setup)?;
    let mut output = LiveOutput::open(args.run.output.output.as_deref())?;
    // Files that rotate are all created by whoever the program becomes, once it is known that this is possible.
    let single = args.write.as_deref().filter(|_| args.rotate.is_none());
    let saver = single.map(|path| create_saver(args, path)).transpose()?;
    if let Some(user) = &user {
        output.file().map_or(Ok(()), |file| user.own(file))?;
        saver.as_ref().map_or(Ok(()), |saver| user.own(saver.file()))?;
        user.become_it()?;
    }
    privileges::give_up_capabilities()?;
    check_folder(args, user.as_ref())?;
    let saver = match args.rotate {
        None => saver,
        Some(_) => args.write.as_deref().map(|path| create_saver(args, path)).transpose()?,
    };
    let control = Control::default();
    signals::listen(&control)?;
    verbose::setup(&setup, &args.run.protocol);
    talk(&beginning(&opened, &because, user.as_ref()));
    if args.interface.len() > 1 && args.interface.iter().any(|name| name == "any") {
        hint("any has the packets of the other interfaces too, which now come twice");
    }

    let mut source = opened.start(&control, args.duration, setup.caps.queue_bytes, saver);
    let path = args.run.output.output.as_deref();
    let width = output::width(args.width.columns, path);
    let out = &mut output.writer;
    let style = setup::style(&args.run.style);
    let mut report: Box<dyn Sink + '_> = if args.json {
        Box::new(Ndjson::new(out).with_style(style))
    } else {
        let options = report::LiveOptions { width, header_every: output::rows(path) };
        Box::new(LiveTable::new(out, options).with_style(style).with_hints(!args.talk.quiet))
    };
    let mut watched = Watched {
        report: &mut *report,
        status: Status::new(args.talk.quiet),
        left: args.count,
        every: Every::new(args.stats_every),
    };
    let run = pipeline::run(&mut source, &setup, &mut watched);
    watched.status.clear();
    drop(report);
    control.stop_now();
    let saved = source.saved();
    if let Ok(Some(saved)) = &saved {
        let files = if saved.files > 1 { format!(", the last of {} files", saved.files) } else { String::new() };
        talk(&format!("note: {} written to {}{files}", plural(saved.packets, "packet"), saved.path.display()));
    }
    let summary = run.map_err(|error| Failure::writing(&output.name, &error))?;
    saved.map_err(|error| not_saved(&error))?;
    if args.json {
        summary.hints.iter().for_each(|text| hint(text));
    }
    Ok(outcome(args.run.strict, false, &setup, &summary))
}

/// Opens the interfaces, and says why these if nobody named them.
fn open(args: &SniffArgs, setup: &Setup) -> Result<(Opened, String), Failure> {
    let devices = if args.interface.is_empty() { live::devices().unwrap_or_default() } else { Vec::new() };
    let chosen = interface::choose(args, &setup.candidates, &devices);
    let options = LiveOptions {
        interfaces: chosen.names,
        filter: expression(args),
        buffer_bytes: args.buffer_size,
        snap_len: args.snap_length,
        immediate: args.immediate,
        timeout: args.timeout,
        promiscuous: args.promiscuous,
    };
    let opened = live::open(&options).map_err(|error| refusal::explain(&error))?;
    Ok((opened, chosen.because))
}

/// The BPF expression of the trailing words and `--filter`.
fn expression(args: &SniffArgs) -> Option<String> {
    let words = Some(args.expression.join(" ")).filter(|words| !words.trim().is_empty());
    match (words, args.run.traffic.filter.clone()) {
        (Some(words), Some(filter)) => Some(format!("({words}) and ({filter})")),
        (words, filter) => words.or(filter),
    }
}

fn create_saver(args: &SniffArgs, path: &Path) -> Result<Saver, Failure> {
    let options = SaveOptions {
        path: path.to_owned(),
        rotate: args.rotate,
        keep: args.keep.map(usize::from),
        comment: args.comment.clone(),
    };
    Saver::create(options).map_err(|error| not_saved(&error))
}

fn not_saved(error: &SaveError) -> Failure {
    let mut name = error.path.display().to_string();
    if error.packets > 0 {
        name = format!("{name}, which has {}", plural(error.packets, "packet"));
    }
    let mut failure = Failure::writing(&name, &error.source);
    if error.source.kind() == std::io::ErrorKind::StorageFull {
        failure = failure
            .hint("make room there, give another place with -w FILE, or keep fewer files with --rotate and --keep");
    }
    failure
}

/// Refuses a folder in which whoever the program becomes cannot create the files that rotate, before any packet is
/// lost.
fn check_folder(args: &SniffArgs, user: Option<&Unprivileged>) -> Result<(), Failure> {
    let (Some(path), Some(_)) = (&args.write, args.rotate) else { return Ok(()) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let access = nix::unistd::AccessFlags::W_OK | nix::unistd::AccessFlags::X_OK;
    nix::unistd::access(folder, access).map_err(|error| {
        let who = user.map_or_else(|| "this user".to_owned(), |user| format!("the user {}", user.name()));
        Failure::fatal(format!("{who} cannot create files in {}, which --rotate needs", folder.display()))
            .caused_by(std::io::Error::from(error))
            .hint("give a folder of that user, name another user with --user, or stay root with --no-drop")
    })
}

/// What is said at the beginning: `capturing on lo (Ethernet), which …; filter tcp port 8001; as nobody; Ctrl-C ends`.
fn beginning(opened: &Opened, because: &str, user: Option<&Unprivileged>) -> String {
    let facts = opened.facts();
    let names = facts.interfaces.iter().map(|interface| {
        let name = interface.name.as_deref().unwrap_or_default();
        format!("{name} ({})", interface.link)
    });
    let names = names.collect::<Vec<_>>().join(" and ");
    let filter = facts.interfaces.iter().find_map(|interface| interface.filter.as_deref());
    let filter = filter.map_or_else(String::new, |filter| format!("; filter {filter}"));
    let user = user.map_or_else(String::new, |user| format!("; as {}", user.name()));
    format!("note: capturing on {names}{because}{filter}{user}; Ctrl-C ends it")
}
