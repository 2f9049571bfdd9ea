//! The words of comments: lines fit the page, and what is said of an item can be read without its neighbours.
//!
//! In: the text of a source file. Out: the numbers of lines that break a rule of the section "Style" of
//! `CONTRIBUTING.md`. Generated documentation shows a doc line far from the lines above it, so a line that begins with
//! a word for something else says nothing there. Not responsible for whether the words are true.

use std::path::{Path, PathBuf};

/// Most columns of a line that is a comment and nothing else.
const WIDTH: usize = 120;

/// Beginnings of doc lines that point at something which generated documentation does not show beside them.
const POINTING: [&str; 19] = [
    "The same",
    "All of it",
    "All of them",
    "One of these",
    "One of them",
    "None of them",
    "Another one",
    "Those",
    "They",
    "Their",
    "It",
    "Its",
    "Does it",
    "Whether it",
    "Whether they",
    "What it",
    "Where it",
    "Of",
    "See",
];

/// 1-based numbers of the comment lines that are wider than the page.
fn wide(source: &str) -> Vec<usize> {
    let lines = source.lines().enumerate();
    let wide = lines.filter(|(_, line)| line.trim_start().starts_with("//") && line.chars().count() > WIDTH);
    wide.map(|(index, _)| index + 1).collect()
}

/// 1-based numbers of the lines with which the docs of an item begin, and that point at something else.
fn pointing(source: &str) -> Vec<usize> {
    let docs: Vec<Option<&str>> = source.lines().map(|line| line.trim_start().strip_prefix("///")).collect();
    let points = |text: &str, words: &str| {
        text.trim_start().strip_prefix(words).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    };
    let begins = |index: usize| index == 0 || docs[index - 1].is_none();
    let found = docs.iter().enumerate().filter(|(index, doc)| {
        begins(*index) && doc.is_some_and(|text| POINTING.iter().any(|words| points(text, words)))
    });
    found.map(|(index, _)| index + 1).collect()
}

/// The Rust files of all folders of the project, without what builds leave behind.
fn everywhere(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_source = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name != "target" && !name.starts_with('.')
    };
    entries
        .filter(is_source)
        .flat_map(|path| if path.is_dir() { everywhere(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Places in all files where `rule` finds something, as `path:line`.
fn places(rule: fn(&str) -> Vec<usize>) -> Vec<String> {
    let found = everywhere(Path::new(".")).into_iter().flat_map(|path| {
        let lines = rule(&std::fs::read_to_string(&path).unwrap());
        lines.into_iter().map(move |line| format!("{}:{line}", path.display()))
    });
    found.collect()
}

#[test]
fn comment_lines_fit_the_page() {
    let wide = places(wide);
    assert!(wide.is_empty(), "comment lines of more than {WIDTH} columns:\n{}", wide.join("\n"));
}

#[test]
fn doc_lines_can_be_read_alone() {
    let pointing = places(pointing);
    assert!(pointing.is_empty(), "doc lines that begin with a word for something else:\n{}", pointing.join("\n"));
}

#[test]
fn the_checks_see_what_they_are_for_and_nothing_else() {
    let long = "x".repeat(WIDTH - 3);
    let short = "ü".repeat(WIDTH - 4);
    let source = format!("// {long}\nlet a = \"{long}{long}\"; // {long}\n    //! {long}\n/// {long}\n/// {short}\n");
    assert_eq!(wide(&source), [3, 4]);
    let source =
        ["/// The same, borrowed.", "struct A;", "/// Of a direction.", "/// The whole.", "x: u8,", "    /// Those."];
    assert_eq!(pointing(&source.join("\n")), [1, 3, 6]);
    let source =
        ["/// Offset of a byte.", "/// Of these there are few.", "///", "/// It is rare.", "z: u8,", "/// Itself."];
    assert_eq!(pointing(&source.join("\n")), [0; 0]);
    assert_eq!(pointing("//! It is.\n/// See [`A`]."), [2]);
}

#[test]
fn the_examples_of_the_section_on_style_stand_in_the_tree() {
    let text = std::fs::read_to_string("CONTRIBUTING.md").unwrap();
    let section = text.split("\n## Style\n").nth(1).expect("the section 'Style'").split("\n## ").next().unwrap();
    let rows: Vec<Vec<&str>> =
        section.lines().filter(|line| line.starts_with("| ")).map(|row| row.split(" | ").collect()).collect();
    assert!(rows.len() > 5, "the section has a table of examples");
    for row in &rows[1..] {
        let [_, example, file] = row[..] else { panic!("{row:?} is no row of three cells") };
        let path = file.trim_end_matches(" |").trim_matches('`');
        let source = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(source.contains(example.trim_matches('`')), "{path} does not have {example}");
    }
}
