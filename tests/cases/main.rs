//! Cases that a person can read: segments in; chunks, gaps, frames and the ledger out.
//!
//! Every file `tests/cases/*/*.txt` is one. `tests/cases/README.md` says how it is written, `docs/loss.md` what
//! each shows. `UPDATE_CASES=1 cargo test --test cases` writes what is told into the files. Each case is a
//! capture file that the whole pipeline reads; that bytes and gaps follow each other and that the ledger adds
//! up is asserted in all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that is wrong may panic, and the numbers in made-up captures are small"
)]

mod case;
#[path = "../faults/pcap.rs"]
#[allow(dead_code, reason = "shared with other tests, which use the rest")]
mod pcap;
mod script;
mod told;
mod wire;

use case::Case;
use std::path::{Path, PathBuf};

fn inside(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn files() -> Vec<PathBuf> {
    let folders = inside(Path::new("tests/cases")).into_iter().filter(|path| path.is_dir());
    let files: Vec<PathBuf> = folders.flat_map(|folder| inside(&folder)).collect();
    assert!(files.len() > 60, "{}", files.len());
    files
}

#[test]
fn every_case_is_told_as_it_stands_there() {
    let mut wrong = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let real = Case::parse(&text).run().text();
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, &real).unwrap();
        } else if text != real {
            wrong.push(format!("{} says\n{text}\nbut it is\n{real}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_begins_with_a_sentence_and_tells_something() {
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let sentence = Case::parse(&text).sentence;
        let is_sentence = sentence.trim_end().ends_with('.') && sentence.starts_with(|c: char| !c.is_lowercase());
        assert!(is_sentence, "{}: {sentence}", path.display());
        assert!(text.contains("\ntold\n"), "{}", path.display());
    }
}
