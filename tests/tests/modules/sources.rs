//! Reads sources as text: their words, and the paths that they name.

/// A path from the crate's root.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) path: String,
    /// The name that it gets here, if it is imported.
    pub(super) alias: Option<String>,
    pub(super) is_re_export: bool,
}

/// The words and signs of a source, without comments, texts and characters.
pub(super) fn words(mut source: &str) -> Vec<String> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut words = Vec::new();
    while let Some(first) = source.trim_start().chars().next() {
        source = source.trim_start();
        let until = |end: &str, from: usize| source[from..].find(end).map_or(source.len(), |at| from + at + end.len());
        let mut is_escaped = false;
        let ends_text = |letter| {
            let ends = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            ends
        };
        let (is_word, length) = match first {
            '/' if source.starts_with("//") => (false, until("\n", 2)),
            '/' if source.starts_with("/*") => (false, until("*/", 2)),
            'r' if source.starts_with("r#\"") => (false, until("\"#", 3)),
            '"' => (false, source[1..].find(ends_text).map_or(source.len(), |at| at + 2)),
            '\'' if source.starts_with("'\\") => (false, until("'", 3)),
            '\'' if source.chars().nth(2) == Some('\'') => (false, until("'", 1)),
            ':' if source.starts_with("::") => (true, 2),
            _ if is_of_word(first) => (true, source.find(|letter| !is_of_word(letter)).unwrap_or(source.len())),
            _ => (true, first.len_utf8()),
        };
        words.extend(is_word.then(|| source[..length].to_owned()));
        source = &source[length..];
    }
    words
}

/// Everything that a module names. A path of another crate looks like one of its own items.
pub(super) fn named_in(module: &str, words: &[String]) -> Vec<Named> {
    let mut named = Vec::new();
    // Whether each open brace is that of a module within the file.
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at).map(String::as_str) {
        let back = |back: usize| at.checked_sub(back).map_or("", |at| words[at].as_str());
        let is_import = word == "use";
        let (is_re_export, is_of_visibility) = (matches!(back(1), "pub" | ")"), back(2) == "(" && back(1) == "in");
        match word {
            "{" => open.push(back(2) == "mod"),
            "}" => drop(open.pop()),
            _ => {}
        }
        let begins_path = words.get(at + 1).is_some_and(|next| next == "::") && !matches!(back(1), "." | "::");
        at += usize::from(is_import);
        if !is_import && (is_of_visibility || !begins_path) {
            at += 1;
            continue;
        }
        let inline = open.iter().filter(|is_module| **is_module).count();
        for (path, name) in paths(words, &mut at, &[]) {
            let alias = Some(name).filter(|name| is_import && path[0] != *name);
            named.push(Named { path: from_root(module, inline, &path), alias, is_re_export });
        }
    }
    named
}

/// The path that begins at a word, or all paths of its tree of imports, each with the name that it
/// gets.
fn paths(words: &[String], at: &mut usize, before: &[String]) -> Vec<(Vec<String>, String)> {
    let mut path = before.to_vec();
    while words[*at] != "{" {
        path.extend(Some(words[*at].clone()).filter(|word| word != "self" || path.is_empty()));
        *at += 1;
        if words.get(*at).is_none_or(|word| word != "::") {
            let renamed = words.get(*at).filter(|word| *word == "as").and_then(|_| words.get(*at + 1));
            let name = renamed.or(path.last()).cloned().unwrap_or_default();
            return vec![(path, name)];
        }
        *at += 1;
    }
    let mut found = Vec::new();
    while words[*at] != "}" {
        *at += 1;
        if words[*at] != "}" {
            found.extend(paths(words, at, &path));
        }
        *at += words[*at..].iter().take_while(|word| *word != "," && *word != "}").count();
    }
    *at += 1;
    found
}

/// The path from the root of one that stands in a module, within so many modules of its file.
fn from_root(module: &str, inline: usize, path: &[String]) -> String {
    let within: Vec<&str> = if path[0] == "crate" { Vec::new() } else { module.split("::").collect() };
    let above = path.iter().take_while(|word| *word == "super").count().saturating_sub(inline);
    let rest = path.iter().map(String::as_str).filter(|word| !matches!(*word, "super" | "self"));
    within[..within.len().saturating_sub(above)].iter().copied().chain(rest).collect::<Vec<_>>().join("::")
}
