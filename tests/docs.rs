//! The commands in README.md and docs/ are run, and what stands under them is what they print.
//!
//! A block that starts with ```` ```console ```` holds commands (`$ …`) and their output, standard error included.
//! `UPDATE_DOCS=1 cargo test --test docs` writes the real output into the files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn documents() -> Vec<PathBuf> {
    let docs = std::fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = docs.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.extend(["README.md", "samples/README.md"].map(PathBuf::from));
    paths.sort();
    paths
}

/// How the README begins: what Debian lacks is installed, then the program runs.
const SET_UP: &str = "apt-get update && apt-get install -y libpcap-dev && ";

/// Runs a line as a shell would, in the project's folder, with this build of the program. Nothing is installed: this
/// build is there, so what it needs is too.
fn run(line: &str) -> String {
    let line = line.strip_prefix(SET_UP).unwrap_or(line).replace("cargo run --release -- ", "deframe ");
    let bin = Path::new(env!("CARGO_BIN_EXE_deframe")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = std::env::temp_dir().join("deframe-docs-home");
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}\n}} 2>&1")])
        .env("PATH", path)
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", &home)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The document with the real output under every command.
fn with_real_output(text: &str) -> String {
    let mut out = String::new();
    let (mut in_block, mut skipping) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = line == "```console";
            skipping = false;
        } else if in_block && let Some(command) = line.strip_prefix("$ ") {
            writeln!(out, "{line}").unwrap();
            out.push_str(&run(command));
            skipping = true;
            continue;
        }
        if !skipping {
            writeln!(out, "{line}").unwrap();
        }
    }
    out
}

fn check(path: &Path, real: &str) {
    let written = std::fs::read_to_string(path).unwrap_or_default();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, real).unwrap();
    } else {
        let name = path.display();
        assert!(
            written == real,
            "{name} is out of date: UPDATE_DOCS=1 cargo test --test docs\n{}",
            first_difference(&written, real)
        );
    }
}

fn first_difference(written: &str, real: &str) -> String {
    let mut pairs = written.lines().zip(real.lines()).enumerate();
    match pairs.find(|(_, (written, real))| written != real) {
        Some((index, (written, real))) => format!("line {}:\n  written {written}\n  real    {real}", index + 1),
        None => format!("{} lines are written, {} are real", written.lines().count(), real.lines().count()),
    }
}

#[test]
fn every_command_in_the_documents_prints_what_stands_there() {
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        check(&path, &with_real_output(&text));
    }
}

#[test]
fn the_command_line_is_documented_as_it_is() {
    let mut out = String::from(
        "# Command line\n\nGenerated from the program: `UPDATE_DOCS=1 cargo test --test docs` writes this file.\n",
    );
    describe(&[], "##", &mut out);
    check(Path::new("docs/cli.md"), &out);
}

/// The help of a command and of those below it, as the program prints it.
fn describe(command: &[&str], level: &str, out: &mut String) {
    let name = [&["deframe"], command].concat().join(" ");
    let help = run(&format!("{name} --help"));
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    write!(out, "\n{level} {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end()).unwrap();
    let listed = lines.iter().skip_while(|line| **line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What a command is about may go on in further lines, which are indented by more.
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for sub in names.filter(|name| !["", "help"].contains(name)) {
        describe(&[command, &[sub]].concat(), &format!("{level}#"), out);
    }
}

#[test]
fn the_readme_says_how_to_set_up_and_how_to_test() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let first = format!("$ {SET_UP}cargo run --release -- analyze samples/star_network.pcap");
    assert!(readme.lines().find(|line| line.starts_with("$ ")).unwrap().starts_with(&first), "{first}");
    let test = "`cargo test` are all the set-up there is";
    for command in
        [test, "cargo run --release --no-default-features --features cli -- analyze samples/star_network.pcap"]
    {
        assert!(readme.contains(command), "the README does not have `{command}`");
    }
    let ci = std::fs::read_to_string(".ci/run").unwrap();
    assert!(ci.contains("cargo test\n"), ".ci/run does not run the README's test command");
    assert!(ci.contains("README.md | bash"), ".ci/run does not run the README's first command");
}
