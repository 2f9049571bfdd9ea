//! Who may capture, and who the program is while it does.

use crate::rig::{Sniffer, has, is_root, sh};
use std::path::PathBuf;
use std::process::Command;

/// The program in a place where everybody may run it, which is gone with the folder.
fn for_everybody() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("deframe");
    std::fs::copy(env!("CARGO_BIN_EXE_deframe"), &program).unwrap();
    sh(&format!("chmod -R a+rx {}", folder.path().display()));
    (folder, program)
}

/// Runs the program as nobody.
fn as_nobody(args: &[&str]) -> (Option<i32>, String, String) {
    let (_folder, program) = for_everybody();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--bounding-set", "-all"]);
    let output = command.arg(&program).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = text(output.stderr).replace(program.to_str().unwrap(), "PROGRAM");
    (output.status.code(), text(output.stdout), said)
}

#[test]
fn without_the_right_to_capture_the_error_says_what_to_run() {
    let test = "without_the_right_to_capture";
    if !is_root(test) || !has(test, "setpriv") {
        return;
    }
    let (code, stdout, stderr) = as_nobody(&["sniff", "-i", "lo"]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with("error: not permitted to capture on lo\ncaused by: "), "{stderr}");
    let hint = "hint: give this program the right once: sudo setcap cap_net_raw,cap_net_admin=eip PROGRAM";
    assert!(stderr.contains(hint), "{stderr}");

    let (code, stdout, stderr) = as_nobody(&["interfaces"]);
    assert_eq!(code, Some(0));
    let lo = stdout.lines().find(|line| line.starts_with("lo ")).unwrap();
    assert!(lo.contains("127.0.0.1/8") && lo.contains("not permitted"), "{stdout}");
    assert!(stderr.starts_with(hint), "{stderr}");
}

#[test]
fn with_the_right_that_the_error_names_it_captures_and_gives_the_right_up() {
    let test = "with_the_right_that_the_error_names";
    if !is_root(test) || !has(test, "setpriv") || !has(test, "setcap") {
        return;
    }
    let (_folder, program) = for_everybody();
    sh(&format!("setcap cap_net_raw,cap_net_admin=eip {}", program.display()));
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]).arg(&program);
    let sniffer = Sniffer::spawn(command.args(["sniff", "-i", "lo", "--json"]));
    assert_eq!(status(&sniffer, "CapEff"), "0000000000000000");
    assert_eq!(status(&sniffer, "CapPrm"), "0000000000000000");
    let run = sniffer.stop();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("; as "), "there was no root to give up: {}", run.stderr);
}

#[test]
fn wrong_interfaces_expressions_and_users_are_told() {
    if !is_root("wrong_interfaces_expressions_and_users_are_told") {
        return;
    }
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_deframe")).arg("sniff").args(args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let cases: [(&[&str], i32, &[&str]); 11] = [
        (&["-i", "nowhere"], 1, &["error: there is no interface nowhere", "hint: `deframe interfaces` lists them"]),
        (
            &["-i", "lo", "tcp", "prt", "1"],
            2,
            &[
                "error: the expression is no filter for lo",
                "tcp prt 1\n",
                "    ^^^\n",
                "hint: `prt` may be meant to be `port`",
            ],
        ),
        (
            &["-i", "lo", "tcp)", "or", "(udp"],
            2,
            &["error: the expression is no filter for lo", "hint: man pcap-filter"],
        ),
        (&["--port", "0"], 2, &["invalid value '0' for '--port <PORT>'"]),
        (&["-i", "lo", "--user", "no-such-user"], 2, &["error: there is no user no-such-user"]),
        (
            &["-w", "/no/such/folder/f"],
            1,
            &["error: cannot write to /no/such/folder/f", "hint: the folder does not exist"],
        ),
        (&["--rotate", "1MB"], 2, &["--write <FILE>"]),
        (&["-w", "-"], 2, &["invalid value '-' for '--write <FILE>': expected the name of a file"]),
        (&["-w", "run", "-o", "run"], 2, &["error: -w and -o would both write to run", "hint: give the packets and"]),
        (&["tcp", "port", "1", "--duration", "soon"], 2, &["invalid value 'soon' for '--duration <TIME>'"]),
        (&["--duration", "soon"], 2, &["invalid value 'soon' for '--duration <TIME>': expected a time"]),
    ];
    for (args, code, parts) in cases {
        let (got, stderr) = run(args);
        assert_eq!(got, Some(code), "{args:?}: {stderr}");
        for part in parts {
            assert!(stderr.contains(part), "{args:?}: {part} in {stderr}");
        }
    }
}

