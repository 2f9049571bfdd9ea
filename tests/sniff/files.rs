//! The files of `-w`.

use crate::rig::{Sniffer, has, is_root, messages_of, sh};
use crate::service::{Service, clients};
use std::path::{Path, PathBuf};
use std::time::Duration;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn wireshark_reads_the_file_and_what_it_says_of_the_interface() {
    let test = "wireshark_reads_the_file";
    if !is_root(test) || !has(test, "tshark") || !has(test, "capinfos") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let service = Service::start(2);
    let filter = format!("tcp port {}", service.port());
    let write = file.to_str().unwrap();
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "-w", write, "--comment", "two clients", &filter]);
    clients(service.address, 2, 2, Duration::from_millis(20));
    service.join();
    let run = sniffer.stop();
    let packets = run.summary()["packets"].as_u64().unwrap();
    assert!(run.stderr.contains(&format!("note: {packets} packets written to ")), "{}", run.stderr);

    let said = sh(&format!("capinfos {write} 2>&1"));
    for part in [
        &format!("Number of packets:   {packets}"),
        "nanoseconds (9)",
        "Capture comment:     two clients",
        "Capture application: deframe ",
        "Name = lo",
        &format!("Filter string = {filter}"),
        "Number of stat entries = 1",
        "Strict time order:   True",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    let streams = sh(&format!("tshark -r {write} -T fields -e tcp.stream 2>{write}.said | sort -u | wc -l"));
    assert_eq!(streams.trim(), "2");
    let complaints = std::fs::read_to_string(format!("{write}.said")).unwrap();
    assert!(complaints.lines().all(|line| line.contains("as user \"root\"")), "{complaints}");
    let malformed = sh(&format!("tshark -r {write} -Y '_ws.malformed || tcp.analysis.flags' 2>/dev/null"));
    assert_eq!(malformed, "", "nothing is wrong with the packets");
    let own = crate::rig::deframe(&["analyze", write, "--summary"]);
    assert!(own.contains("comment    ") || own.contains("comment "), "{own}");
    assert!(own.contains("two clients") && own.contains(&format!("lo, filter {filter}")), "{own}");
}

#[test]
fn files_rotate_by_size_and_only_the_last_ones_are_kept() {
    let test = "files_rotate_by_size";
    if !is_root(test) || !has(test, "capinfos") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    sh(&format!("chown nobody {}", folder.path().display()));
    let base = folder.path().join("run.pcapng");
    let service = Service::start(2);
    let write = base.to_str().unwrap();
    let port = service.port();
    let args = ["-i", "lo", "--json", "-w", write, "--rotate", "20kB", "--keep", "3", "tcp port", &port];
    let sniffer = Sniffer::start(&args);
    clients(service.address, 2, 150, Duration::from_millis(1));
    service.join();
    let run = sniffer.stop();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let files = files(folder.path());
    assert_eq!(files.len(), 3, "{files:?}");
    let last = run.of_kind("message").pop().unwrap();
    for (index, file) in files.iter().enumerate() {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("run_000") && name.ends_with("Z.pcapng"), "{name}");
        let len = file.metadata().unwrap().len();
        assert!(len <= 20_500 && (index == 2 || len > 18_000), "{name} has {len} bytes");
        let said = sh(&format!("capinfos {} 2>&1", file.display()));
        assert!(said.contains("Number of stat entries = 1") && said.contains("Name = lo"), "each is complete: {said}");
    }
    // The last file may hold but a few packets, none of them a SYN: the port tells who the server is.
    let end = messages_of(&files[1], &[files[2].to_str().unwrap(), "--server-port", &port]).pop().unwrap();
    assert_eq!((&end["time_ns"], &end["message"]), (&last["time_ns"], &last["message"]), "the last files have the end");
}

#[test]
fn files_rotate_by_time_and_together_have_the_messages_of_the_run() {
    if !is_root("files_rotate_by_time") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    sh(&format!("chown nobody {}", folder.path().display()));
    let base = folder.path().join("run");
    let service = Service::start(1);
    let port = service.port();
    let args = ["-i", "lo", "--json", "-w", base.to_str().unwrap(), "--rotate", "500ms", "tcp port", &port];
    let sniffer = Sniffer::start(&args);
    clients(service.address, 1, 10, Duration::from_millis(150));
    service.join();
    let run = sniffer.stop();
    let files = files(folder.path());
    assert!((3..=5).contains(&files.len()), "{files:?}");
    let mut args = vec!["export", "-f", "ndjson"];
    args.extend(files.iter().map(|file| file.to_str().unwrap()));
    let mut together = crate::rig::records(&crate::rig::deframe(&args));
    together.retain(|record| record["record"] == "message");
    assert_eq!(together, run.of_kind("message"), "packet numbers are those of all files");
}

#[test]
fn a_full_disk_ends_the_capture_with_an_error_and_a_whole_file() {
    let test = "a_full_disk_ends_the_capture";
    if !is_root(test) || !has(test, "capinfos") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    sh(&format!("mount -t tmpfs -o size=64k tmpfs {}", disk.display()));
    let file = disk.join("run.pcapng");
    let service = Service::start(2);
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "-w", file.to_str().unwrap(), "tcp port", &service.port()]);
    clients(service.address, 2, 400, Duration::from_millis(1));
    service.join();
    let run = sniffer.wait();
    let counted = sh(&format!("capinfos -c -M {} 2>&1", file.display()));
    let own = messages_of(&file, &[]);
    sh(&format!("umount {}", disk.display()));

    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in [
        "error: cannot write to ",
        "No space left on device",
        "run.pcapng, which has ",
        "hint: make room there, give another place with -w",
    ] {
        assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
    }
    assert!(run.summary()["messages"].as_u64() > Some(0), "the report is complete all the same");
    assert!(!counted.contains("cut short") && !counted.contains("damaged"), "{counted}");
    let packets: u64 = counted.split_whitespace().last().unwrap().parse().unwrap();
    assert!(run.stderr.contains(&format!(", which has {packets} packets\n")), "{counted}\n{}", run.stderr);
    assert!(!own.is_empty());
}
