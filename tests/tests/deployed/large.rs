//! Answers that come in parts.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::support::{Line, Person, Stack, all_at_once, eventually, now, setting, text};

/// More than one part of a draw lists (500).
const ENTRANTS: usize = 510;
/// How many join at once.
const AT_ONCE: usize = 16;

/// They join, every third in the better tier; their entries' ids.
async fn join_all(camp: &Line, count: usize) -> BTreeSet<String> {
    let join = async |camp: Line, index: usize| {
        let mut body = camp.joining_for(&Person::new());
        body["tier"] = json!(if index.is_multiple_of(3) { "member" } else { "general" });
        text(&camp.stack.sales().post("/api/waitlist/join", &body).await.is(201)["entryId"])
    };
    let mut joined = BTreeSet::new();
    let indices: Vec<usize> = (0..count).collect();
    for some in indices.chunks(AT_ONCE) {
        joined.extend(all_at_once(some.iter().map(|index| join(camp.clone(), *index))).await);
    }
    joined
}

/// So much later than now, as it is written.
fn later(by: TimeDelta) -> Value {
    json!((now() + by).to_rfc3339_opts(SecondsFormat::Millis, true))
}

async fn part(stack: &Stack, path: &str, part: u64) -> Value {
    stack.public().get(&format!("{path}?part={part}")).await.is(200)
}

#[tokio::test]
async fn a_draw_among_tiers_is_listed_in_parts_and_can_be_drawn_again() {
    let stack = Stack::up_for_a_crowd().await;
    let event = stack.event().places(0).rule("order", json!("lottery")).rule("tiers", json!(["member", "general"]));
    let camp = event.rule("drawAt", later(TimeDelta::days(1))).create().await;
    let joined = join_all(&camp, ENTRANTS).await;
    // However long that took.
    let mut body = stack.organiser().get(&camp.path()).await.is(200);
    body["waitlist"]["drawAt"] = later(TimeDelta::seconds(3));
    for of_the_answer in ["eventId", "draw"] {
        body.as_object_mut().expect("an object").remove(of_the_answer);
    }
    body["ticketTypes"] = json!([{"id": "camper", "name": "The camper", "capacity": 0}]);
    stack.organiser().put(&camp.path(), &body).await.is(200);

    let path = format!("{}/draws/camper", camp.path());
    let first = eventually("the lots are drawn", Duration::from_secs(240), async || {
        Some(part(&stack, &path, 0).await).filter(|shown| shown["status"] == json!("drawn"))
    })
    .await;
    assert_eq!((&first["entrants"], &first["next"]), (&json!(ENTRANTS), &json!(1)));
    let second = part(&stack, &path, 1).await;
    assert_eq!((second.get("next"), &second["seed"]), (None, &first["seed"]));
    let rows = |part: &Value| part["entries"].as_array().cloned().expect("a list");
    let drawn = [rows(&first), rows(&second)].concat();
    assert_eq!(drawn.iter().map(|row| text(&row["entryId"])).collect::<BTreeSet<_>>(), joined);
    let members = drawn.iter().take_while(|row| row["tier"] == json!("member")).count();
    assert_eq!(members, ENTRANTS.div_ceil(3), "members first");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/draw.py");
    let arguments = [script, &setting("WAITLIST_URL"), &camp.event_id, "camper"];
    let checked = Command::new("python3").args(arguments).output().expect("Python runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
