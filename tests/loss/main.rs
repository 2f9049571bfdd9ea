//! What a capture still has is reported, whatever it lost: the table of `docs/loss.md`, and many seeds of it.
//!
//! [`traffic`] makes a conversation, [`rows`] damages it, [`left`] says by a map of bytes what is left, [`measured`]
//! what deframe reports of it, and [`table`] prints both. `run.rs` is the command that the document names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../faults/mod.rs"]
#[allow(dead_code, reason = "shared with other tests, which use the rest")]
mod faults;
mod left;
mod measured;
#[allow(dead_code, reason = "only the command asks for it")]
mod peer;
mod rows;
mod table;
mod traffic;

use rows::ROWS;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// `DEFRAME_SEEDS=100` tries more, and `DEFRAME_SEEDS=12..13` one again.
fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("DEFRAME_SEEDS") else { return 1..6 };
    match text.split_once("..") {
        Some((start, end)) => start.parse().unwrap()..end.parse().unwrap(),
        None => 0..text.parse().unwrap(),
    }
}

#[test]
fn every_frame_that_was_captured_whole_is_reported_and_every_hole_is_a_gap() {
    for seed in seeds() {
        let frames = if seed == table::SEED { traffic::FRAMES } else { traffic::FRAMES / 4 };
        let clean = traffic::conversation(seed, frames);
        for row in &ROWS {
            let records = (row.fault)(clean.records.clone(), seed);
            let left = left::left(&clean, &records);
            let told = measured::measure(&clean, &records, &left);
            let name = format!("seed {seed}, {}", row.name);
            assert_eq!(told.wrong, Vec::<String>::new(), "{name}");
            assert_eq!(told.frames, left.iter().map(|side| side.whole.len()).sum::<usize>(), "{name}");
            assert!(left.iter().all(|side| side.whole.len() > 100), "{name}: both directions carry frames");
        }
    }
}

#[test]
fn the_conversation_is_the_one_that_the_document_describes() {
    let clean = traffic::conversation(table::SEED, traffic::FRAMES);
    let frames: usize = clean.frames.iter().map(Vec::len).sum();
    let segments: usize = faults::transit::data_positions(&clean.records).values().map(Vec::len).sum();
    assert_eq!(frames, 7395);
    assert!((1900..2300).contains(&segments), "{segments} data segments");
    let largest = clean.frames.iter().flatten().map(|(_, len)| *len).max().unwrap();
    assert!(largest > 1448, "some frames are longer than a segment");
}

#[test]
fn the_document_shows_what_the_command_prints() {
    let path = "docs/loss.md";
    let written = std::fs::read_to_string(path).unwrap();
    let (before, rest) = written.split_once("cargo xtask loss\n").expect("the command");
    let (_, after) = rest.split_once("```").expect("the end of the block");
    let real = format!("{before}cargo xtask loss\n{}```{after}", table::table(table::SEED));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, real).unwrap();
    } else {
        assert!(written == real, "{path} is out of date: UPDATE_DOCS=1 cargo test --test loss\n{real}");
    }
}

/// All Rust sources in a folder.
fn sources(folder: &Path) -> String {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let source = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(end) if end == "rs" => std::fs::read_to_string(path).unwrap(),
        _ => String::new(),
    };
    paths.map(source).collect()
}

#[test]
fn every_case_that_the_document_names_exists() {
    let document = std::fs::read_to_string("docs/loss.md").unwrap();
    let code = sources(Path::new("src")) + &sources(Path::new("tests"));
    let rows = document.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let names: Vec<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > 40, "{names:?}");
    let is_missing = |name: &&&str| match name.contains('/') {
        true => !Path::new(&format!("tests/cases/{name}.txt")).is_file(),
        false => !code.contains(&format!("    fn {name}(")) && !code.contains(&format!("\nfn {name}(")),
    };
    assert_eq!(names.iter().filter(is_missing).collect::<Vec<_>>(), Vec::<&&str>::new());
}
