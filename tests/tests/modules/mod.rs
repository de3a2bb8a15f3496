//! No circle of modules in any crate: no module names one that names it, directly or through
//! others.
//!
//! A module is a file, and a folder counts as one module for its neighbours. A module names the
//! modules of its paths and imports, each followed to the module that has the item. A module that
//! only re-exports an item does not name it.
//!
//! Sources are read as text. So methods on values, items of glob imports and the expansions of
//! macros are not seen.

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use self::sources::{Named, named_in, words};

/// The words of each module, by its path, such as `crate::http::problem`.
type Modules = BTreeMap<String, Vec<String>>;

/// The path that a module imports under a name.
type Imports = BTreeMap<(String, String), String>;

/// For each module or folder, those that it names, with the two modules in a sentence.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

fn graph(modules: &Modules) -> Graph {
    let named: BTreeMap<&String, Vec<Named>> =
        modules.iter().map(|(module, words)| (module, named_in(module, words))).collect();
    let mut imports = Imports::new();
    for (module, one) in named.iter().flat_map(|(module, named)| named.iter().map(|one| (*module, one))) {
        imports.extend(one.alias.clone().map(|alias| ((module.clone(), alias), one.path.clone())));
    }
    let mut graph = Graph::new();
    for (module, named) in &named {
        let mentions = |alias: &String| {
            let words = modules[*module].windows(2);
            words.filter(|pair| pair[0] == *alias && pair[1] != "::").count() > 1
        };
        for one in named.iter().filter(|one| !one.is_re_export || one.alias.as_ref().is_some_and(mentions)) {
            let other = owner(modules, &imports, &one.path, 9);
            if other != **module {
                let (from, to) = where_they_part(module, &other);
                graph.entry(from).or_default().insert(to, format!("{module} names {other}"));
            }
        }
    }
    graph
}

/// The module that has the item of a path.
fn owner(modules: &Modules, imports: &Imports, path: &str, hops: u8) -> String {
    let mut module = "crate".to_owned();
    for part in path.split("::").skip(1) {
        let inner = format!("{module}::{part}");
        match imports.get(&(module.clone(), part.to_owned())) {
            _ if modules.contains_key(&inner) => module = inner,
            Some(imported) if hops > 0 => module = owner(modules, imports, imported, hops - 1),
            _ => break,
        }
    }
    module
}

/// The module or folder of each path, below the lowest folder of both. The code of that folder
/// itself is its `self`.
fn where_they_part(one: &str, other: &str) -> (String, String) {
    let common = one.split("::").zip(other.split("::")).take_while(|(one, other)| one == other).count();
    let part = |path: &str| path.split("::").chain(["self"]).take(common + 1).collect::<Vec<_>>().join("::");
    (part(one), part(other))
}

/// A circle, if there is one: who names whom.
fn circle(modules: &Modules) -> Option<Vec<String>> {
    let mut graph = graph(modules);
    // Again and again, take away those that name nothing that is left.
    loop {
        let left: BTreeSet<String> = graph.keys().cloned().collect();
        graph.values_mut().for_each(|named| named.retain(|module, _| left.contains(module)));
        graph.retain(|_, named| !named.is_empty());
        if graph.len() == left.len() {
            break;
        }
    }
    let (mut at, mut way) = (graph.keys().next()?, Vec::<(&String, &String)>::new());
    loop {
        if let Some(start) = way.iter().position(|(module, _)| *module == at) {
            return Some(way[start..].iter().map(|(_, sentence)| (*sentence).clone()).collect());
        }
        let (next, sentence) = graph[at].first_key_value()?;
        way.push((at, sentence));
        at = next;
    }
}

