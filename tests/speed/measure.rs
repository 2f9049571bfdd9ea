//! How long commands take, and how much memory.
//!
//! Commands are run in turns, A B C A B C, so that a machine that becomes slower or faster does so for all of them;
//! what is told is the median. Each runs under a small process of its own, which asks the system for the figures of its
//! only child. Nothing is written but to `/dev/null`.

use nix::sys::resource::{UsageWho, getrusage};
use std::io;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run of a command took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// Seconds from start to exit.
    pub(crate) wall: f64,
    /// Seconds of processor time.
    pub(crate) cpu: f64,
    /// Most memory that was resident, in MiB.
    pub(crate) peak: f64,
}

/// The argument that makes this program run a command and say what it took.
pub(crate) const ONCE: &str = "once";

/// Runs `command` and prints what it took.
pub(crate) fn once(command: &[String]) -> io::Result<()> {
    let (program, arguments) = command.split_first().ok_or_else(|| io::Error::other("no command"))?;
    let start = Instant::now();
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let wall = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(io::Error::other(format!("{command:?}: {status}")));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    println!(
        "{} {} {}",
        wall,
        seconds(usage.user_time()) + seconds(usage.system_time()),
        usage.max_rss() as f64 / 1024.0
    );
    Ok(())
}

/// Runs each of `commands` so many times, in turns, after a turn that does not count; the medians. Standard input of
/// all of them is what `input` writes, if it is given.
pub(crate) fn medians(runs: usize, commands: &[Vec<String>], input: Option<&[String]>) -> io::Result<Vec<Taken>> {
    let mut taken = vec![Vec::new(); commands.len()];
    for turn in 0..=runs {
        for (command, taken) in commands.iter().zip(&mut taken) {
            let one = measure(command, input)?;
            if turn > 0 || runs == 1 {
                taken.push(one);
            }
        }
        if runs == 1 {
            break;
        }
    }
    Ok(taken.iter().map(|all| median(all)).collect())
}

fn measure(command: &[String], input: Option<&[String]>) -> io::Result<Taken> {
    let mut once = Command::new(std::env::current_exe()?);
    once.args(["speed", ONCE, "--"]).args(command);
    let mut writer = match input {
        Some([program, arguments @ ..]) => {
            let mut writer = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn()?;
            once.stdin(writer.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?);
            Some(writer)
        }
        _ => None,
    };
    let output = once.stderr(Stdio::inherit()).output()?;
    if let Some(writer) = &mut writer {
        writer.wait()?;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    match figures[..] {
        [wall, cpu, peak] => Ok(Taken { wall, cpu, peak }),
        _ => Err(io::Error::other(format!("{} did not run", command.join(" ")))),
    }
}

fn median(all: &[Taken]) -> Taken {
    let middle = |figure: fn(&Taken) -> f64| {
        let mut sorted: Vec<f64> = all.iter().map(figure).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    Taken { wall: middle(|one| one.wall), cpu: middle(|one| one.cpu), peak: middle(|one| one.peak) }
}
