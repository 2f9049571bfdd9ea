//! The command line: what was typed (`args`), what it means (`setup`), and the exit code.
//!
//! The only module that knows the terminal, the process, the environment and the file system around it. stdout is data,
//! stderr is talk; a reader that closes the pipe ends the program as if it had finished.

mod analyze;
mod args;
mod decode;
mod export;
mod failure;
mod filters;
mod folder;
mod generate;
mod hexdump;
mod input;
#[cfg(feature = "live")]
mod interfaces;
mod learning;
mod moment;
mod network;
mod number;
mod outcome;
mod output;
mod profiles;
mod progress;
mod quantity;
#[cfg(feature = "live")]
mod refusal;
mod setup;
mod shelf;
#[cfg(feature = "live")]
mod sniff;
mod streams;
mod traffic;
mod verbose;

use crate::proto::is_harmful;
use crate::report;
use args::{Args, Command};
use clap::Parser;
use failure::Failure;
use outcome::Outcome;
use std::process::ExitCode;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // clap prints help and version to stdout, errors to stderr, and knows the code: 0 or 2.
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = harmless(error).print();
            return ExitCode::from(code);
        }
    };
    output::say(args.command.talk());
    match run(args.command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partial) => ExitCode::FAILURE,
        Ok(Outcome::Findings(count)) => {
            output::talk(&format!("strict: {}", report::text::plural(count, "finding")));
            ExitCode::from(3)
        }
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(failure.code())
        }
    }
}

/// The error that clap has for the same words with what is harmful in them escaped: it repeats them, and names of files
/// may be among them.
fn harmless(error: clap::Error) -> clap::Error {
    let words = std::env::args_os().map(|word| report::text::safe(&word.to_string_lossy()).into_owned());
    if error.to_string().chars().all(|char| char == '\n' || !is_harmful(char)) {
        return error;
    }
    Args::try_parse_from(words).err().unwrap_or_else(|| clap::Error::new(error.kind()))
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Analyze(args) => analyze::run(&args),
        Command::Export(args) => export::run(&args),
        #[cfg(feature = "live")]
        Command::Sniff(args) => sniff::run(&args),
        #[cfg(feature = "live")]
        Command::Interfaces(args) => interfaces::run(&args),
        #[cfg(not(feature = "live"))]
        Command::Sniff(_) | Command::Interfaces(_) => {
            Err(Failure::usage("this deframe was built without live capture")
                .hint("build it with libpcap (Debian: libpcap-dev) and the feature `live`, which is on by default"))
        }
        Command::Decode(args) => decode::run(&args),
        Command::Streams(args) => streams::run(&args),
        Command::Profiles(args) => profiles::run(&args),
        Command::Completions(args) => generate::completions(args.shell),
        Command::Man(args) => generate::man(&args),
    }
}
