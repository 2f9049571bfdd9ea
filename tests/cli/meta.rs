//! What the program says about itself.

use super::run::{Folder, assert_fits, deframe, line};
use insta::assert_snapshot;

#[test]
fn help_of_every_command_reads_well() {
    for command in
        ["", "analyze", "export", "decode", "streams", "sniff", "interfaces", "profiles", "completions", "man"]
    {
        let long = line(&format!("{command} --help")).quiet();
        assert_fits(&long, 100);
        let name = if command.is_empty() { "deframe" } else { command };
        assert_snapshot!(format!("help-{name}"), long);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(deframe(["--version"]).quiet(), concat!("deframe ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn profiles_lists_shows_and_checks() {
    assert_snapshot!("profiles", deframe(["profiles"]).quiet());
    assert_eq!(deframe(["profiles", "list"]).quiet(), deframe(["profiles"]).quiet());
    let shown = deframe(["profiles", "show", "star-network"]).quiet();
    assert_eq!(shown, std::fs::read_to_string("schemas/star-network.toml").unwrap());
    assert_snapshot!("profiles-check-kv", deframe(["profiles", "check", "samples/kv.toml"]).quiet());
    deframe(["profiles", "check", "samples/telemetry.toml"]).quiet();
    deframe(["profiles", "check", "star-network"]).quiet();
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = deframe(["completions", shell]).quiet();
        assert!(["analyze", "decode", "profiles", "no-schema"].iter().all(|word| script.contains(word)), "{shell}");
    }
    deframe(["completions", "cobol"]).failure(2);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let page = deframe(["man"]).quiet();
    assert!(page.contains(".TH deframe 1"), "{page}");
    let folder = Folder::new();
    let out = folder.path().join("man").to_str().unwrap().to_owned();
    assert_eq!(deframe(["man", "--dir", &out]).quiet(), "");
    for name in ["deframe", "deframe-analyze", "deframe-export", "deframe-decode", "deframe-profiles-check"] {
        assert!(folder.path().join(format!("man/{name}.1")).is_file(), "{name}");
    }
    let error = deframe(["man", "--dir", "/dev/null/x"]).failure(1);
    assert!(error.contains("cannot write to /dev/null/x"), "{error}");
}
