//! Starts the program, waits until it captures, stops it; and whether all that is possible here.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long anything may take that happens at once on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a test that needs root can run here; says so if not.
pub(crate) fn is_root(test: &str) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
    let is_root = uids.split_whitespace().nth(1) == Some("0");
    is_root || skip(test, "it needs root, to capture and to make interfaces")
}

/// Whether a program is there that a test needs.
pub(crate) fn has(test: &str, program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok() || skip(test, &format!("it needs {program}"))
}

/// Says why a test is skipped. Where it must not be, that is a failure.
#[allow(clippy::print_stderr, reason = "cargo shows it with --nocapture, and in a failure")]
fn skip(test: &str, why: &str) -> bool {
    assert_ne!(std::env::var("DEFRAME_LIVE").as_deref(), Ok("required"), "{test} cannot run here: {why}");
    eprintln!("{test} is skipped: {why}");
    false
}

/// Waits until a file has so many bytes.
pub(crate) fn grown(file: &Path, len: u64) {
    let since = Instant::now();
    while file.metadata().map_or(0, |metadata| metadata.len()) < len {
        assert!(since.elapsed() < PATIENCE, "{} does not grow", file.display());
        thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a command that must succeed, and gives its output.
pub(crate) fn sh(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A run of the program that goes on.
pub(crate) struct Sniffer {
    child: Child,
    stdout: Option<JoinHandle<String>>,
    stderr: JoinHandle<String>,
}

/// A run of the program that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sniffer {
    /// `deframe sniff` with these arguments; returns once it captures.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_deframe")).arg("sniff").args(args))
    }

    /// Starts a capture, as [`Sniffer::start`] does, in a network namespace.
    pub(crate) fn start_in(namespace: &str, args: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_deframe");
        Self::spawn(Command::new("ip").args(["netns", "exec", namespace, program, "sniff"]).args(args))
    }

    /// Starts a command that ends in the program, and collects what it says.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut sniffer = Self::spawn_unread(command);
        let stdout = sniffer.child.stdout.take().unwrap();
        sniffer.stdout = Some(thread::spawn(move || text(stdout)));
        sniffer
    }

    /// Starts it without reading what it writes to standard output.
    pub(crate) fn spawn_unread(command: &mut Command) -> Self {
        // No configuration of this machine, and no sudo in the way.
        command.env_remove("SUDO_UID").env("XDG_CONFIG_HOME", "/nonexistent");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (begun, begins) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let stderr = thread::spawn(move || {
            let mut said = String::new();
            for line in lines.map_while(Result::ok) {
                if line.contains("capturing on") {
                    let _ = begun.send(());
                }
                said = said + &line + "\n";
            }
            said
        });
        let sniffer = Self { child, stdout: None, stderr };
        // It says so when the interfaces are open; from then on nothing is missed.
        begins.recv_timeout(PATIENCE).expect("it captures");
        sniffer
    }

    /// Standard output of the program.
    pub(crate) fn take_stdout(&mut self) -> std::process::ChildStdout {
        self.child.stdout.take().unwrap()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        sh(&format!("kill -{signal} {}", self.pid()));
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn stop(self) -> Run {
        self.signal("INT");
        self.wait()
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Run {
        let since = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if since.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end");
            }
            thread::sleep(Duration::from_millis(20));
        };
        let stdout = self.stdout.map(|thread| thread.join().unwrap()).unwrap_or_default();
        Run { code: status.code(), stdout, stderr: self.stderr.join().unwrap() }
    }
}

impl Run {
    /// All records of `--json`.
    pub(crate) fn records(&self) -> Vec<Value> {
        records(&self.stdout)
    }

    /// The records of one kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Value> {
        let mut records = self.records();
        records.retain(|record| record["record"] == kind);
        records
    }

    /// The last record, which is the summary.
    pub(crate) fn summary(&self) -> Value {
        let last = self.records().pop().unwrap();
        assert_eq!(last["record"], "summary", "{}", self.stderr);
        last
    }
}

/// NDJSON.
pub(crate) fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// What `deframe` says with these arguments.
pub(crate) fn deframe(args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_deframe")).args(args).env("XDG_CONFIG_HOME", "/nonexistent").output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The messages of a capture file, as `sniff --json` tells them.
pub(crate) fn messages_of(file: &Path, options: &[&str]) -> Vec<Value> {
    let mut all = records(&deframe(&[&["export", "-f", "ndjson", file.to_str().unwrap()], options].concat()));
    all.retain(|record| record["record"] == "message");
    all
}

fn text(mut from: impl Read) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).unwrap();
    text
}
