//! The folders of this crate import downwards only. `tests/tests/modules` finds circles of modules.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folders, the lowest first.
const LAYERS: [&str; 11] =
    ["error", "values", "settings", "form", "line", "event", "entry", "offering", "messages", "history", "json_schema"];

#[test]
fn no_folder_imports_one_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in files_under(&source).expect("the sources can be read") {
        let inner = file.strip_prefix(&source).expect("it is below the sources").with_extension("");
        let folder = inner.iter().next().expect("a file has a name").to_string_lossy().into_owned();
        if folder == "lib" {
            continue;
        }
        for line in fs::read_to_string(&file).expect("a source is a text").lines() {
            for imported in imported_by(line) {
                assert!(layer(imported) <= layer(&folder), "{} imports {imported}: {line}", inner.display());
            }
        }
    }
}

fn layer(folder: &str) -> usize {
    LAYERS.iter().position(|known| *known == folder).unwrap_or_else(|| panic!("{folder} is in no layer"))
}

/// The folders that a line names from the root. Comments may name any.
fn imported_by(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim_start();
    assert!(!line.starts_with("use super::") || line == "use super::*;", "name the module from the root: {line}");
    let code = if line.starts_with("//") { "" } else { line };
    // A group counts as all its names.
    let paths = code.split("crate::").skip(1).flat_map(|path| match path.strip_prefix('{') {
        Some(group) => group.split(", ").collect(),
        None => vec![path],
    });
    let folders = paths.filter_map(|path| path.split([':', ';', ' ', '(', '<', ')', ',', '}']).next());
    folders.filter(|folder| folder.starts_with(|first: char| first.is_ascii_lowercase()))
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
