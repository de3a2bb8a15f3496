//! Large answers, which come in parts.
//!
//! One test makes one crowd for all of them: each join sends a mail, and other tests wait for mail
//! too.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use crate::csv::records;

use super::support::{Line, Person, SOON, Stack, all_at_once, eventually, now, setting, text};

/// More than the 500 entries in one part of a draw.
const ENTRANTS: usize = 510;
/// How many join at once.
const AT_ONCE: usize = 16;

/// Joins so many people, each with essays, and every third in the better tier. Returns their
/// numbers by entry.
async fn join_all(camp: &Line, count: usize) -> BTreeMap<String, usize> {
    let join = async |camp: Line, number: usize| {
        let mut body = camp.joining_for(&Person::new());
        body["tier"] = json!(if number.is_multiple_of(3) { "member" } else { "general" });
        if number < WITH_ESSAYS {
            body["answers"] = ESSAYS.iter().map(|id| ((*id).to_owned(), json!(essay(number)))).collect();
        }
        (text(&camp.stack.sales().post("/api/waitlist/join", &body).await.is(201)["entryId"]), number)
    };
    let mut joined = BTreeMap::new();
    let numbers: Vec<usize> = (0..count).collect();
    for some in numbers.chunks(AT_ONCE) {
        joined.extend(all_at_once(some.iter().map(|number| join(camp.clone(), *number))).await);
    }
    joined
}

/// The time after this duration, as JSON.
fn later(by: TimeDelta) -> Value {
    json!((now() + by).to_rfc3339_opts(SecondsFormat::Millis, true))
}

async fn part(stack: &Stack, path: &str, part: u64) -> Value {
    stack.public().get(&format!("{path}?part={part}")).await.is(200)
}

#[tokio::test]
async fn a_draw_and_an_export_come_in_parts_and_the_lots_can_be_drawn_again() {
    let stack = Stack::up_for_a_crowd().await;
    let question = |id: &&str| json!({"id": id, "type": "longText", "label": "Tell us"});
    let form = json!(ESSAYS.iter().map(question).collect::<Vec<_>>());
    let event = stack.event().places(0).rule("order", json!("lottery")).rule("tiers", json!(["member", "general"]));
    let event = event.rule("form", form);
    let camp = event.rule("drawAt", later(TimeDelta::days(1))).create().await;
    let joined = join_all(&camp, ENTRANTS).await;
    everybody_is_exported(&camp, &joined).await;
    // The draw may take any time.
    let mut body = stack.organiser().get(&camp.path()).await.is(200);
    body["waitlist"]["drawAt"] = later(TimeDelta::seconds(3));
    for of_the_answer in ["eventId", "draw", "smsCountries"] {
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
    assert_eq!(drawn.iter().map(|row| text(&row["entryId"])).collect::<BTreeSet<_>>(), joined.into_keys().collect());
    let members = drawn.iter().take_while(|row| row["tier"] == json!("member")).count();
    assert_eq!(members, ENTRANTS.div_ceil(3), "members first");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/draw.py");
    let arguments = [script, &setting("WAITLIST_URL"), &camp.event_id, "camper"];
    let checked = Command::new("python3").args(arguments).output().expect("Python runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// So many of the longest answers fill more than one part of an export (3 MB).
const WITH_ESSAYS: usize = 200;
/// The questions with an essay for an answer.
const ESSAYS: [&str; 4] = ["first", "second", "third", "fourth"];

/// An answer of the greatest length, different for each person. In CSV it is twice as long.
fn essay(number: usize) -> String {
    format!("{number}{}", "\"".repeat(1_990))
}

/// All parts of an export. Each part links to the next.
async fn exported(camp: &Line) -> Vec<String> {
    let (mut parts, mut path) = (Vec::new(), Some(format!("/api/waitlist/export/{}", camp.event_id)));
    while let Some(wanted) = path {
        let reply = camp.stack.organiser().get(&wanted).await;
        assert_eq!(reply.status, 200, "{}: {:.300}", reply.request, reply.text);
        let link = reply.headers.get("link").map(|link| link.to_str().expect("ASCII").to_owned());
        let next = link.as_deref().map(|link| link.strip_prefix('<').and_then(|rest| rest.split_once('>')));
        path = next.map(|next| {
            let (path, relation) = next.expect("a link");
            assert_eq!(relation, "; rel=\"next\"");
            path.to_owned()
        });
        parts.push(reply.text);
    }
    parts
}

/// Checks that every entry is exported once, and that all parts have the same columns.
async fn everybody_is_exported(camp: &Line, joined: &BTreeMap<String, usize>) {
    // The index follows the table in a moment.
    let parts = eventually("everybody is exported", SOON, async || {
        let parts = exported(camp).await;
        (records(&parts.concat()).len() == 1 + ENTRANTS).then_some(parts)
    })
    .await;
    assert!(parts.len() > 1, "all came at once");
    let header = records(&parts[0]).remove(0);
    let column = |name: &str| header.iter().position(|known| known == name).expect("such a column");
    let (of_entry, of_essays) = (column("entryId"), ESSAYS.map(|id| column(&format!("answer.{id}"))));
    let mut seen = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for record in records(part).into_iter().skip(usize::from(index == 0)) {
            assert_eq!(record.len(), header.len(), "the same columns in each part");
            let number = joined[&record[of_entry]];
            let written = if number < WITH_ESSAYS { essay(number) } else { String::new() };
            assert!(of_essays.iter().all(|column| record[*column] == written), "{number}'s answers");
            assert_eq!(seen.insert(record[of_entry].clone(), number), None, "{number} came twice");
        }
    }
    assert_eq!(seen, *joined);
}
