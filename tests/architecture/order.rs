//! The order of files inside rooms: no file may need one that needs it.
//!
//! A file needs another if it names something that is defined there, by whatever path: names that a
//! parent only hands on lead to where they are defined. Methods are not names; a file that adds some to a
//! type of its parent needs the parent.

use crate::code::{Code, Path};
use std::collections::{BTreeMap, BTreeSet};

/// Modules by their paths from the root of the crate, which is the empty one.
pub(crate) struct Crate {
    modules: BTreeMap<Path, Code>,
}

impl Crate {
    /// The crate of these files, as pairs of a path below `src/` and the text.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let modules = files.into_iter().map(|(path, source)| (module_of(path), Code::read(source)));
        Self { modules: modules.collect() }
    }

    /// The groups of files of which each needs every other, by and by.
    pub(crate) fn circles(&self) -> Vec<BTreeSet<Path>> {
        let needs: BTreeMap<&Path, BTreeSet<Path>> =
            self.modules.keys().map(|module| (module, self.needs(module))).collect();
        let reached: BTreeMap<&Path, BTreeSet<&Path>> = needs.keys().map(|from| (*from, reach(from, &needs))).collect();
        let mut circles = BTreeSet::new();
        for (from, to) in &reached {
            let circle: BTreeSet<Path> =
                to.iter().filter(|to| reached[**to].contains(*from)).map(|to| (*to).clone()).collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// The other modules in which something is defined that `module` names.
    fn needs(&self, module: &Path) -> BTreeSet<Path> {
        let code = &self.modules[module];
        let used = code.imports.iter().filter(|(name, _)| code.uses.contains(*name));
        let mut search =
            Search { modules: &self.modules, found: BTreeSet::new(), seen: BTreeSet::new(), is_sure: true };
        for path in code.paths.iter().chain(used.flat_map(|(_, paths)| paths)) {
            search.follow(module, path);
        }
        search.is_sure = false;
        for glob in &code.globs {
            for name in &code.uses {
                search.follow(module, &child(glob, name));
            }
        }
        search.found.remove(module);
        search.found
    }
}

/// The search for where names are defined.
struct Search<'a> {
    modules: &'a BTreeMap<Path, Code>,
    found: BTreeSet<Path>,
    /// Paths that were followed, and from where: imports can go round.
    seen: BTreeSet<(Path, Path)>,
    /// The path must lead somewhere: if nothing by that name is seen, its module has it in some way that is not seen.
    is_sure: bool,
}

impl Search<'_> {
    /// Finds the modules where what `module` calls `path` is defined.
    fn follow(&mut self, module: &Path, path: &[String]) {
        let Some((first, rest)) = path.split_first() else { return };
        if !self.seen.insert((module.clone(), path.to_vec())) {
            return;
        }
        match first.as_str() {
            "crate" => self.look_up(&Path::new(), rest),
            "self" => self.look_up(module, rest),
            "super" => self.look_up(&parent(module), rest),
            _ if self.modules[module].imports.contains_key(first)
                || self.modules.contains_key(&child(module, first)) =>
            {
                self.look_up(module, path);
            }
            _ => {}
        }
    }

    /// Finds the modules where `path`, seen from inside `module`, is defined.
    fn look_up(&mut self, module: &Path, path: &[String]) {
        let Some(code) = self.modules.get(module) else { return };
        let Some((name, rest)) = path.split_first() else { return };
        if name == "super" {
            return self.look_up(&parent(module), rest);
        }
        let below = child(module, name);
        let is_module = self.modules.contains_key(&below);
        if is_module {
            self.look_up(&below, rest);
        }
        if code.defines.contains(name) {
            self.found.insert(module.clone());
        } else if let Some(targets) = code.imports.get(name) {
            // `use memchr::memchr` names another crate, not itself.
            for target in targets.iter().filter(|target| target[0] != *name) {
                let target: Path = target.iter().chain(rest).cloned().collect();
                self.follow(module, &target);
            }
        } else if !is_module {
            if code.globs.is_empty() && self.is_sure {
                self.found.insert(module.clone());
            }
            for glob in &code.globs {
                let target: Path = glob.iter().chain(path).cloned().collect();
                self.follow(module, &target);
            }
        }
    }
}

/// All that `from` needs, by and by.
fn reach<'a>(from: &Path, needs: &'a BTreeMap<&Path, BTreeSet<Path>>) -> BTreeSet<&'a Path> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = open.pop() {
        for next in needs.get(&module).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// `packet/link/mod.rs` is the module `packet::link`.
fn module_of(path: &str) -> Path {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Path::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn parent(module: &Path) -> Path {
    module[..module.len().saturating_sub(1)].to_vec()
}

fn child(module: &Path, name: &str) -> Path {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circles of a crate with these files, as the paths of their modules.
    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let words =
            |circle: &BTreeSet<Path>| circle.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(" ");
        Crate::new(files.iter().copied()).circles().iter().map(words).collect()
    }

    #[test]
    fn files_that_need_each_other_are_a_circle_however_they_say_it() {
        let ways = [
            "use super::b::B;",
            "use super::{b::{self, B}};",
            "use crate::room::b::B as Other;",
            "use super::b; fn f(_: b::B) {}",
            "fn f(_: super::b::B) {}",
            "fn f() { use crate::room::b::*; }",
            "use super::super::room::b::B;",
            "use super::B;",
            "use crate::room::B;",
            "use super::*; fn f(_: b::B) {}",
            "use crate::{room::B};",
            "use crate::room; fn f(_: room::B) {}",
        ];
        for way in ways {
            let a = format!("{way} pub struct A; fn g(_: B, _: Other) {{}}");
            let files = [
                ("lib.rs", "mod room;"),
                ("room/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
                ("room/a.rs", &a),
                ("room/b.rs", "use super::A; pub struct B(A);"),
            ];
            assert_eq!(circles(&files), ["room::a room::b"], "{way}");
        }
    }

    #[test]
    fn a_parent_that_uses_its_child_is_no_place_for_what_the_child_needs() {
        let child = ("room/child.rs", "use super::Parent; pub struct Child(Parent);");
        let using = "mod child; pub use child::Child; pub struct Parent; fn make() -> Child { todo!() }";
        assert_eq!(circles(&[("room/mod.rs", using), child]), ["room room::child"]);
        assert_eq!(
            circles(&[("room.rs", "mod child; pub struct Parent; fn make() -> child::Child {}"), child]),
            ["room room::child"]
        );
        assert!(circles(&[("room/mod.rs", "mod child; pub use child::Child; pub struct Parent;"), child]).is_empty());
    }

    #[test]
    fn a_parent_that_hands_on_is_not_in_the_way() {
        let files = [
            ("room/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            (
                "room/a.rs",
                "use std::fmt; use memchr::memchr; pub struct A; fn f(a: &[u8]) { memchr(0, a); fmt::write() }",
            ),
            ("room/b.rs", "use super::A; pub struct B(A);\n#[cfg(test)]\nmod tests { use super::*; }"),
        ];
        assert!(circles(&files).is_empty());
    }
}
