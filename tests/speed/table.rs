//! The table of `docs/performance.md`: deframe beside the yardstick and beside other programs, in one run.

use super::machine::machine;
use super::measure::{Taken, medians};
use super::messages::Sizes;
use super::traffic::{Faults, Made, Traffic, write};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What is to be measured.
pub(crate) struct Bench {
    pub(crate) deframe: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) runs: usize,
    /// Size of the usual capture, in megabytes.
    pub(crate) megabytes: u64,
}

/// A line of the table.
struct Row {
    what: String,
    goal: &'static str,
    figures: String,
    result: String,
}

const SUMMARY: &str = "analyze --summary --threads 1";
const NDJSON: &str = "export -f ndjson --threads 1";
const SUMMARY_2: &str = "analyze --summary --threads 2";
const NDJSON_2: &str = "export -f ndjson --threads 2";

impl Bench {
    /// Measures everything and prints the table as it goes.
    pub(crate) fn table(&self, out: &mut impl Write) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        writeln!(out, "{}.\n", machine())?;
        writeln!(out, "| measure | goal | seconds | result |\n|---|---|---|---|")?;
        let parts = [
            Self::yardstick,
            Self::other_programs,
            Self::schema,
            Self::memory,
            Self::damage,
            Self::connections,
            Self::frames,
            Self::containers,
            Self::start_up,
        ];
        for part in parts {
            for Row { what, goal, figures, result } in part(self)? {
                writeln!(out, "| {what} | {goal} | {figures} | {result} |")?;
                out.flush()?;
            }
        }
        Ok(())
    }

    /// The capture of this name, made if it is not there.
    fn capture(&self, name: &str, traffic: &Traffic) -> io::Result<(String, Made)> {
        let path = self.folder.join(name);
        let made = write(traffic, BufWriter::with_capacity(1 << 20, File::create(&path)?))?;
        Ok((path.display().to_string(), made))
    }

    fn usual(&self) -> io::Result<(String, Made)> {
        self.capture("usual.pcap", &Traffic::usual(self.megabytes))
    }

    fn deframe(&self, arguments: &str, capture: &str) -> Vec<String> {
        let mut command = vec![self.deframe.display().to_string()];
        command.extend(arguments.split(' ').map(str::to_owned));
        command.extend((!capture.is_empty()).then(|| capture.to_owned()));
        command
    }

    fn bare(arguments: &str, capture: &str) -> io::Result<Vec<String>> {
        let mut command = vec![std::env::current_exe()?.display().to_string(), "speed".to_owned(), "bare".to_owned()];
        command.extend(arguments.split(' ').filter(|argument| !argument.is_empty()).map(str::to_owned));
        command.push(capture.to_owned());
        Ok(command)
    }

    fn yardstick(&self) -> io::Result<Vec<Row>> {
        let (capture, _) = self.usual()?;
        let commands = [
            Self::bare("", &capture)?,
            self.deframe(SUMMARY, &capture),
            self.deframe(SUMMARY_2, &capture),
            Self::bare("--ndjson", &capture)?,
            self.deframe(&format!("{NDJSON} --no-schema"), &capture),
            self.deframe(&format!("{NDJSON_2} --no-schema"), &capture),
        ];
        let taken = medians(self.runs, &commands, None)?;
        let one = |what: &str, over: usize, under: usize| ratio(what.to_owned(), "≤ 1.5", taken[over], taken[under]);
        let two = |what: &str, over: usize, under: usize| wall(what.to_owned(), "≤ 1.0", taken[over], taken[under]);
        Ok(vec![
            one("`analyze --summary` / bare walk, one thread", 1, 0),
            one("`export -f ndjson` / bare NDJSON, one thread, without schema", 4, 3),
            two("`analyze --summary` / bare walk, two threads", 2, 0),
            two("`export -f ndjson` / bare NDJSON, two threads, without schema", 5, 3),
        ])
    }

    fn schema(&self) -> io::Result<Vec<Row>> {
        let (capture, _) = self.usual()?;
        let commands = [self.deframe(NDJSON, &capture), self.deframe(&format!("{NDJSON} --no-schema"), &capture)];
        let taken = medians(self.runs, &commands, None)?;
        Ok(vec![ratio("NDJSON with the schema / without".to_owned(), "≤ 1.3", taken[0], taken[1])])
    }

    fn other_programs(&self) -> io::Result<Vec<Row>> {
        let (capture, _) = self.usual()?;
        let mut rows = Vec::new();
        if installed("tcpdump") {
            let tcpdump = ["tcpdump", "-r", &capture, "-w", "/dev/null"].map(str::to_owned).to_vec();
            let taken = medians(self.runs, &[self.deframe(SUMMARY, &capture), tcpdump], None)?;
            rows.push(ratio("`analyze --summary` / `tcpdump -w /dev/null`".to_owned(), "", taken[0], taken[1]));
        }
        if installed("tshark") {
            let script = "lua_script:tests/speed/payloads.lua";
            let tshark = ["tshark", "-r", &capture, "-X", script, "-T", "ek"].map(str::to_owned).to_vec();
            // It takes so long that it runs once.
            let long = medians(1, &[tshark], None)?;
            let taken = medians(self.runs, &[self.deframe(NDJSON, &capture), self.deframe(NDJSON_2, &capture)], None)?;
            rows.push(ratio("`tshark -T ek` / NDJSON, one thread".to_owned(), "≥ 60", long[0], taken[0]));
            rows.push(wall("`tshark -T ek` / NDJSON, two threads".to_owned(), "≥ 100", long[0], taken[1]));
        }
        Ok(rows)
    }

    fn memory(&self) -> io::Result<Vec<Row>> {
        let exe = std::env::current_exe()?.display().to_string();
        let make = |megabytes: u64| [&exe, "speed", "make", "-", "--mb", &megabytes.to_string()].map(str::to_owned);
        let mut rows = Vec::new();
        for (name, arguments) in [("summary", SUMMARY), ("NDJSON", NDJSON), ("NDJSON, two threads", NDJSON_2)] {
            let [small, large] = [self.megabytes, 20 * self.megabytes].map(|megabytes| {
                medians(1, &[self.deframe(arguments, "-")], Some(&make(megabytes))).map(|taken| taken[0].peak)
            });
            let (small, large) = (small?, large?);
            rows.push(Row {
                what: format!("memory, {} MB and {} MB, {name}", self.megabytes, 20 * self.megabytes),
                goal: "within 20 %, ≤ 64 MB",
                figures: String::new(),
                result: format!("{small:.0} MiB, {large:.0} MiB"),
            });
        }
        Ok(rows)
    }

    /// Seconds for a gigabyte of each of these captures, as ratios to the first.
    fn per_byte(&self, goal: &'static str, arguments: &str, captures: &[(&str, Traffic)]) -> io::Result<Vec<Row>> {
        let made: Vec<_> = captures
            .iter()
            .enumerate()
            .map(|(index, (_, traffic))| self.capture(&format!("{index}.pcap"), traffic))
            .collect::<io::Result<_>>()?;
        let commands: Vec<_> = made.iter().map(|(path, _)| self.deframe(arguments, path)).collect();
        let taken = medians(self.runs, &commands, None)?;
        let per_gb: Vec<f64> =
            taken.iter().zip(&made).map(|(taken, (_, made))| taken.cpu * 1e9 / made.bytes as f64).collect();
        let mut rows = Vec::new();
        for (((name, _), per_gb_of), (taken, (_, made))) in captures.iter().zip(&per_gb).zip(taken.iter().zip(&made)) {
            rows.push(Row {
                what: (*name).to_owned(),
                goal,
                figures: format!("{:.3}", taken.cpu),
                result: format!(
                    "{per_gb_of:.2} s a GB, {:.0} ns a frame, {:.2} of the first",
                    taken.cpu * 1e9 / made.frames as f64,
                    per_gb_of / per_gb[0]
                ),
            });
        }
        Ok(rows)
    }

    fn damage(&self) -> io::Result<Vec<Row>> {
        let clean = Traffic::usual(self.megabytes);
        let faults = Faults { reordered: 50, duplicated: 10, lost: 1 };
        let captures =
            [("clean, summary", clean), ("5 % reordered, 1 % twice, 0.1 % lost, summary", Traffic { faults, ..clean })];
        self.per_byte("≤ 1.5", SUMMARY, &captures)
    }

    fn connections(&self) -> io::Result<Vec<Row>> {
        let of = |connections| Traffic { connections, ..Traffic::usual(self.megabytes) };
        let captures =
            [("64 connections", of(64)), ("1,000 connections", of(1000)), ("50,000 connections", of(50_000))];
        self.per_byte("≤ 2", SUMMARY, &captures)
    }

    fn frames(&self) -> io::Result<Vec<Row>> {
        let of = |len| Traffic { sizes: Sizes::Fixed(len), ..Traffic::usual(self.megabytes) };
        let captures = [
            ("frames of 20 bytes, NDJSON", of(20)),
            ("frames of 200 bytes, NDJSON", of(200)),
            ("frames of 20 KB, NDJSON", of(20_000)),
            ("frames of 2 MB, NDJSON", of(2_000_000)),
        ];
        self.per_byte("no cliff", NDJSON, &captures)
    }

    fn containers(&self) -> io::Result<Vec<Row>> {
        let (pcap, _) = self.usual()?;
        let (pcapng, _) = self.capture("usual.pcapng", &Traffic { pcapng: true, ..Traffic::usual(self.megabytes) })?;
        let taken = medians(self.runs, &[self.deframe(SUMMARY, &pcapng), self.deframe(SUMMARY, &pcap)], None)?;
        let mut rows = vec![ratio("`.pcapng` / `.pcap`".to_owned(), "≤ 1.2", taken[0], taken[1])];
        let zst = format!("{pcap}.zst");
        let mut encoder = zstd::stream::Encoder::new(File::create(&zst)?, 3)?;
        io::copy(&mut File::open(&pcap)?, &mut encoder)?;
        encoder.finish()?;
        if installed("zstd") {
            let zstd = ["zstd", "-dc", "-q", &zst].map(str::to_owned).to_vec();
            let commands = [self.deframe(SUMMARY, &zst), self.deframe(SUMMARY, &pcap), zstd];
            let taken = medians(self.runs, &commands, None)?;
            let sum = Taken { cpu: taken[1].cpu + taken[2].cpu, ..taken[1] };
            rows.push(ratio("`.zst` / plain and `zstd -d` one after the other".to_owned(), "≤ 1.2", taken[0], sum));
        }
        Ok(rows)
    }

    fn start_up(&self) -> io::Result<Vec<Row>> {
        const FRAME: &str = "0e000000efbeadde0a0968656172746265617418001200";
        let commands = [self.deframe("--version", ""), self.deframe("decode", FRAME)];
        let taken = medians(4 * self.runs, &commands, None)?;
        let row = |what: &str, goal, taken: Taken| Row {
            what: what.to_owned(),
            goal,
            figures: format!("{:.4}", taken.wall),
            result: format!("{:.1} ms", taken.wall * 1000.0),
        };
        Ok(vec![
            row("`deframe --version`", "≤ 5 ms", taken[0]),
            row("`deframe decode` of one frame", "≤ 15 ms", taken[1]),
        ])
    }
}

/// A row with the ratio of seconds of processor time, which a busy machine hardly changes.
fn ratio(what: String, goal: &'static str, over: Taken, under: Taken) -> Row {
    quotient(what, goal, over.cpu, under.cpu)
}

/// A row with the ratio of seconds that passed: what several threads are for.
fn wall(what: String, goal: &'static str, over: Taken, under: Taken) -> Row {
    quotient(what, goal, over.wall, under.wall)
}

fn quotient(what: String, goal: &'static str, over: f64, under: f64) -> Row {
    let figures = format!("{over:.3} / {under:.3}");
    let ratio = over / under;
    let result = if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") };
    Row { what, goal, figures, result }
}

fn installed(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}
