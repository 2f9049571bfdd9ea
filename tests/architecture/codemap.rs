//! The codemap of `docs/architecture.md`: every module is in it, and what it names is there.
//!
//! In: the rows of its table, each a place and what is there. Out: names without a place, and places without a row. Not
//! responsible for whether the words of a row are true.

use std::path::{Path, PathBuf};

/// The rows of the codemap: the places of the first cell, and the files and folders that the second one names.
fn rows(document: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let section =
        document.split("\n## Codemap\n").nth(1).expect("the section 'Codemap'").split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let is_place = |name: &String| name.ends_with('/') || name.ends_with(".rs");
    rows.map(|row| {
        let (places, what) = row.trim_start_matches("| ").split_once(" | ").unwrap();
        (names(places), names(what).into_iter().filter(is_place).collect())
    })
    .collect()
}

/// The place that a row is about: a module of the crate, or a folder of the project.
fn place(name: &str) -> Option<PathBuf> {
    [Path::new("src").join(name), PathBuf::from(name)].into_iter().find(|path| path.exists())
}

/// Whether something called `name` is somewhere in `folder`.
fn holds(folder: &Path, name: &str) -> bool {
    let inside = || std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    folder.join(name).exists() || inside().any(|path| path.is_dir() && holds(&path, name))
}

#[test]
fn the_codemap_has_every_module_and_names_nothing_that_is_gone() {
    let rows = rows(&std::fs::read_to_string("docs/architecture.md").unwrap());
    let mut wrong = Vec::new();
    for (places, named) in &rows {
        for at in places {
            let Some(path) = place(at) else {
                wrong.push(format!("`{at}` has a row and does not exist"));
                continue;
            };
            let missing = named.iter().filter(|name| path.is_dir() && !holds(&path, name) && place(name).is_none());
            wrong.extend(missing.map(|name| format!("`{name}` is named in the row of `{at}` and not there")));
        }
    }
    for entry in std::fs::read_dir("src").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let has_row = rows.iter().any(|(places, _)| places.iter().any(|at| at.trim_end_matches('/') == name));
        if !has_row {
            wrong.push(format!("`src/{name}` has no row"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rows_are_read_with_what_they_name() {
    let document =
        "\n## Codemap\n\n| place | what |\n|---|---|\n| `a/`, `b.rs` | `C` in `d/` and `e.rs` |\n\n## Next\n| `f/` |";
    let expected = (vec!["a/".to_owned(), "b.rs".to_owned()], vec!["d/".to_owned(), "e.rs".to_owned()]);
    assert_eq!(rows(document), [expected]);
    assert!(holds(Path::new("tests"), "codemap.rs") && !holds(Path::new("tests"), "nowhere.rs"));
}