/// A line of `/proc/PID/status`.
fn status(sniffer: &Sniffer, name: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/{}/status", sniffer.pid())).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn root_is_given_up_for_good_and_the_files_belong_to_whom_it_became() {
    if !is_root("root_is_given_up_for_good") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [packets, report] = ["run.pcapng", "run.ndjson"].map(|name| folder.path().join(name));
    let [write, out] = [&packets, &report].map(|path| path.to_str().unwrap());
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "-w", write, "-o", out, "--user", "daemon"]);
    let daemon = sh("id -u daemon").trim().to_owned();
    let group = sh("id -g daemon").trim().to_owned();
    assert_eq!(status(&sniffer, "Uid"), [daemon.as_str(); 4].join(" "));
    assert_eq!(status(&sniffer, "Gid"), [group.as_str(); 4].join(" "));
    assert_eq!(status(&sniffer, "Groups"), group);
    assert_eq!(status(&sniffer, "CapEff"), "0000000000000000");
    assert_eq!(status(&sniffer, "CapPrm"), "0000000000000000");
    assert_eq!(status(&sniffer, "NoNewPrivs"), "1");
    let run = sniffer.stop();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    assert!(run.stderr.contains("; as daemon; "), "{}", run.stderr);
    assert_eq!(sh(&format!("stat -c %U:%a {write}")), "daemon:600\n");
    assert_eq!(sh(&format!("stat -c %U {out}")), "daemon\n");
    assert!(std::fs::read_to_string(&report).unwrap().lines().last().unwrap().contains(r#""record":"summary""#));
}

#[test]
fn who_called_sudo_is_who_it_becomes_and_it_can_stay_root() {
    if !is_root("who_called_sudo_is_who_it_becomes") {
        return;
    }
    let program = env!("CARGO_BIN_EXE_deframe");
    let daemon = sh("id -u daemon").trim().to_owned();
    let caller = format!("SUDO_UID={daemon}");
    let start = |more: &[&str]| {
        // The rig takes SUDO_UID away from what it starts; env gives it back.
        let mut command = Command::new("env");
        Sniffer::spawn(command.args([caller.as_str(), program, "sniff", "-i", "lo", "--json"]).args(more))
    };
    for (more, uid) in [(&[][..], daemon.as_str()), (&["--no-drop"], "0"), (&["--user", "root"], "0")] {
        let sniffer = start(more);
        assert_eq!(status(&sniffer, "Uid"), [uid; 4].join(" "), "{more:?}");
        assert_eq!(sniffer.stop().code, Some(0));
    }
}

#[test]
fn a_folder_where_later_files_could_not_be_created_is_told_before_anything_is_captured() {
    if !is_root("a_folder_where_later_files_could_not_be_created") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let args = ["sniff", "-i", "lo", "-w", file.to_str().unwrap(), "--rotate", "1MB"];
    let output = Command::new(env!("CARGO_BIN_EXE_deframe")).args(args).env_remove("SUDO_UID").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("error: the user nobody cannot create files in "), "{stderr}");
    assert!(stderr.contains("--no-drop"), "{stderr}");
    assert!(stderr.contains("caused by: Permission denied (os error 13)\n"), "{stderr}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "what was refused leaves no file");
}
