//! The names of the last commands of an organiser that changed an entry, so that one which is repeated after a crash is
//! recognised though others came in between.
//!
//! Each has an attribute of its own, and a new one pushes the others down. So no write needs to know which were there.

use crate::dynamo::expression::Expression;
use crate::dynamo::item::Item;

/// From the latest to the earliest.
const COMMANDS: [&str; 4] = ["command", "command_before", "second_command_before", "third_command_before"];

/// Notes a command's name before those of earlier ones.
pub(crate) fn note(entry: Expression, command: Option<&str>) -> Expression {
    let Some(command) = command else { return entry };
    let pushed = COMMANDS.windows(2).fold(entry, |entry, next| entry.set_to_other(next[1], next[0]));
    pushed.set(COMMANDS[0], command)
}

/// Reads the names, the latest first.
pub(crate) fn commands_from(entry: &Item) -> Vec<String> {
    let name = |attribute: &&str| entry.get(*attribute)?.as_s().ok().filter(|name| !name.is_empty()).cloned();
    COMMANDS.iter().filter_map(name).collect()
}
