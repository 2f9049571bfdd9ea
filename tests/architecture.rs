//! The import rules of `docs/architecture.md`: the table there is the one that is enforced here, and no files of a room
//! need each other. Its codemap, and the words of comments, are held in files of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#[path = "architecture/code.rs"]
mod code;
#[path = "architecture/codemap.rs"]
mod codemap;
#[path = "architecture/order.rs"]
mod order;
#[path = "architecture/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Table = BTreeMap<String, BTreeSet<String>>;

fn table() -> Table {
    let doc = std::fs::read_to_string("docs/architecture.md").unwrap();
    let section = doc.split("## Import table").nth(1).expect("the section 'Import table'");
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| module |"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let allowed = cells[1].split(',').map(str::trim).filter(|name| !name.is_empty());
        (cells[0].to_owned(), allowed.map(str::to_owned).collect())
    })
    .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// `src/capture/pcap.rs` is in the module `capture`, `src/header.rs` in `header`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that `source` names by `crate::x`, `crate::{x, y}` or `deframe::x`, comments and docs left out.
fn imports(source: &str) -> BTreeSet<String> {
    let code: String = source.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for start in ["crate::", "deframe::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                found.extend(names_of_group(group));
            } else {
                found.insert(leading_name(rest));
            }
        }
    }
    found
}

fn leading_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first names of `a::b, c::{d, e}, f}`.
fn names_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut item) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(leading_name(std::mem::take(&mut item).trim())),
            _ if depth == 0 => item.push(c),
            _ => {}
        }
    }
    names.push(leading_name(item.trim()));
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn no_module_imports_back_up() {
    let table = table();
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let Some(allowed) = table.get(&module) else {
            wrong.push(format!("{}: module `{module}` is not in the import table", path.display()));
            continue;
        };
        let source = std::fs::read_to_string(&path).unwrap();
        for import in imports(&source).into_iter().filter(|import| *import != module && !allowed.contains(import)) {
            wrong.push(format!("{}: `{module}` may not import `{import}`", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_only_modules_that_exist() {
    let modules: BTreeSet<String> = sources(Path::new("src")).iter().map(|path| module_of(path)).collect();
    for (module, allowed) in table() {
        assert!(modules.contains(&module), "`{module}` is in the table but not in src/");
        assert!(allowed.is_subset(&modules), "`{module}` is allowed something that does not exist");
    }
}

#[test]
fn the_table_allows_nothing_that_no_file_uses() {
    let mut used: Table = BTreeMap::new();
    for path in sources(Path::new("src")) {
        used.entry(module_of(&path)).or_default().extend(imports(&std::fs::read_to_string(&path).unwrap()));
    }
    for (module, allowed) in table() {
        let unused: Vec<&String> = allowed.difference(&used[&module]).collect();
        assert!(unused.is_empty(), "`{module}` need not be allowed {unused:?}");
    }
}

#[test]
fn the_check_sees_every_way_to_write_an_import() {
    let source = "use crate::units::X;\nuse crate::{frame::{A, B}, proto};\nlet a = crate::cli::main(); // crate::no\n";
    let expected: BTreeSet<String> = ["units", "frame", "proto", "cli"].map(str::to_owned).into();
    assert_eq!(imports(source), expected);
}

#[test]
fn files_stay_small() {
    for path in sources(Path::new("src")) {
        let source = std::fs::read_to_string(&path).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap().lines().count();
        // Nothing but tests: `tests.rs`, and what is in a folder `tests`.
        let is_tests = path.with_extension("").components().any(|part| part.as_os_str() == "tests");
        assert!(is_tests || code <= 400, "{}: {code} lines without tests; split it", path.display());
    }
}

/// The files of `src/` that are no tests, as path below it and text.
fn files() -> Vec<(String, String)> {
    let is_test = |path: &Path| path.with_extension("").components().any(|part| part.as_os_str() == "tests");
    let paths = sources(Path::new("src")).into_iter().filter(|path| !is_test(path));
    let file = |path: PathBuf| {
        let inside = path.strip_prefix("src").unwrap().to_str().unwrap().to_owned();
        (inside, std::fs::read_to_string(&path).unwrap())
    };
    paths.map(file).collect()
}

#[test]
fn no_file_of_a_room_needs_one_that_needs_it() {
    let files = files();
    let circles = order::Crate::new(files.iter().map(|(path, source)| (path.as_str(), source.as_str()))).circles();
    let words = |circle: &BTreeSet<code::Path>| {
        let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
        format!("{} files need each other: {}", names.len(), names.join(", "))
    };
    let wrong: Vec<String> = circles.iter().map(words).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
