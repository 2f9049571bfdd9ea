//! The `deframe` program. Everything it does is in [`deframe::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    deframe::cli::main()
}
