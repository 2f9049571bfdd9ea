//! What people and pipes see.

use crate::rig::{PATIENCE, Sniffer, grown, has, is_root, sh};
use crate::service::{Service, clients};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What `sniff` writes to a file or pipe while a client goes through its flow.
fn rows(width: &str) -> String {
    let service = Service::start(1);
    let sniffer = Sniffer::start(&["-i", "lo", "--width", width, "--port", &service.port()]);
    clients(service.address, 1, 1, Duration::from_millis(20));
    service.join();
    let run = sniffer.stop();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn rows_have_a_header_once_in_a_pipe_and_the_summary_follows() {
    if !is_root("rows_have_a_header_once_in_a_pipe") {
        return;
    }
    for width in ["80", "160"] {
        let text = rows(width);
        let fits = |line: &&str| line.chars().count() <= width.parse::<usize>().unwrap();
        assert!(text.lines().all(|line| fits(&line)), "{width}:\n{text}");
        let header = text.lines().next().unwrap();
        assert!(header.starts_with("    #  time             conn  dir "), "{header}");
        assert_eq!(text.matches(header).count(), 1);
        let first = text.lines().nth(2).unwrap();
        assert!(first.starts_with("    1  ") && first.contains("  ->  "), "{first}");
        assert!(first.contains("Service Discovery"), "{first}");
        for part in ["libpcap received ", "dropped 0 by the kernel", "\nTypes\n", "\nBytes\n"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains("Memory") && !text.contains("pending"), "what was used is for -v: {text}");
        assert!(!text.contains('\u{1b}'));
    }
}

#[test]
fn on_a_terminal_the_status_line_never_shares_a_line_with_a_row() {
    let test = "on_a_terminal_the_status_line_never_shares_a_line_with_a_row";
    if !is_root(test) || !has(test, "script") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().join("shown");
    let service = Service::start(1);
    let program = env!("CARGO_BIN_EXE_deframe");
    let line = format!("{program} sniff -i lo --width 100 --duration 3s --port {}", service.port());
    let mut terminal = Command::new("script");
    let mut terminal =
        terminal.args(["-qefc", &line]).arg(&shown).env("TERM", "xterm").stdout(Stdio::null()).spawn().unwrap();
    let since = Instant::now();
    while !std::fs::read_to_string(&shown).is_ok_and(|text| text.contains("capturing on")) {
        assert!(since.elapsed() < PATIENCE, "it captures");
        std::thread::sleep(Duration::from_millis(20));
    }
    clients(service.address, 1, 4, Duration::from_millis(200));
    service.join();
    assert!(terminal.wait().unwrap().success());
    let text = std::fs::read_to_string(&shown).unwrap();
    assert!(text.matches(" dropped · 1 connection").count() >= 2, "the status was drawn: {text}");
    for line in text.lines().filter(|line| line.contains("dropped ·")) {
        let last = line.rsplit("\r\u{1b}[2K").next().unwrap();
        assert!(!last.contains("dropped ·"), "a row or nothing stands where the status was: {line:?}");
    }
    assert!(text.matches("    #  time ").count() >= 1);
}

#[test]
fn records_are_there_as_soon_as_they_are_known() {
    if !is_root("records_are_there_as_soon_as_they_are_known") {
        return;
    }
    let service = Service::start(1);
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let port = service.port();
    let mut sniffer = Sniffer::spawn_unread(command.args(["sniff", "-i", "lo", "--json", "--port", &port]));
    let mut lines = BufReader::new(sniffer.take_stdout()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with(r#"{"record":"capture""#));
    let address = service.address;
    let client = std::thread::spawn(move || clients(address, 1, 1, Duration::from_secs(1)));
    for label in ["Service Discovery", "Service Discovery", "Lobby Destinations"] {
        let line = lines.next().unwrap().unwrap();
        assert!(line.contains(label), "{line}");
    }
    assert!(!client.is_finished(), "the client had not ended when its first messages were there");
    client.join().unwrap();
    service.join();
    sniffer.signal("TERM");
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(rest.last().unwrap().starts_with(r#"{"record":"summary""#));
    assert_eq!(sniffer.wait().code, Some(0));
}

#[test]
fn a_reader_that_closes_the_pipe_ends_the_capture_and_the_file_is_whole() {
    let test = "a_reader_that_closes_the_pipe_ends_the_capture";
    if !is_root(test) || !has(test, "capinfos") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let service = Service::start(1);
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let port = service.port();
    let args = ["sniff", "-i", "lo", "--json", "-w", file.to_str().unwrap(), "--port", &port];
    let mut sniffer = Sniffer::spawn_unread(command.args(args));
    drop(sniffer.take_stdout());
    clients(service.address, 1, 1, Duration::from_millis(20));
    service.join();
    let run = sniffer.wait();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
    let counted = sh(&format!("capinfos -c -M {}", file.display()));
    assert!(!counted.contains("cut short"), "{counted}");
}

#[test]
fn a_reader_that_does_not_read_costs_packets_that_are_counted_and_the_file_has_them_all() {
    const BEATS: usize = 8000;
    if !is_root("a_reader_that_does_not_read_costs_packets") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let service = Service::start(4);
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let port = service.port();
    let write = file.to_str().unwrap();
    // That memory gives each of the two queues two megabytes; the pipe takes 64 kB.
    let args = ["sniff", "-i", "lo", "--json", "--max-memory", "128MiB", "-w", write, "tcp port", &port];
    let mut sniffer = Sniffer::spawn_unread(command.args(args));
    let mut stdout = sniffer.take_stdout();
    let address = service.address;
    let burst = std::thread::spawn(move || clients(address, 4, BEATS, Duration::ZERO));
    // More than the queue and the pipe take.
    grown(&file, 6_000_000);
    assert!(!burst.is_finished(), "the burst goes on");
    let reading = std::thread::spawn(move || std::io::read_to_string(&mut stdout).unwrap());
    burst.join().unwrap();
    service.join();
    sniffer.signal("INT");
    let (text, run) = (reading.join().unwrap(), sniffer.wait());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let records = crate::rig::records(&text);
    let summary = records.last().unwrap();
    let by = &summary["interfaces"][0]["dropped_by"];
    assert!(by["program"].as_u64().unwrap() > 0, "{by}");
    assert_eq!((&by["kernel"], &by["interface"]), (&0.into(), &0.into()), "the kernel was not held up");
    let gaps: Vec<_> = records.iter().filter(|record| record["record"] == "gap").collect();
    assert!(!gaps.is_empty() && gaps.iter().all(|gap| gap["reason"] == "dropped"), "{gaps:?}");
    let queue = summary["caps"].as_array().unwrap().iter().find(|cap| cap["name"] == "queue_bytes").unwrap();
    assert!(queue["peak"].as_u64() <= queue["limit"].as_u64() && queue["peak"].as_u64() > Some(0), "{queue}");
    let file = crate::rig::messages_of(&file, &[]);
    assert_eq!(file.len(), 4 * 2 * (3 + BEATS), "every message is in the file");
}
