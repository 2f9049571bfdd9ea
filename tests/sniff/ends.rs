//! Interfaces that come to an end, and signals.

use crate::rig::{PATIENCE, Sniffer, grown, is_root, sh};
use crate::service::{Service, clients};
use std::time::{Duration, Instant};

/// A pair of virtual interfaces that is gone at the end of the test.
struct Pair(&'static str);

impl Pair {
    fn new(name: &'static str) -> Self {
        sh(&format!(
            "ip link add {name} type veth peer name {name}p && ip link set {name} up && ip link set {name}p up"
        ));
        Self(name)
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = std::process::Command::new("ip").args(["link", "del", self.0]).output();
    }
}

#[test]
fn an_interface_that_is_removed_ends_the_capture_with_its_summary() {
    if !is_root("an_interface_that_is_removed_ends_the_capture") {
        return;
    }
    let pair = Pair::new("dfgone");
    let sniffer = Sniffer::start(&["-i", "dfgone", "--json"]);
    drop(pair);
    let run = sniffer.wait();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let finding = &run.of_kind("finding")[0];
    assert_eq!(finding["kind"], "capture");
    assert!(finding["text"].as_str().unwrap().starts_with("dfgone: "), "{finding}");
    assert_eq!(run.summary()["findings"]["capture"], 1);
}

#[test]
fn an_interface_that_goes_down_is_waited_for_and_the_others_go_on() {
    if !is_root("an_interface_that_goes_down_is_waited_for") {
        return;
    }
    let pair = Pair::new("dfdown");
    sh("ip addr add 198.51.100.65/30 dev dfdown");
    let service = Service::start(1);
    let filter = format!("arp or tcp port {}", service.port());
    let sniffer = Sniffer::start(&["-i", "dfdown", "-i", "lo", "--json", &filter]);
    sh("ip link set dfdown down");
    std::thread::sleep(Duration::from_millis(300));
    clients(service.address, 1, 1, Duration::from_millis(20));
    service.join();
    sh("ip link set dfdown up");
    // The system asks who has that address.
    let socket = std::net::UdpSocket::bind("198.51.100.65:0").unwrap();
    let since = Instant::now();
    while socket.send_to(b"anyone?", "198.51.100.66:9").is_err() {
        assert!(since.elapsed() < PATIENCE, "the interface comes up");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    let run = sniffer.stop();
    drop(pair);
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 8), "{}", run.stderr);
    let interfaces = run.summary()["interfaces"].clone();
    assert!(interfaces[0]["packets"].as_u64() > Some(0), "it was captured from again: {interfaces}");
    assert!(interfaces[1]["packets"].as_u64() > Some(10), "{interfaces}");
}

#[test]
fn what_the_kernel_had_no_room_for_is_counted_and_the_gaps_say_so() {
    if !is_root("what_the_kernel_had_no_room_for_is_counted") {
        return;
    }
    let service = Service::start(4);
    let args = ["-i", "lo", "--json", "--buffer-size", "1MiB", "tcp port", &service.port()];
    let sniffer = Sniffer::start(&args);
    let address = service.address;
    let burst = std::thread::spawn(move || clients(address, 4, 8000, Duration::ZERO));
    let folder = tempfile::tempdir().unwrap();
    let beside = folder.path().join("beside.pcapng");
    let file = beside.to_str().unwrap();
    // Another capture tells when the burst has begun, and when a megabyte has long gone by.
    let other = Sniffer::start(&["-i", "lo", "--json", "-w", file, "tcp port", &address.port().to_string()]);
    grown(&beside, 500_000);
    sniffer.signal("STOP");
    grown(&beside, 6_000_000);
    sniffer.signal("CONT");
    burst.join().unwrap();
    service.join();
    other.stop();
    let run = sniffer.stop();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let by = run.summary()["interfaces"][0]["dropped_by"].clone();
    assert!(by["kernel"].as_u64() > Some(0) && by["program"] == 0, "{by}");
    let gaps = run.of_kind("gap");
    assert!(!gaps.is_empty() && gaps.iter().all(|gap| gap["reason"] == "dropped"), "{gaps:?}");
}

#[test]
fn a_second_ctrl_c_ends_the_program_at_once() {
    if !is_root("a_second_ctrl_c_ends_the_program_at_once") {
        return;
    }
    let service = Service::start(4);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deframe"));
    let mut sniffer = Sniffer::spawn_unread(command.args(["sniff", "-i", "lo", "--json", "--port", &service.port()]));
    // Nobody reads: it cannot end by itself.
    let stdout = sniffer.take_stdout();
    clients(service.address, 4, 400, Duration::ZERO);
    service.join();
    sniffer.signal("INT");
    std::thread::sleep(Duration::from_millis(500));
    sniffer.signal("INT");
    let run = sniffer.wait();
    assert_eq!(run.code, Some(130), "{}", run.stderr);
    drop(stdout);
}
