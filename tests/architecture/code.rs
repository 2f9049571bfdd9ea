//! What a source file says, as far as the order of modules needs it.
//!
//! In: its text. Out: [`Code`]: what it defines, imports and names by a path. Comments, literals and what is only
//! compiled for tests are left out. Not responsible for where a path leads.

use std::collections::{BTreeMap, BTreeSet};

/// A path as it is written, `super::link::Kind` in parts.
pub(crate) type Path = Vec<String>;

#[derive(Debug, Default)]
pub(crate) struct Code {
    /// Items that are defined at the top of the file.
    pub(crate) defines: BTreeSet<String>,
    /// Names that `use` brings in, and what they stand for.
    pub(crate) imports: BTreeMap<String, Vec<Path>>,
    /// Names among them that the code uses, and not only hands on.
    pub(crate) uses: BTreeSet<String>,
    /// Modules whose every name is brought in.
    pub(crate) globs: Vec<Path>,
    /// Paths with at least two parts that stand in the code itself.
    pub(crate) paths: BTreeSet<Path>,
}

impl Code {
    pub(crate) fn read(source: &str) -> Self {
        let words = without_visibility(&without_tests(&words(source)));
        let mut code = Self::default();
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(word) = words.get(at) {
            let next = words.get(at + 1).map_or("", String::as_str);
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "use" if next != "<" => {
                    at = code.import(&words, at + 1, &[]);
                    continue;
                }
                "mod" if words.get(at + 2).is_some_and(|word| word == "{") => {
                    panic!("`mod {next}` stands inside a file, which this check cannot follow")
                }
                "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" if depth == 0 => {
                    code.defines.insert(next.to_owned());
                }
                "macro_rules" => {
                    code.defines.extend(words.get(at + 2).cloned());
                }
                first if is_name(first) => {
                    // Behind a single point stands a field or a method, which is no name of a module's.
                    if at == 0 || words[at - 1] != "." || words[at.saturating_sub(2)] == "." {
                        code.uses.insert(first.to_owned());
                    }
                    let mut path = vec![first.to_owned()];
                    while words.get(at + 1).is_some_and(|word| word == "::")
                        && words.get(at + 2).is_some_and(|word| is_name(word))
                    {
                        path.push(words[at + 2].clone());
                        at += 2;
                    }
                    if path.len() > 1 {
                        code.paths.insert(path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        code
    }

    /// Reads the tree of an import that starts at `at` and goes on from `before`; returns the place behind it.
    fn import(&mut self, words: &[String], mut at: usize, before: &[String]) -> usize {
        let mut path = before.to_vec();
        loop {
            match words[at].as_str() {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while words[at] != "}" {
                        at = self.import(words, at, &path);
                        at += usize::from(words[at] == ",");
                    }
                    return at + 1;
                }
                "*" => {
                    self.globs.push(path);
                    return at + 1;
                }
                "as" => {
                    self.imports.entry(words[at + 1].clone()).or_default().push(path);
                    return at + 2;
                }
                "," | "}" | ";" => {
                    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                        path.pop();
                    }
                    if let Some(name) = path.last().filter(|_| path.len() > before.len() || words[at - 1] == "self") {
                        self.imports.entry(name.clone()).or_default().push(path);
                    }
                    return at + usize::from(words[at] == ";");
                }
                name => {
                    path.push(name.to_owned());
                    at += 1;
                    if words[at] == "as" && name == "self" && path.len() > 1 {
                        path.pop();
                    }
                }
            }
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::`, and every other sign by itself. Of literals only a `"` is left.
fn words(source: &str) -> Vec<String> {
    let signs: Vec<char> = source.chars().collect();
    let sign = |at: usize| signs.get(at).copied().unwrap_or('\0');
    let (mut words, mut at) = (Vec::new(), 0);
    while at < signs.len() {
        let start = at;
        match signs[at] {
            '/' if sign(at + 1) == '/' => {
                while at < signs.len() && signs[at] != '\n' {
                    at += 1;
                }
            }
            '/' if sign(at + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (sign(at), sign(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 || at >= signs.len() {
                        break;
                    }
                }
            }
            '"' => {
                at += 1;
                while at < signs.len() && signs[at] != '"' {
                    at += if signs[at] == '\\' { 2 } else { 1 };
                }
                at += 1;
                words.push("\"".to_owned());
            }
            '\'' => {
                if sign(at + 1) == '\\' {
                    at += 3;
                    while at < signs.len() && signs[at] != '\'' {
                        at += 1;
                    }
                    at += 1;
                } else if sign(at + 2) == '\'' {
                    at += 3;
                } else {
                    at += 1;
                    while sign(at).is_alphanumeric() || sign(at) == '_' {
                        at += 1;
                    }
                }
            }
            first if first.is_alphanumeric() || first == '_' => {
                while sign(at).is_alphanumeric() || sign(at) == '_' {
                    at += 1;
                }
                let word: String = signs[start..at].iter().collect();
                let hashes = (0..).take_while(|offset| sign(at + offset) == '#').count();
                if word.ends_with('r') && word.len() <= 2 && sign(at + hashes) == '"' {
                    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                    at += hashes + 1;
                    while at < signs.len() && !signs[at..].starts_with(&end) {
                        at += 1;
                    }
                    at += end.len();
                    words.push("\"".to_owned());
                } else if word == "r" && hashes == 1 {
                    at += 1; // A raw name is that name.
                } else if !(word == "b" && matches!(sign(at), '"' | '\'')) {
                    words.push(word);
                }
            }
            ':' if sign(at + 1) == ':' => {
                words.push("::".to_owned());
                at += 2;
            }
            other => {
                if !other.is_whitespace() {
                    words.push(other.to_string());
                }
                at += 1;
            }
        }
    }
    words
}

/// Leaves out each item behind `#[cfg(test)]` or the like.
fn without_tests(words: &[String]) -> Vec<String> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let end = if words[at] == "#" && words.get(at + 1).is_some_and(|word| word == "[") {
            closing(words, at + 1)
        } else {
            at
        };
        let attribute = &words[at..end];
        let has = |name: &str| attribute.iter().any(|word| word == name);
        if has("cfg") && has("test") && !has("not") {
            at = end + 1;
            // The item ends with its braces, or without any.
            while words[at] != ";" && words[at] != "{" {
                at = if matches!(words[at].as_str(), "(" | "[") { closing(words, at) + 1 } else { at + 1 };
            }
            at = if words[at] == "{" { closing(words, at) + 1 } else { at + 1 };
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    kept
}

/// Leaves out the paths that only say who may see something.
fn without_visibility(words: &[String]) -> Vec<String> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < words.len() {
        kept.push(words[at].clone());
        let scope = words.get(at + 2).map_or("", String::as_str);
        let is_scope = matches!(scope, "crate" | "super" | "self" | "in");
        let opens = words[at] == "pub" && words.get(at + 1).is_some_and(|word| word == "(");
        at = if opens && is_scope { closing(words, at + 1) + 1 } else { at + 1 };
    }
    kept
}

/// The place of what closes the bracket at `open`.
fn closing(words: &[String], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a bracket is not closed");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        text.split("::").map(str::to_owned).collect()
    }

    #[test]
    fn every_way_to_write_an_import_is_seen() {
        let code = Code::read(
            "use super::a;\nuse super::super::b::{C, d::{self, E as F}, g::*};\npub(in crate::x) use crate::room::{h, i::{J}};
             pub use k::L;\nuse m::{self as n};\nfn f() { use super::o::P; super::q::r(); crate::s::T::new::<u8>(); a::u(0); }",
        );
        let expected = [
            ("a", "super::a"),
            ("C", "super::super::b::C"),
            ("d", "super::super::b::d"),
            ("F", "super::super::b::d::E"),
            ("h", "crate::room::h"),
            ("J", "crate::room::i::J"),
            ("L", "k::L"),
            ("n", "m"),
            ("P", "super::o::P"),
        ];
        let expected = expected.map(|(name, target)| (name.to_owned(), vec![path(target)]));
        assert_eq!(code.imports, BTreeMap::from(expected));
        assert_eq!(code.globs, [path("super::super::b::g")]);
        assert_eq!(code.paths, BTreeSet::from(["super::q::r", "crate::s::T::new", "a::u"].map(path)));
        assert_eq!(code.defines, BTreeSet::from(["f".to_owned()]));
    }

    #[test]
    fn comments_literals_and_tests_name_nothing() {
        let code = Code::read(
            "// use super::a;\n/* crate::b::c /* */ crate::d::e */ const X: &str = \"crate::f::g\\\" \"; const Y: &[u8] = br#\"crate::h::i\"#;
             const Z: char = '\\'';\n#[cfg(test)]\nmod tests { use super::j; }\n#[cfg(test)]\nuse super::k;\nfn l<'a>(m: &'a u8) { '{'; b'\"'; }
             #[cfg(test)] fn n(x: [u8; 2]) { crate::o::p() }",
        );
        assert!(code.imports.is_empty() && code.globs.is_empty() && code.paths.is_empty(), "{code:?}");
        assert_eq!(code.defines, ["X", "Y", "Z", "l"].map(str::to_owned).into());
    }
}
