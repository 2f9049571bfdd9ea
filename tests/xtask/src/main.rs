//! Tools of the tests, each beside the tests that share its parts: `cargo xtask TOOL`.
//!
//! In: arguments. Out: captures, and the tables of the documents. Invariant: deframe's own code is met as a library or
//! as the program that was built, never by a path. Not responsible for passing or failing: the tests are.

#[path = "../../diffusion/mod.rs"]
mod diffusion;
#[path = "../../faults/mod.rs"]
mod faults;
#[path = "../../faults/run.rs"]
mod faulty;
#[path = "../../loss/run.rs"]
mod loss;
#[path = "../../oracle/run.rs"]
mod schemaless;
#[path = "../../diffusion/run.rs"]
mod served;
#[path = "../../speed/run.rs"]
mod speed;

use clap::Parser;
use std::io::{self, Write};
use std::process::ExitCode;

/// Tools of deframe's tests.
#[derive(Parser)]
#[command(name = "xtask")]
enum Tool {
    Diffusion(served::Args),
    Faults(faulty::Args),
    Loss(loss::Args),
    Schemaless(schemaless::Args),
    Speed(speed::Args),
}

fn main() -> ExitCode {
    let done = match Tool::parse() {
        Tool::Diffusion(args) => served::run(args),
        Tool::Faults(args) => faulty::run(args),
        Tool::Loss(args) => loss::run(args),
        Tool::Schemaless(args) => schemaless::run(args),
        Tool::Speed(args) => speed::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody to tell if that fails.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
