//! Profiles that are found: in the user's folder and in the current one.

use super::run::{Folder, Run, command, finish, sample};

const KV: &str =
    "name = \"mine\"\nports = [8087]\nframe = \"riak\"\n[[rule]]\nlabel = \"Ping\"\nheader = { code = 1 }\n";

/// Runs in a folder with `kv.pcap` and these files; the user's configuration is in `config` there.
fn run_with(files: &[(&str, &str)], home: &str, arguments: &[&str]) -> Run {
    let folder = Folder::new();
    folder.file("kv.pcap", sample("kv.pcap"));
    for (name, content) in files {
        folder.file(name, content);
    }
    let mut command = command();
    let place = if home == "HOME" { "home" } else { "config" };
    command.current_dir(folder.path()).env(home, folder.path().join(place)).args(arguments);
    finish(&mut command)
}

#[test]
fn a_profile_of_the_user_is_tried_and_found_by_name() {
    let files = [("config/deframe/x.toml", KV)];
    let report = run_with(&files, "XDG_CONFIG_HOME", &["analyze", "kv.pcap", "--width", "160"]).quiet();
    assert!(report.contains("38  mine\n") && report.contains("Ping"), "{report}");
    for name in ["mine", "x"] {
        let report = run_with(&files, "XDG_CONFIG_HOME", &["analyze", "kv.pcap", "--profile", name]).quiet();
        assert!(report.contains("Ping"), "{report}");
    }
    let list = run_with(&files, "XDG_CONFIG_HOME", &["profiles"]).quiet();
    assert!(list.contains("\n  mine ") && list.contains("config/deframe/x.toml"), "{list}");
}

#[test]
fn without_xdg_config_home_the_folder_is_in_home() {
    let files = [("home/.config/deframe/x.toml", KV)];
    let report = run_with(&files, "HOME", &["analyze", "kv.pcap"]).quiet();
    assert!(report.contains("Ping"), "{report}");
}

#[test]
fn the_profile_of_the_current_folder_is_used_and_named() {
    let run = run_with(&[("deframe.toml", KV)], "HOME", &["analyze", "kv.pcap"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "note: using the profile deframe.toml\n"));
    assert!(run.stdout.contains("Ping"), "{}", run.stdout);
}

#[test]
fn a_broken_profile_that_nobody_named_is_a_warning() {
    let broken = "name = \"x\"\nframe = \"len:u33le payload\"\n";
    for file in ["deframe.toml", "config/deframe/broken.toml"] {
        let run = run_with(&[(file, broken)], "XDG_CONFIG_HOME", &["analyze", "kv.pcap"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.starts_with("warning: a profile is left out\n"), "{}", run.stderr);
        assert!(run.stderr.contains("^^^^^ expected a number type"), "{}", run.stderr);
        assert!(run.stdout.contains("127.0.0.1:8087"), "{}", run.stdout);
        let list = run_with(&[(file, broken)], "XDG_CONFIG_HOME", &["profiles"]);
        assert!(list.stdout.contains("cannot be used: "), "{}", list.stdout);
        assert_eq!(list.code, 0);
    }
}

#[test]
fn a_named_profile_leaves_the_others_alone() {
    let run = run_with(&[("deframe.toml", "broken")], "HOME", &["analyze", "kv.pcap", "--frame", "riak"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn a_relative_xdg_config_home_is_ignored() {
    let folder = Folder::new();
    folder.file("kv.pcap", sample("kv.pcap"));
    folder.file("config/deframe/x.toml", KV);
    let run = finish(command().current_dir(folder.path()).env("XDG_CONFIG_HOME", "config").args(["profiles"]));
    assert!(!run.quiet().contains("mine"), "the specification says so");
}
