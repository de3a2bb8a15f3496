//! API keys from `tools/keys`, from their making to their revocation.

use std::path::PathBuf;

use serde_json::json;
use waitlist_domain::values::credential::SecretHash;

use super::support::{MadeKey, SOON, Stack, eventually, setting, tools_keys};

/// The log of a function.
fn log(function: &str) -> String {
    let name = format!("-{function}.log");
    let folder = PathBuf::from(setting("WAITLIST_LOGS"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = files.map(|file| file.expect("the folder can be listed").path());
    let is_its = |path: &PathBuf| {
        let plain = path.to_string_lossy().to_lowercase().replace("function", "");
        plain.ends_with(&name) || plain.contains(&function.replace('-', ""))
    };
    paths.filter(is_its).map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_viewer_s_key_for_some_events_shows_those_alone_until_it_is_revoked() {
    let stack = Stack::up().await;
    let [inside, outside] = [stack.event().places(1).create().await, stack.event().places(1).create().await];
    let made = MadeKey::create(&["--role", "viewer", "--events", &inside.event_id, "--expires", "1h"]);
    let viewer = stack.bearer(&made.key);

    let whole = viewer.get(&inside.path()).await.is(200);
    assert!(whole.get("waitlist").is_some(), "a viewer sees what an organiser sees: {whole}");
    viewer.get(&outside.path()).await.problem(404, "event-not-found");
    let page = viewer.get("/api/events?limit=200").await.is(200);
    let ids: Vec<&str> =
        page["events"].as_array().into_iter().flatten().filter_map(|event| event["eventId"].as_str()).collect();
    assert_eq!(ids, [&inside.event_id]);
    viewer.put(&inside.path(), &json!({})).await.problem(403, "forbidden");

    let listed = made.listed();
    for part in ["viewer", &inside.event_id, "until", "live"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    eventually("the log names the key", SOON, async || log("get-event").contains(&made.id).then_some(())).await;
    let log = log("get-event");
    let hash = SecretHash::of(&made.key);
    assert!(!log.contains(&made.key) && !log.contains(&hash.as_str()[..16]), "the log has only the id of the key");

    assert!(tools_keys(&["revoke", &made.id]).status.success());
    viewer.get(&inside.path()).await.problem(401, "unauthenticated");
    assert!(made.listed().contains("revoked"), "{}", made.listed());
    inside.holds_together().await;
}

#[tokio::test]
async fn what_tools_keys_does_not_take_is_named_and_makes_no_key() {
    let _stack = Stack::up().await;
    let create = |more: &[&'static str]| [&["create", "--label", "nobody"], more].concat();
    for (arguments, named) in [
        (create(&["--role", "owner"]), "--role"),
        (create(&["--role", "sales", "--events", "summer camp"]), "--events"),
        (create(&["--role", "sales", "--events", ""]), "--events"),
        (create(&["--role", "sales", "--expires", "soon"]), "--expires"),
        (create(&["--role", "sales", "--expires", "0d"]), "--expires"),
        (create(&["--role", "sales", "--expires", "2027-01-31"]), "--expires"),
        (vec!["create", "--role", "sales", "--label", " "], "--label"),
        (vec!["revoke", "wl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], "key id"),
        (vec!["revoke", "key_1"], "key id"),
        (vec!["revoke", "key_00000000000000000000000000000000"], "no such key"),
    ] {
        let output = tools_keys(&arguments);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && complaint.contains(named), "{arguments:?}: {output:?}");
    }
    let many: Vec<&str> = ["--events", "a"].repeat(21);
    let output = tools_keys(&[&create(&["--role", "sales"])[..], &many].concat());
    assert!(!output.status.success(), "{output:?}");
    assert!(!String::from_utf8_lossy(&tools_keys(&["list"]).stdout).contains("nobody"));
}
