//! The program itself.

use assert_cmd::Command;
use std::path::Path;

/// `deframe` with these arguments, apart from what the user has at home.
pub(crate) fn deframe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let home = env!("CARGO_TARGET_TMPDIR");
    command.args(arguments).env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).env("TZ", "CET-1");
    command
}

/// What the command prints, which says nothing else.
pub(crate) fn stdout(mut command: Command) -> String {
    let output = command.assert().success().get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// `deframe export -f FORMAT PATH`.
pub(crate) fn export(format: &str, path: &Path) -> String {
    stdout(deframe(&["export", "-f", format, path.to_str().unwrap()]))
}
