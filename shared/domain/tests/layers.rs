//! The modules of this crate import downwards only: no circle of modules, and no folder imports one above it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folders, the lowest first.
const LAYERS: [&str; 10] =
    ["error", "values", "form", "line", "event", "entry", "offering", "messages", "history", "json_schema"];

/// For each module, the modules that it imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_folder_imports_one_above_it() {
    let layer = |module: &str| {
        let folder = module.split("::").next().unwrap_or(module);
        LAYERS.iter().position(|known| *known == folder).unwrap_or_else(|| panic!("{folder} is in no layer"))
    };
    for (module, imported) in imports() {
        let upwards: Vec<_> = imported.iter().filter(|other| layer(other) > layer(&module)).collect();
        assert!(upwards.is_empty(), "{module} imports {upwards:?}");
    }
}

#[test]
fn no_modules_import_each_other() {
    let mut imports = imports();
    // Again and again, take away the modules that import nothing that is left.
    loop {
        let before = imports.len();
        let left: BTreeSet<String> = imports.keys().cloned().collect();
        imports.retain(|_, imported| imported.iter().any(|other| left.contains(other)));
        if imports.len() == before {
            break;
        }
    }
    assert!(imports.is_empty(), "these lie on a circle or above one: {:?}", imports.keys());
}

fn imports() -> Imports {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files_under(&source).expect("the sources can be read");
    let names: BTreeMap<String, PathBuf> = files.into_iter().map(|file| (module(&source, &file), file)).collect();
    let modules: BTreeSet<String> = names.keys().cloned().collect();
    let of_file = |(name, file): (String, PathBuf)| {
        let text = fs::read_to_string(file).expect("a source is a text");
        let imported = text.lines().flat_map(|line| named_in(line, &modules));
        let imported = imported.filter(|other| *other != name).collect();
        (name, imported)
    };
    names.into_iter().filter(|(name, _)| name != "lib").map(of_file).collect()
}

/// The modules that a line names from the root, each by the longest path that is a module. Comments may name any.
fn named_in<'line>(line: &'line str, modules: &'line BTreeSet<String>) -> impl Iterator<Item = String> + 'line {
    let line = line.trim_start();
    assert!(!line.starts_with("use super::") || line == "use super::*;", "name the module from the root: {line}");
    let code = if line.starts_with("//") { "" } else { line };
    code.split("crate::").skip(1).filter_map(|path| {
        let is_part = |part: &&str| part.starts_with(|first: char| first.is_ascii_lowercase());
        let parts: Vec<&str> =
            path.split([':', ';', ' ', '(', '<']).filter(|part| !part.is_empty()).take_while(is_part).collect();
        (1..=parts.len()).rev().map(|length| parts[..length].join("::")).find(|name| modules.contains(name))
    })
}

fn module(source: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(source).expect("it is below the sources").with_extension("");
    inner.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("::")
}

fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
