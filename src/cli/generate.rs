//! `deframe completions` and `deframe man`: made from the description of the command line.

use super::args::{Args, ManArgs};
use super::failure::Failure;
use super::outcome::Outcome;
use super::output::Output;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io;

/// Runs `deframe completions`.
pub(super) fn completions(shell: Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "deframe", &mut script);
    Output::open(None)?.print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

/// Runs `deframe man`.
pub(super) fn man(args: &ManArgs) -> Result<Outcome, Failure> {
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        let written = Man::new(Args::command()).render(&mut page);
        written.map_err(|error| Failure::writing("standard output", &error))?;
        Output::open(None)?.print(&String::from_utf8_lossy(&page))?;
        return Ok(Outcome::Done);
    };
    let written: io::Result<()> = std::fs::create_dir_all(folder).and_then(|()| {
        let mut command = Args::command();
        command.build();
        clap_mangen::generate_to(command, folder)
    });
    written.map_err(|error| Failure::writing(&folder.display().to_string(), &error))?;
    Ok(Outcome::Done)
}
