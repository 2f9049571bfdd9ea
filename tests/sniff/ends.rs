//! Interfaces that come to an end, and signals.

use crate::rig::{Sniffer, is_root, sh};
use crate::service::{Service, clients};
use std::time::Duration;

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
fn an_interface_that_goes_down_ends_and_the_others_go_on() {
    if !is_root("an_interface_that_goes_down_ends_and_the_others_go_on") {
        return;
    }
    let pair = Pair::new("dfdown");
    let service = Service::start(1);
    let sniffer = Sniffer::start(&["-i", "dfdown", "-i", "lo", "--json", "--port", &service.port()]);
    sh("ip link set dfdown down");
    std::thread::sleep(Duration::from_millis(300));
    clients(service.address, 1, 1, Duration::from_millis(20));
    service.join();
    let run = sniffer.stop();
    drop(pair);
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 8), "{}", run.stderr);
    assert_eq!(run.summary()["files"].as_array().unwrap().len(), 2);
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
