//! API keys, made by `tools/keys` as an operator makes them.

use std::process::{Command, Output};

use super::stack::setting;

/// A key that was made, and its id.
#[derive(Debug, Clone)]
pub struct MadeKey {
    pub key: String,
    pub id: String,
}

/// Runs `tools/keys` for the stack under test.
///
/// # Panics
/// If there is no Python.
pub fn tools_keys(arguments: &[&str]) -> Output {
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    setting("ACCESS_TABLE_NAME");
    let mut command = Command::new("python3");
    command.arg("tools/keys").args(arguments).current_dir(repository);
    command.output().expect("python3 can be started")
}

impl MadeKey {
    /// Makes a key with these arguments.
    #[track_caller]
    pub fn create(arguments: &[&str]) -> Self {
        let output = tools_keys(&[&["create", "--label", "a test"], arguments].concat());
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{text}")).trim().to_owned()
        };
        Self { key: value("key     "), id: value("key id  ") }
    }

    /// The line in which `tools/keys list` shows the key.
    #[track_caller]
    pub fn listed(&self) -> String {
        let output = tools_keys(&["list"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().find(|line| line.starts_with(&self.id)).unwrap_or_else(|| panic!("{output:?}")).to_owned()
    }
}
