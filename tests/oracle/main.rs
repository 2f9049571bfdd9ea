//! Readings against protobuf itself, on thousands of messages of public types.
//!
//! `generate.py` makes the messages with Python's protobuf and says what their values are, what their JSON is, and what
//! blackboxprotobuf reads in them ([`python`], [`corpus`]). [`canonical`] holds the JSON with a schema against
//! protobuf's; [`kinds`] and [`table`] count what a reading without a schema makes of the values: the tables of
//! `docs/schemaless.md`, which `run.rs` prints. Where Python or its packages are missing the tests say so and are
//! skipped, except under `DEFRAME_ORACLE=required`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

mod canonical;
#[allow(dead_code, reason = "the list of the command shows more than the table")]
mod corpus;
#[allow(dead_code, reason = "the list of the command shows more than the table")]
mod kinds;
mod python;
mod table;

use corpus::Corpus;
use std::sync::LazyLock;

/// The messages of the document, made once for all tests.
static CORPUS: LazyLock<Result<Corpus, String>> =
    LazyLock::new(|| Corpus::generate(&["--seed".to_owned(), table::SEED.to_string()]));

/// None, with a reason on standard error, where they cannot be made.
fn corpus() -> Option<&'static Corpus> {
    let corpus = CORPUS.as_ref();
    if let Err(reason) = corpus {
        assert!(!python::is_required(), "{reason}");
        eprintln!("skipped: {reason}");
    }
    corpus.ok()
}

#[test]
fn with_a_schema_the_json_is_protobufs_own() {
    let Some(corpus) = corpus() else { return };
    assert!(corpus.messages.len() >= 2000, "{} messages", corpus.messages.len());
    let differences = canonical::differences(corpus);
    let shown = differences.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} differ, among them\n{shown}", differences.len());
}

#[test]
fn the_document_shows_what_the_command_prints() {
    let Some(corpus) = corpus() else { return };
    let path = "docs/schemaless.md";
    let written = std::fs::read_to_string(path).unwrap();
    let (before, rest) = written.split_once("cargo xtask schemaless\n").expect("the command");
    let (_, after) = rest.split_once("```").expect("the end of the block");
    let real = format!("{before}cargo xtask schemaless\n{}```{after}", table::table(corpus));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, real).unwrap();
    } else {
        assert!(written == real, "{path} is out of date: UPDATE_DOCS=1 cargo test --test oracle\n{real}");
    }
}
