//! Searches the logs and queues that the tests of the deployed template leave behind. Runs after
//! them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use waitlist_api::routes::ROUTES;

use crate::deployed::access_codes::CODE_MARK;
use crate::deployed::forms::ANSWER;
use crate::deployed::support::{MAIL_DOMAIN, PHONE_PREFIX, SURNAME, Stack, setting};
use crate::template::count_of_functions;

/// The lines of every function's log, by its name.
fn logs() -> BTreeMap<String, Vec<String>> {
    let folder = PathBuf::from(setting("WAITLIST_LOGS"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let path = file.expect("the folder can be listed").path();
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
    };
    files.map(read).collect()
}

/// The lines that have something in them, each with the name of its log.
fn lines_where(has: impl Fn(&str) -> bool) -> Vec<String> {
    let logs = logs();
    let lines = logs.iter().flat_map(|(name, lines)| lines.iter().map(move |line| (name, line)));
    lines.filter(|(_, line)| has(line)).map(|(name, line)| format!("{name}: {line:.300}")).take(10).collect()
}

/// Whether a prefix is followed by so many characters of its kind.
fn has_secret(line: &str, prefix: &str, length: usize, is_digit: impl Fn(char) -> bool) -> bool {
    line.match_indices(prefix).any(|(start, _)| {
        line[start + prefix.len()..].chars().take(length).filter(|character| is_digit(*character)).count() == length
    })
}

#[test]
fn every_function_has_logged_something_so_that_there_is_something_to_search() {
    let logs = logs();
    assert_eq!(logs.len(), count_of_functions(), "{:?}", logs.keys());
    for (name, lines) in logs {
        assert!(!lines.is_empty(), "{name} is empty");
    }
}

#[test]
fn no_log_has_an_e_mail_address() {
    let found = lines_where(|line| line.to_lowercase().contains(MAIL_DOMAIN));
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The tests send such addresses as bad input.
    let found = lines_where(|line| line.contains("@example.org") || line.contains("%40"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_log_has_a_phone_number() {
    let found = lines_where(|line| line.contains(PHONE_PREFIX) || line.contains("4155550123"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_log_has_a_name() {
    let found = lines_where(|line| line.contains(SURNAME));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_log_has_an_answer_to_a_question() {
    let found = lines_where(|line| line.contains(ANSWER));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_log_has_a_token_or_a_key() {
    let found = lines_where(|line| {
        has_secret(line, "wt_", 64, |character| character.is_ascii_hexdigit())
            || has_secret(line, "wu_", 64, |character| character.is_ascii_hexdigit())
            || has_secret(line, "wl_", 43, |character| character.is_ascii_alphanumeric() || "-_".contains(character))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The paths of the API in a line, up to the character that ends each.
fn paths_in(line: &str) -> Vec<&str> {
    let ends_path = |character: char| !(character.is_ascii_alphanumeric() || "/{}-_.:%@".contains(character));
    let beginnings = line.match_indices("/api/").map(|(start, _)| &line[start..]);
    beginnings.map(|path| path.find(ends_path).map_or(path, |end| &path[..end])).collect()
}

/// Customers' ids stand in paths, and API Gateway logs a request by its route as well.
#[test]
fn no_log_has_a_path_but_only_routes() {
    assert_eq!(paths_in(r#""route":"/api/a/{b}","x":"/api/a/c?d"#), ["/api/a/{b}", "/api/a/c"]);
    let is_route = |path: &&str| ROUTES.iter().any(|route| route.path == *path);
    let found = lines_where(|line| paths_in(line).iter().any(|path| !is_route(path)));
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(!lines_where(|line| paths_in(line).iter().any(is_route)).is_empty(), "routes are logged");
}

/// Whether a line has three groups of five symbols, as in a code that `create-code` makes.
fn has_made_code(line: &str) -> bool {
    let is_symbol = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let is_code =
        |text: &[u8]| (0..).zip(text).all(|(at, byte)| if at % 6 == 5 { *byte == b'-' } else { is_symbol(byte) });
    line.as_bytes().windows(17).any(is_code)
}

#[test]
fn no_log_has_an_access_code() {
    assert!(has_made_code("code=K7XM4-TRP9H-WDC3J,"), "what is searched for is found");
    let found = lines_where(|line| line.to_uppercase().contains(CODE_MARK) || has_made_code(line));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_function_failed() {
    let found = lines_where(|line| {
        line.contains("panicked") || line.contains("\"status\":500") || line.contains("\"failed\",\"function\"")
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn nothing_was_given_up_on_but_the_poison_that_the_tests_sent() {
    let stack = Stack::up().await;
    for queue in [
        "PROMOTIONS_DEAD_LETTERS_URL",
        "TIMERS_DEAD_LETTERS_URL",
        "NOTIFICATIONS_DEAD_LETTERS_URL",
        "FEEDBACK_DEAD_LETTERS_URL",
        "RETRIES_DEAD_LETTERS_URL",
        "RELAY_DEAD_LETTERS_QUEUE_URL",
        "JOURNAL_DEAD_LETTERS_QUEUE_URL",
    ] {
        let letters = stack.messages_in(&setting(queue)).await;
        let lost: Vec<&String> = letters.iter().filter(|letter| !letter.contains("poison")).collect();
        assert!(lost.is_empty(), "{queue}: {lost:?}");
    }
}
