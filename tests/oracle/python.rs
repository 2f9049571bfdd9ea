//! Runs `generate.py` where Python has what it needs.

use std::path::Path;
use std::process::Command;

/// Set to `required`, a missing oracle is a failure and no reason to skip.
const REQUIRED: &str = "DEFRAME_ORACLE";

/// Where `.ci/run` and CONTRIBUTING.md put the packages of `requirements.txt`.
const ENVIRONMENT: &str = "target/oracle/bin/python";

/// Whether tests must not be skipped.
pub(crate) fn is_required() -> bool {
    std::env::var(REQUIRED).is_ok_and(|value| value == "required")
}

/// Writes the files of `generate.py` into `folder`.
///
/// # Errors
/// Python or one of its packages is missing: which, and what to do.
pub(crate) fn generate(folder: &Path, arguments: &[String]) -> Result<(), String> {
    let python = if Path::new(ENVIRONMENT).exists() { ENVIRONMENT } else { "python3" };
    let mut command = Command::new(python);
    let command = command.arg("tests/oracle/generate.py").arg(folder).args(arguments);
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().map_err(|error| format!("{python}: {error}"))?;
    let hint = "CONTRIBUTING.md says how to install what the oracle needs";
    match output.status.code() {
        Some(0) => Ok(()),
        Some(3) => Err(format!("{python} {}; {hint}", String::from_utf8_lossy(&output.stderr).trim())),
        _ => panic!("{python} failed:\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}
