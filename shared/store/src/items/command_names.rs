//! The names of an organiser's last commands to an entry. A repeated command is recognised even if
//! others came in between.
//!
//! Each name has an attribute of its own, and a new one shifts the others. So a write need not read
//! them first.

use crate::dynamo::expression::Expression;
use crate::dynamo::item::Item;

/// The attributes, from the latest command to the earliest.
const COMMANDS: [&str; 4] = ["command", "command_before", "second_command_before", "third_command_before"];

/// Notes a command's name and shifts the earlier ones.
pub(crate) fn note(entry: Expression, command: Option<&str>) -> Expression {
    let Some(command) = command else { return entry };
    let pushed = COMMANDS.windows(2).fold(entry, |entry, next| entry.set_to_other(next[1], next[0]));
    pushed.set(COMMANDS[0], command)
}

/// Reads the names, from the latest to the earliest.
pub(crate) fn commands_from(entry: &Item) -> Vec<String> {
    let name = |attribute: &&str| entry.get(*attribute)?.as_s().ok().filter(|name| !name.is_empty()).cloned();
    COMMANDS.iter().filter_map(name).collect()
}
