//! The examples of docs/api.md have exactly the members of the functions' answers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::cases;
use super::checkouts::a_claim_with_a_checkout;
use super::function::{event, read, repository};
use super::messages::{draw_is_due, from_queue};
use super::payload::Payload;
use super::scene::{BY_LOT, ORGANISER, SALES, SOLD_OUT, Scene, in_scene};

/// The names of an object's members.
type Members = BTreeSet<String>;

/// The objects in some answers, by the member that holds them. A whole answer has an empty name.
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

/// Calls `show` for every object in a value, with the name of the member that holds it.
fn each_object(of: &str, value: &Value, show: &mut impl FnMut(&str, Members)) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| each_object(of, element, show)),
        Value::Object(object) => {
            // The organiser chooses the names of these members.
            if of == "weights" {
                return;
            }
            show(of, object.keys().cloned().collect());
            object.iter().for_each(|(name, value)| each_object(name, value, show));
        }
        _ => {}
    }
}

/// The answers in docs/api.md, each with the number of its first line.
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

/// The answers to every case, and in some stories.
fn answers() -> Shapes {
    let mut shapes = Shapes::default();
    for case in cases::all() {
        in_scene(async |scene| shapes.add(&scene.send(case.payload).await.body));
    }
    in_scene(async |scene| a_place_in_line(&scene).await.iter().for_each(|answer| shapes.add(answer)));
    in_scene(async |scene| shapes.add(&a_draw(&scene).await));
    in_scene(async |scene| shapes.add(&a_claim_with_a_checkout(&scene).await));
    in_scene(async |scene| shapes.add(&a_page_of_a_list(&scene).await));
    in_scene(async |scene| shapes.add(&a_steered_line(&scene).await));
    in_scene(async |scene| shapes.add(&a_lottery_as_anyone_sees_it(&scene).await));
    in_scene(async |scene| a_journal(&scene).await.iter().for_each(|answer| shapes.add(answer)));
    shapes
}

/// Ada joins the line of `summer-camp-2`.
async fn ada_joins(scene: &Scene, attendee: &Value) -> Value {
    let body = json!({
        "eventId": SOLD_OUT, "ticketTypeId": "camper", "quantity": 1, "name": "Ada Example",
        "email": "ada@example.org", "phone": "+14155550123", "attendeeId": attendee,
    });
    scene.send(Payload::post("/api/waitlist/join").body(&body)).await.body
}

/// Ada joins, confirms, looks up her position, and buys.
async fn a_place_in_line(scene: &Scene) -> Vec<Value> {
    let joined = ada_joins(scene, &Value::Null).await;
    let confirm = Payload::post(&format!("/api/waitlist/confirm/{}", joined["customerId"].as_str().expect("an id")));
    let confirmed = scene.send(confirm.from(SALES).body(&json!({"entryId": joined["entryId"]}))).await.body;
    let customer = joined["customerId"].as_str().expect("an id");
    let position = Payload::get(&format!("/api/waitlist/position/{customer}")).from(SALES);
    let seen = scene.send(position).await.body;

    scene.put_event(SOLD_OUT, 2).await;
    assert_eq!(scene.given_back("promote", event("promote", "done-free-seats")).await, [""; 0]);
    let body = json!({"entryId": joined["entryId"], "paymentReference": "pay-1"});
    let convert = Payload::post(&format!("/api/waitlist/convert/{customer}")).from(SALES).body(&body);
    let bought = scene.send(convert).await.body;
    let registration = bought["registrationId"].as_str().expect("an id");
    let sale = scene.send(Payload::get(&format!("/api/registrations/{registration}")).from(SALES)).await.body;
    vec![joined, confirmed, seen, bought, sale]
}

async fn a_draw(scene: &Scene) -> Value {
    hold_a_draw(scene).await;
    scene.send(Payload::get(&format!("/api/events/{BY_LOT}/draws/camper"))).await.body
}

/// The last seat is sold, somebody joins, and the lots are drawn.
pub(super) async fn hold_a_draw(scene: &Scene) {
    let body = json!({"eventId": BY_LOT, "ticketTypeId": "camper", "quantity": 1, "customerId": "buyer"});
    assert_eq!(scene.send(Payload::post("/api/registrations").from(SALES).body(&body)).await.status, 201);
    let body = json!({"eventId": BY_LOT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
                      "customerId": "parent-9", "tier": "vip"});
    let joined = scene.send(Payload::post("/api/waitlist/join").from(SALES).body(&body)).await;
    assert_eq!(joined.status, 201, "{joined:?}");
    scene.cloud.advance(Duration::from_millis(500_000_000));
    assert_eq!(scene.given_back("timer", from_queue("timers", &[draw_is_due()])).await, [""; 0]);
}

/// A page of one entry, where two wait.
async fn a_page_of_a_list(scene: &Scene) -> Value {
    for child in ["child-8", "child-9"] {
        ada_joins(scene, &json!(child)).await;
    }
    let list = Payload::get(&format!("/api/waitlist/entries/{SOLD_OUT}?status=waiting&limit=1"));
    scene.send(list.from(ORGANISER)).await.body
}

/// Joining and offers are paused.
async fn a_steered_line(scene: &Scene) -> Value {
    let body = json!({"joining": "paused", "offering": "paused"});
    scene.send(Payload::post("/api/waitlist/steer/winter-camp-1").from(ORGANISER).body(&body)).await.body
}

async fn a_lottery_as_anyone_sees_it(scene: &Scene) -> Value {
    scene.send(Payload::get(&format!("/api/events/{BY_LOT}"))).await.body
}

/// An entry with its history and a page of the journal, after a mail about an offer.
async fn a_journal(scene: &Scene) -> Vec<Value> {
    assert_eq!(scene.given_back("notify", event("notify", "done-offered")).await, [""; 0]);
    let entry = format!("/api/waitlist/entries/{SOLD_OUT}/ent_00000000000000000000000000000001");
    let mut answers = Vec::new();
    for target in [&*entry, "/api/waitlist/journal/winter-camp-1?limit=1"] {
        answers.push(scene.send(Payload::get(target).from(ORGANISER)).await.body);
    }
    answers
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