/// Adds the module in a file, and those that it declares, whose files are in `folder`.
fn add(modules: &mut Modules, path: &str, file: &Path, folder: &Path) {
    let words = words(&fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    for declared in words.windows(3).filter(|words| words[0] == "mod" && words[2] == ";") {
        let inner = folder.join(&declared[1]);
        let file = Some(inner.with_extension("rs")).filter(|file| file.exists());
        add(modules, &format!("{path}::{}", declared[1]), &file.unwrap_or_else(|| inner.join("mod.rs")), &inner);
    }
    modules.insert(path.to_owned(), words);
}

/// The root of every crate: libraries, programs and tests.
fn roots() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let within = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let packages = ["shared", "functions", "tests", "."].into_iter().flat_map(|folder| within(workspace.join(folder)));
    let crates = packages.flat_map(|package| {
        let programs = within(package.join("src/bin")).flat_map(|program| [program.join("main.rs"), program]);
        let tests = within(package.join("tests")).filter(|_| !package.join("tests/main.rs").exists());
        let others = ["src/lib.rs", "src/main.rs", "tests/main.rs"].map(|root| package.join(root));
        programs.chain(tests).chain(others).collect::<Vec<_>>()
    });
    crates.filter(|root| root.is_file()).collect()
}

fn modules_of(root: &Path) -> Modules {
    let mut modules = Modules::new();
    add(&mut modules, "crate", root, root.parent().expect("a file is in a folder"));
    modules
}

#[test]
fn of_no_crate_name_each_other() {
    let roots = roots();
    for known in ["domain/src/lib.rs", "api/src/lib.rs", "api/src/bin/join.rs", "bench/main.rs", "tests/tests/main.rs"]
    {
        assert!(roots.iter().any(|root| root.ends_with(known)), "{known} is not among {roots:?}");
    }
    let circles = roots.into_iter().filter_map(|root| Some((circle(&modules_of(&root))?, root)));
    let circles: Vec<_> = circles.collect();
    assert!(circles.is_empty(), "circles of modules: {circles:#?}");
}

#[test]
fn of_dynamo_name_no_rule_of_the_domain() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/store/src/lib.rs");
    let modules = modules_of(&store);
    assert!(modules.contains_key("crate::dynamo::expression"), "{:?}", modules.keys());
    for (module, words) in modules.iter().filter(|(module, _)| module.starts_with("crate::dynamo")) {
        for named in named_in(module, words).iter().filter(|named| named.path.contains("::waitlist_domain::")) {
            let is_value = ["::Error", "::values::time::Timestamp"].iter().any(|value| named.path.ends_with(value));
            assert!(is_value, "{module} names {}", named.path);
        }
    }
}

#[test]
fn in_a_planted_circle_are_found() {
    let circle_with = |deep: &str, low: &str| {
        let sources = [
            ("crate", "pub mod low; pub mod high; pub use self::{low::Low, high::High};"),
            ("crate::low", low),
            ("crate::low::deep", deep),
            ("crate::high", "mod tests { use super::*; } fn high() { crate::low::low('\"', \"} crate::High\") }"),
        ];
        circle(&sources.into_iter().map(|(path, source)| (path.to_owned(), words(source))).collect())
    };
    let harmless = "/* super::high */ pub mod deep; pub use deep::Deep; // crate::High";
    assert_eq!(circle_with("pub(in crate::low) fn deep() { r#\"crate::High\"# } use super::Deep;", harmless), None);
    let circle =
        Some(["crate::high names crate::low", "crate::low::deep names crate::high"].map(str::to_owned).to_vec());
    assert_eq!(circle_with("use crate::{low::{self, Low}, High as Upper};", harmless), circle);
    assert_eq!(circle_with("mod tests { type Other = super::super::super::high::Other; }", harmless), circle);
    // The folder counts with its own module.
    let own = "pub mod deep; fn low() -> deep::Deep { deep::Deep }";
    let circle =
        Some(["crate::low::deep names crate::low", "crate::low names crate::low::deep"].map(str::to_owned).to_vec());
    assert_eq!(circle_with("use super::low;", own), circle);
}
