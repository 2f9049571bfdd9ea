//! Runs the program in an environment that is always the same.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// What a run left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Run {
    /// The output of a run that went well and had nothing to remark.
    #[track_caller]
    pub(crate) fn quiet(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The message of a run that gave up: nothing on stdout, each kind of line in its place, nothing said twice.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        assert_eq!(self.stderr.matches("error: ").count(), 1, "{}", self.stderr);
        assert!(self.stderr.matches("\nhint: ").count() <= 1, "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        let mut lines: Vec<&str> = self.stderr.lines().filter(|line| line.len() > 12).collect();
        let all = lines.len();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), all, "a line twice: {}", self.stderr);
        self.stderr
    }
}

/// The program with nothing in its environment, in the project's folder.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Runs the program with `arguments`.
pub(crate) fn deframe<S: AsRef<str>>(arguments: impl IntoIterator<Item = S>) -> Run {
    finish(command().args(arguments.into_iter().map(|argument| argument.as_ref().to_owned())))
}

/// Runs the program with `arguments` and `stdin`.
pub(crate) fn deframe_with(stdin: &[u8], arguments: &[&str]) -> Run {
    finish(command().args(arguments).write_stdin(stdin))
}

/// Runs a command that was prepared.
pub(crate) fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        code: output.status.code().expect("no signal"),
    }
}

/// Arguments separated by spaces; what is between apostrophes is one.
pub(crate) fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let split = parts.flat_map(|(index, part)| {
        if index % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
    });
    split.collect()
}

/// Runs the program with the arguments of `line`.
pub(crate) fn line(line: &str) -> Run {
    deframe(words(line))
}

/// A folder for the files of one test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and says where.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// A file of the project.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap()
}

/// Whether no line is wider than `width`; counts characters, which is enough where none is wide.
#[track_caller]
pub(crate) fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(line.chars().count() <= width, "wider than {width}: {line}\n{text}");
    }
}

/// The part of a report under one title.
#[track_caller]
pub(crate) fn section<'a>(report: &'a str, title: &str) -> &'a str {
    let start = format!("\n{title}\n");
    let at = report.find(&start).unwrap_or_else(|| panic!("no section {title}: {report}"));
    report[at + start.len()..].split("\n\n").next().unwrap()
}
