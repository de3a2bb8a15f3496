//! The examples of docs/api.md show what the functions answer: the same members, no more and no fewer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::function::{Function, event, read, repository};
use super::scene::{BY_LOT, SALES, SOLD_OUT, Scene, in_scene};

/// The names of an object's members.
type Members = BTreeSet<String>;

/// The objects of some answers, by the name of the member that they are the value of; none for a whole answer.
#[derive(Debug, Default)]
struct Shapes(BTreeMap<String, BTreeSet<Members>>);

impl Shapes {
    fn add(&mut self, answer: &Value) {
        each_object("", answer, &mut |of, members| {
            self.0.entry(of.to_owned()).or_default().insert(members);
        });
    }

    fn has(&self, of: &str, members: &Members) -> bool {
        self.0.get(of).is_some_and(|known| known.contains(members))
    }
}

/// Shows every object in a value, with the name of the member that it is the value of or an element of.
fn each_object(of: &str, value: &Value, show: &mut impl FnMut(&str, Members)) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| each_object(of, element, show)),
        Value::Object(object) => {
            // Of the organiser's own names nothing follows.
            if of == "weights" {
                return;
            }
            show(of, object.keys().cloned().collect());
            object.iter().for_each(|(name, value)| each_object(name, value, show));
        }
        _ => {}
    }
}

/// The answers in docs/api.md, each with the line in which it begins.
fn examples() -> Vec<(usize, Value)> {
    let text = read(&repository().join("docs/api.md"));
    let mut found = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line == "```json" {
            let body: Vec<&str> = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            let example = serde_json::from_str(&body.join("\n"));
            found.push((number + 1, example.unwrap_or_else(|error| panic!("docs/api.md:{number}: {error}"))));
        }
    }
    found
}

/// What the functions answer to all of their events, and to some that need a story.
fn answers() -> Shapes {
    let mut shapes = Shapes::default();
    for file in Function::of_the_api().iter().flat_map(Function::files) {
        in_scene(async |scene| shapes.add(&scene.answer(&file.function.0, file.event).await.body));
    }
    in_scene(async |scene| a_place_in_line(&scene).await.iter().for_each(|answer| shapes.add(answer)));
    in_scene(async |scene| shapes.add(&a_draw(&scene).await));
    in_scene(async |scene| shapes.add(&everybody_in_line(&scene).await));
    in_scene(async |scene| shapes.add(&a_steered_line(&scene).await));
    shapes
}

/// Somebody joins twice, looks, and buys.
async fn a_place_in_line(scene: &Scene) -> Vec<Value> {
    let mut joins = event("join", "201-joins-the-line");
    let mut body: Value = serde_json::from_str(joins["body"].as_str().expect("a body")).expect("JSON");
    body["attendeeId"] = Value::Null;
    joins["body"] = json!(body.to_string());
    let joined = scene.answer("join", joins.clone()).await.body;
    joins["headers"]["idempotency-key"] = json!("another-request");
    let again = scene.answer("join", joins).await.body;

    let mut looks = event("position", "200-with-a-key");
    looks["pathParameters"]["customerId"] = joined["customerId"].clone();
    let seen = scene.answer("position", looks).await.body;

    scene.put_event(SOLD_OUT, 2).await;
    assert_eq!(scene.given_back("promote", event("promote", "done-free-seats")).await, [""; 0]);
    let mut converts = event("convert", "200-becomes-a-registration");
    converts["pathParameters"]["customerId"] = joined["customerId"].clone();
    converts["body"] = json!(json!({"entryId": joined["entryId"], "paymentReference": "pay-1"}).to_string());
    let bought = scene.answer("convert", converts).await.body;
    let mut shown = event("get-registration", "200-shows-a-sale");
    shown["pathParameters"]["registrationId"] = bought["registrationId"].clone();
    let sale = scene.answer("get-registration", shown).await.body;
    vec![joined, again, seen, bought, sale]
}

async fn a_draw(scene: &Scene) -> Value {
    let mut sells = event("register", "201-sells-a-seat");
    sells["body"] =
        json!(json!({"eventId": BY_LOT, "ticketTypeId": "camper", "quantity": 1, "customerId": "buyer"}).to_string());
    assert_eq!(scene.answer("register", sells).await.status, 201, "the last seat");
    let mut joins = event("join", "201-joins-the-line");
    joins["headers"]["authorization"] = json!(format!("Bearer {SALES}"));
    let body = json!({"eventId": BY_LOT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
                      "customerId": "parent-9", "tier": "vip"});
    joins["body"] = json!(body.to_string());
    let joined = scene.answer("join", joins).await;
    assert_eq!(joined.status, 201, "{joined:?}");
    scene.cloud.advance(Duration::from_millis(500_000_000));
    assert_eq!(scene.given_back("timer", event("timer", "done-a-draw")).await, [""; 0]);
    let draw = event("get-draw", "200-before-the-draw-anybody-sees-the-commitment");
    scene.answer("get-draw", draw).await.body
}

/// One on a page, who waits.
async fn everybody_in_line(scene: &Scene) -> Value {
    for (child, key) in [("child-8", "list-8"), ("child-9", "list-9")] {
        let mut joins = event("join", "201-joins-the-line");
        joins["headers"]["idempotency-key"] = json!(key);
        let mut body: Value = serde_json::from_str(joins["body"].as_str().expect("a body")).expect("JSON");
        body["attendeeId"] = json!(child);
        joins["body"] = json!(body.to_string());
        scene.answer("join", joins).await;
    }
    let mut list = event("list-entries", "200-those-with-an-offer");
    list["rawQueryString"] = json!("status=waiting&limit=1");
    scene.answer("list-entries", list).await.body
}

/// Nobody joins, and nothing is offered.
async fn a_steered_line(scene: &Scene) -> Value {
    let mut steer = event("steer-event", "200-pauses-joining");
    steer["body"] = json!(json!({"joining": "paused", "offering": "paused"}).to_string());
    scene.answer("steer-event", steer).await.body
}

#[test]
fn every_example_of_the_contract_has_the_members_of_an_answer() {
    let answers = answers();
    let examples = examples();
    assert!(examples.len() > 30, "{} examples", examples.len());
    let mut untrue = Vec::new();
    for (line, example) in examples {
        each_object("", &example, &mut |of, members| {
            if !answers.has(of, &members) {
                untrue.push(format!("docs/api.md:{line}: {of} {members:?}"));
            }
        });
    }
    assert!(untrue.is_empty(), "nothing answers so:\n{}", untrue.join("\n"));
}
