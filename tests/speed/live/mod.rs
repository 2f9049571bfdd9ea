//! How much of what goes over loopback can be captured without a drop: by deframe, and beside it by `tcpdump -w`.
//!
//! The rate goes up step by step. In each step both capture one after the other, each the same traffic on
//! connections of its own, and write to a file. A step is kept up with if nothing was dropped, every frame that was
//! sent is there, and the program has nothing left to do soon after the last one: a buffer that fills is no
//! sustained rate. Who fails a step twice is at its end. The sender takes part of the machine, as would any program
//! that is captured on the machine it runs on.

mod program;
mod sender;

use super::machine::machine;
use program::{Capture, Program, Seen};
use sender::{Sender, Sent};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Frames a second of the first step, and by how much each step is more than the one before.
const FIRST: f64 = 50_000.0;
const MORE: f64 = 1.2;

/// Steps before it ends in any case: the last is more than a hundred times the first.
const STEPS: i32 = 27;

/// How much of the rate the sender must reach.
const REACHED: f64 = 0.97;

/// How much later a program may end than one that had nothing to do, in seconds of a second of traffic.
const BEHIND: f64 = 0.05;

/// One of the programs.
struct Entrant {
    program: Program,
    /// Seconds that the program takes to end when there was nothing to capture.
    idle_seconds: f64,
    best: Option<Step>,
    /// Why it did not keep up with the last step that it was in.
    end: Option<&'static str>,
}

/// What one program did in one step.
struct Step {
    sent: Sent,
    seen: Seen,
    /// How much later it ended than one that had nothing to do.
    behind_seconds: f64,
    /// Why it is not what was asked for.
    fault: Option<&'static str>,
}

/// What all steps have in common.
struct Loopback<'a> {
    deframe: &'a Path,
    folder: &'a Path,
    listener: TcpListener,
    time: Duration,
}

/// Raises the rate until neither program keeps up, and prints the best steps. `seconds` is how long each step lasts.
///
/// # Errors
/// A program does not capture: it needs root.
pub(crate) fn live(deframe: &Path, folder: &Path, seconds: u64) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let loopback = Loopback { deframe, folder, listener, time: Duration::from_secs(seconds) };
    let mut entrants = Vec::new();
    for program in [Program::Deframe, Program::Tcpdump] {
        let idle_seconds = loopback.start(program)?.stop()?.end_seconds;
        entrants.push(Entrant { program, idle_seconds, best: None, end: None });
    }
    println!("{}; each step {seconds} s\n", machine());
    println!("{:<21} {:>9} {:>6} {:>9} {:>9} {:>9}", "", "frames/s", "MB/s", "packets/s", "dropped", "behind s");
    for step in 0..STEPS {
        let rate = FIRST * MORE.powi(step);
        for entrant in entrants.iter_mut().filter(|entrant| entrant.end.is_none()) {
            loopback.step(entrant, rate)?;
            if entrant.end.is_some() {
                loopback.step(entrant, rate)?;
            }
        }
        if entrants.iter().all(|entrant| entrant.end.is_some()) {
            break;
        }
    }
    println!("\n| on loopback, without drops | frames/s | MB/s | packets/s | a fifth more |\n|---|---|---|---|---|");
    for Entrant { program, best, end, .. } in &entrants {
        let (name, end) = (program.name(), end.unwrap_or("not tried"));
        let [frames, megabytes, packets] = best.as_ref().map_or([0.0; 3], Step::per_second);
        println!("| `{name}` | {frames:.0} | {megabytes:.0} | {packets:.0} | {end} |");
    }
    Ok(())
}

impl Loopback<'_> {
    fn start(&self, program: Program) -> io::Result<Capture> {
        Capture::start(program, self.deframe, self.listener.local_addr()?.port(), self.folder)
    }

    /// Lets a program capture that rate, and notes how it did.
    fn step(&self, entrant: &mut Entrant, rate: f64) -> io::Result<()> {
        let capture = self.start(entrant.program)?;
        let sent = Sender::connect(&self.listener)?.send(rate, self.time)?;
        thread::sleep(entrant.program.under_way());
        let seen = capture.stop()?;
        let behind_seconds = (seen.end_seconds - entrant.idle_seconds).max(0.0);
        let fault = if seen.dropped > 0 {
            Some("drops packets")
        } else if seen.frames != sent.frames {
            Some("misses frames")
        } else if behind_seconds > BEHIND * sent.seconds {
            Some("falls behind")
        } else if (sent.frames as f64) < REACHED * rate * sent.seconds {
            Some("is more than the sender sends")
        } else {
            None
        };
        let step = Step { sent, seen, behind_seconds, fault };
        step.print(entrant.program);
        entrant.end = fault;
        if fault.is_none() {
            entrant.best = Some(step);
        }
        Ok(())
    }
}

impl Step {
    /// Frames and megabytes that were sent, packets that were captured.
    fn per_second(&self) -> [f64; 3] {
        let Self { sent, seen, .. } = self;
        [sent.frames as f64, sent.bytes as f64 / 1e6, seen.packets as f64].map(|figure| figure / sent.seconds)
    }

    fn print(&self, program: Program) {
        let [frames, megabytes, packets] = self.per_second();
        let (name, dropped, behind) = (program.name(), self.seen.dropped, self.behind_seconds);
        let fault = self.fault.map(|fault| format!("  {fault}")).unwrap_or_default();
        println!("{name:<21} {frames:>9.0} {megabytes:>6.0} {packets:>9.0} {dropped:>9} {behind:>9.3}{fault}");
    }
}
