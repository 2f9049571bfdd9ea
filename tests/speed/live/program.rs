//! The two programs that capture: how they are started and stopped, and what they say they have seen.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

/// The kernel's buffer of both: what `deframe sniff` takes by default. Tcpdump wants KiB.
const BUFFER_KIB: &str = "65536";

/// Who captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Deframe,
    Tcpdump,
}

impl Program {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deframe => "deframe sniff --json",
            Self::Tcpdump => "tcpdump -w",
        }
    }

    /// How long the kernel collects packets before it hands them over. Tcpdump leaves what it was not handed when it
    /// ends.
    pub(crate) const fn under_way(self) -> Duration {
        match self {
            Self::Deframe => Duration::from_millis(50),
            Self::Tcpdump => Duration::from_millis(1100),
        }
    }
}

/// What the program saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) frames: u64,
    pub(crate) packets: u64,
    /// By the kernel or by the program.
    pub(crate) dropped: u64,
    /// From the signal that stops it to its end.
    pub(crate) end_seconds: f64,
}

/// A program that captures the port.
pub(crate) struct Capture {
    program: Program,
    /// Which deframe captures, and looks into the file of the other.
    deframe: PathBuf,
    child: Child,
    /// Standard error of the program, all of which the pipe can hold.
    stderr: BufReader<ChildStderr>,
    out: PathBuf,
}

/// Neither the program nor its file stays behind, whatever went wrong.
impl Drop for Capture {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.out);
    }
}

impl Capture {
    /// Returns once it captures.
    pub(crate) fn start(program: Program, deframe: &Path, port: u16, folder: &Path) -> io::Result<Self> {
        let filter = ["tcp", "port", &port.to_string()].map(str::to_owned);
        let (mut command, out, begins) = match program {
            Program::Deframe => {
                let out = folder.join("live.ndjson");
                let mut command = Command::new(deframe);
                command.args(["sniff", "-i", "lo", "--json"]).stdout(File::create(&out)?);
                (command, out, "capturing on")
            }
            Program::Tcpdump => {
                let out = folder.join("live.pcap");
                let mut command = Command::new("tcpdump");
                command.args(["-i", "lo", "-n", "-Z", "root", "-B", BUFFER_KIB, "-w"]).arg(&out).stdout(Stdio::null());
                (command, out, "listening on")
            }
        };
        let mut child =
            command.args(filter).stderr(Stdio::piped()).spawn().map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", command.get_program().display()))
            })?;
        let stderr = BufReader::new(child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut capture = Self { program, deframe: deframe.to_owned(), child, stderr, out };
        let mut line = String::new();
        while !line.contains(begins) {
            if capture.stderr.read_line(&mut line)? == 0 {
                return Err(io::Error::other(format!("{} does not capture: {line}", program.name())));
            }
        }
        Ok(capture)
    }

    /// Stops it as Ctrl-C does.
    pub(crate) fn stop(mut self) -> io::Result<Seen> {
        let start = Instant::now();
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT)?;
        let status = self.child.wait()?;
        let end_seconds = start.elapsed().as_secs_f64();
        let mut said = String::new();
        self.stderr.read_to_string(&mut said)?;
        if !status.success() {
            return Err(io::Error::other(format!("{}: {status}: {said}", self.program.name())));
        }
        match self.program {
            Program::Deframe => {
                let summary = last_record(File::open(&self.out)?)?;
                let figure = |name| figure(&summary, name);
                let (packets, dropped) = (figure("packets")?, figure("dropped_packets")?);
                Ok(Seen { frames: figure("messages")?, packets, dropped, end_seconds })
            }
            Program::Tcpdump => {
                let figure = |name: &str| {
                    let line = said.lines().find_map(|line| line.trim().strip_suffix(name)?.trim().parse().ok());
                    line.ok_or_else(|| io::Error::other(format!("tcpdump does not say how many{name}: {said}")))
                };
                let (packets, dropped) = (figure(" packets captured")?, figure(" packets dropped by kernel")?);
                let frames = if packets == 0 { 0 } else { in_file(&self.deframe, &self.out)? };
                Ok(Seen { frames, packets, dropped, end_seconds })
            }
        }
    }
}

/// Messages in a capture file, as deframe reads it afterwards.
fn in_file(deframe: &Path, capture: &Path) -> io::Result<u64> {
    let mut command = Command::new(deframe);
    command.args(["export", "-f", "ndjson"]).arg(capture).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let summary = last_record(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?)?;
    child.wait()?;
    figure(&summary, "messages")
}

/// The summary, which ends all records.
fn last_record(records: impl Read) -> io::Result<Value> {
    let (mut records, mut last, mut line) = (BufReader::with_capacity(1 << 20, records), Vec::new(), Vec::new());
    while records.read_until(b'\n', &mut line)? > 0 {
        std::mem::swap(&mut last, &mut line);
        line.clear();
    }
    Ok(serde_json::from_slice(&last)?)
}

fn figure(summary: &Value, name: &str) -> io::Result<u64> {
    summary[name].as_u64().ok_or_else(|| io::Error::other(format!("no {name} in the last record: {summary}")))
}
